"""Every operation: refused without permission, closed to other companies, true to its example."""

from typing import Any

import httpx
import pytest

from chassis.caller import Caller
from chassis.http.router import Route
from chassis.testing.harness import Harness
from edge.app import ROUTERS
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    challenge,
    code_at,
    device,
    enabled,
    mailed,
    make_email,
    make_member,
    new_passkey,
    role_named,
    run_mailing,
    sign_up,
)  # fmt: skip
from tests.identity_provider import provider_at

OPERATIONS = [
    (method, route.path, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, Route)
    for method in sorted(route.methods or ())
]
PUBLIC = {(method, path) for method, path, route in OPERATIONS if route.permission == "public"}
MAILED = {
    "/v1/auth/password-reset/confirm": "password_reset",
    "/v1/auth/email-verification": "email_check",
}
# Without services behind the edge, or without an end: they have tests of their own.
BY_THEMSELVES = ("/readyz", "/internal/problems/{status}", "/v1/stream", "/v1/audit-log/export")
# What needs programs beside the edge: test_oidc.py and test_workspace.py, and the walk.
NOT_ALONE = ("/v1/auth/oidc", "/v1/me/oidc-identities/{", "/v1/workspace/clients/")
IDS = [f"{method} {path}" for method, path, _ in OPERATIONS]


def test_only_these_doors_are_public() -> None:
    """GW-04"""
    assert {
        ("POST", "/v1/tenants"), ("POST", "/v1/auth/token"), ("POST", "/v1/invitations/accept"),
        ("POST", "/v1/auth/password-reset"), ("POST", "/v1/auth/password-reset/confirm"),
        ("POST", "/v1/auth/passkeys"), ("POST", "/v1/auth/passkeys/options"),
        ("GET", "/v1/auth/oidc/{oidc_provider_id}"), ("POST", "/v1/auth/oidc"),
        ("GET", "/v1/auth/oidc/{oidc_provider_id}/callback"),
        ("POST", "/v1/auth/email-verification"), ("GET", "/.well-known/jwks.json"),
        ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/openapi.json"),
        ("GET", "/asyncapi.json"), ("GET", "/docs"), ("GET", "/internal/problems/{status}"),
    } == PUBLIC  # fmt: skip


@pytest.mark.parametrize(("method", "path", "route"), OPERATIONS, ids=IDS)
async def test_an_operation_asks_for_a_caller_and_for_its_permission(
    public: httpx.AsyncClient, api: httpx.AsyncClient, company: Company, method: str, path: str,
    route: Any,
) -> None:  # fmt: skip
    """GW-01"""
    if (method, path) in PUBLIC or path.startswith(NOT_ALONE):
        return
    example = route.openapi_extra.get("x-example")
    there = await existing(api, company, path)
    unknown = await public.request(method, there, json=example)
    assert (unknown.status_code, unknown.json()["code"]) == (401, "unauthenticated")
    if route.permission == "signed_in":
        return
    viewer = await make_member(api, "viewer")
    signed_in = bearer(await company.sign_in(viewer["email"]))
    refused = await public.request(method, there, json=example, headers=signed_in)
    hidden = "{" in path and route.visible_to != "signed_in"
    assert refused.status_code == (404 if hidden else 403), refused.text


@pytest.mark.parametrize(("method", "path", "route"), OPERATIONS, ids=IDS)
async def test_another_companys_things_are_not_there(
    public: httpx.AsyncClient, api: httpx.AsyncClient, company: Company, method: str, path: str,
    route: Any,
) -> None:  # fmt: skip
    """GW-04"""
    if (method, path) in PUBLIC or "{" not in path or path.startswith(NOT_ALONE):
        return
    there = await existing(api, company, path)
    stranger = await sign_up(public)
    answer = await public.request(
        method, there, json=route.openapi_extra.get("x-example"),
        headers=bearer(await stranger.sign_in()),
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/users", "/v1/roles", "/v1/teams", "/v1/api-keys",
                                  "/v1/invitations", "/v1/sessions", "/v1/audit-log"])  # fmt: skip
async def test_lists_show_ones_own_company_only(
    api: httpx.AsyncClient, public: httpx.AsyncClient, company: Company, path: str
) -> None:
    """GW-04"""
    await existing(api, company, "/v1/teams/{team_id}")
    await existing(api, company, "/v1/api-keys/{api_key_id}")
    await existing(api, company, "/v1/invitations/{invitation_id}")
    stranger = await sign_up(public)
    ours = (await api.get(path, params={"limit": 200})).json()["items"]
    answer = await public.get(path, params={"limit": 200}, headers=bearer(await stranger.sign_in()))
    theirs = answer.json()["items"]
    assert ours and not {one["id"] for one in ours} & {one["id"] for one in theirs}


@pytest.mark.parametrize(("method", "path", "route"), OPERATIONS, ids=IDS)
async def test_the_documented_example_works(
    edge: Harness, api: httpx.AsyncClient, company: Company, method: str, path: str, route: Any
) -> None:  # fmt: skip
    """GW-08"""
    example = route.openapi_extra.get("x-example")
    if method in ("POST", "PATCH", "PUT") and route.body_field is not None:
        assert example is not None, "an operation with a body has an example"
    if path in BY_THEMSELVES or path.startswith(NOT_ALONE):
        return
    body = await filled(api, company, path, example)
    if path in MAILED:
        await api.post("/v1/auth/password-reset", json={"email": company.email})
        await run_mailing(edge)
        body = example | {"token": (await mailed(edge, company.email, MAILED[path]))[0]}
    there = await existing(api, company, path)
    given = {"data": body} if path == "/v1/auth/token" else {"json": body}
    if method in ("GET", "DELETE"):
        given = {}
    answer = await api.request(method, there, **given)
    assert answer.status_code == (route.status_code or 200), answer.text


async def test_a_session_of_somebody_else_is_hidden(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-04"""
    owner = (await api.get("/v1/sessions")).json()["items"][0]
    agent = await make_member(api, "agent")
    signed_in = bearer(await company.sign_in(agent["email"]))
    listed = (await company.http.get("/v1/sessions", headers=signed_in)).json()["items"]
    assert {session["user_id"] for session in listed} == {agent["id"]}
    gone = await company.http.delete(f"/v1/sessions/{owner['id']}", headers=signed_in)
    assert gone.status_code == 404


async def test_made_up_tokens_open_nothing(edge: Harness, company: Company) -> None:
    made_up = Caller(edge.caller().tenant_id, "user:1", frozenset({"*"}))
    async with edge.http(made_up) as forger:
        assert (await forger.get("/v1/me")).status_code == 401


async def existing(api: httpx.AsyncClient, company: Company, path: str) -> str:
    """The path with the id of something of the company's."""
    if "{" not in path:
        return path
    collection = path.split("/{")[0]
    match collection:
        case "/v1/tenants":
            found = company.id
        case "/v1/users":
            found = (await make_member(api))["id"]
        case "/v1/sessions":
            await company.sign_in()
            found = (await api.get(collection)).json()["items"][0]["id"]
        case _:
            found = (await api.post(collection, json=await a_new(api, collection))).json()["id"]
    start, _, rest = path.partition("{")
    return start + found + rest.partition("}")[2]


async def proofs(api: httpx.AsyncClient, path: str, example: Any) -> Any:
    """What a second factor is confirmed with, or turned off; what a passkey's device sends."""
    if "/passkeys" in path:
        return await of_passkeys(api, path, example)
    if path.endswith("/confirm"):
        return {"code": code_at((await api.post("/v1/me/mfa")).json()["secret"])}
    secret, _ = await enabled(api)
    return {"password": PASSWORD, "code": code_at(secret, 30)}


async def own_id(api: httpx.AsyncClient) -> str:
    found: str = (await api.get("/v1/me")).json()["user"]["id"]
    return found


async def a_new(api: httpx.AsyncClient, collection: str) -> dict[str, Any]:
    bodies: dict[str, dict[str, Any]] = {
        "/v1/roles": {"name": "Own", "permissions": [], "visibility": "all"},
        "/v1/teams": {"name": "Own"},
        "/v1/me/passkeys": await new_passkey(api, device()),
        "/v1/api-keys": {"name": "Own", "permissions": []},
        "/v1/oidc-providers": provider_at("https://accounts.example.com"),
        "/v1/assignment-rules": {"name": "Own", "user_ids": [await own_id(api)]},
        "/v1/invitations": {"email": make_email(), "role_id": await role_named(api, "viewer")},
    }
    return bodies[collection]


async def of_passkeys(api: httpx.AsyncClient, path: str, example: Any) -> Any:
    """What a device sends; a new name needs none."""
    own = device()
    if path == "/v1/me/passkeys":
        return await new_passkey(api, own)
    if path == "/v1/auth/passkeys":
        await api.post("/v1/me/passkeys", json=await new_passkey(api, own))
        return {"credential": own.get(await challenge(api))}
    return {"password": PASSWORD} if "password" in (example or {}) else example


async def filled(api: httpx.AsyncClient, company: Company, path: str, example: Any) -> Any:
    """The example with what only exists once: addresses, tokens, ids."""
    match path:
        case "/v1/tenants":
            return example | {"owner": example["owner"] | {"email": make_email()}}
        case "/v1/auth/token":
            return example | {"username": company.email, "password": PASSWORD}
        case "/v1/me/password":
            return example | {"current_password": PASSWORD}
        case _ if "/me/mfa/" in path or "/passkeys" in path:
            return await proofs(api, path, example)
        case "/v1/assignment-rules" if example:
            return example | {"user_ids": [await own_id(api)]}
        case "/v1/invitations" if example:
            return example | {"role_id": await role_named(api, "viewer")}
        case "/v1/invitations/accept":
            made = await api.post("/v1/invitations", json=await a_new(api, "/v1/invitations"))
            return example | {"token": made.json()["token"]}
    return example
