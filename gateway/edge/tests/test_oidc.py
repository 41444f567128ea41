"""Signing in at a company's own provider: a real one, in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from edge.oidc_sign_ins import rules
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    code_at,
    enabled,
    mailed,
    make_member,
    sign_up,
    token,
)  # fmt: skip
from tests.identity_provider import PATH, Browser, IdentityProvider, identity_provider, provider_at

Json = dict[str, Any]
Open = Callable[[], Browser]


@pytest.fixture(scope="module")
async def provider(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[IdentityProvider]:
    async with identity_provider(tmp_path_factory.mktemp("oidc") / "provider") as running:
        yield running


async def set_up(api: httpx.AsyncClient, issuer: str, **given: Any) -> Json:
    """A provider of the company, switched on."""
    answer = await api.post("/v1/oidc-providers", json=provider_at(issuer, **given))
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def proved(edge: Harness, http: httpx.AsyncClient, email: str) -> None:
    """Prove the address by the link that was mailed to it."""
    link = (await mailed(edge, email, "email_check"))[-1]
    answer = await http.post("/v1/auth/email-verification", json={"token": link})
    assert answer.is_success, answer.text


def open_browser(edge: Harness, provider: IdentityProvider, provider_id: str) -> Browser:
    """Each comes from an address of its own: failures of one address add up."""
    http = edge.http(**{"X-Forwarded-For": f"test-{uuid4()}"})
    return Browser(http, provider, provider_id)


@pytest.fixture
async def browser(
    edge: Harness, api: httpx.AsyncClient, company: Company, provider: IdentityProvider
) -> Open:
    """Opens browsers at the company's provider, where the owner has an account: `subject`."""
    made = await set_up(api, provider.issuer)
    await proved(edge, company.http, company.email)
    await provider.knows(company.owner_id, email=company.email, email_verified=True)
    return lambda: open_browser(edge, provider, made["id"])


def test_the_challenge_is_that_of_the_standard() -> None:
    """GW-05: RFC 7636, appendix B; the provider of these tests does not look at it."""
    challenge = rules.challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


async def test_the_first_time_links_the_account_and_every_time_signs_in(
    company: Company, api: httpx.AsyncClient, provider: IdentityProvider, browser: Open
) -> None:
    """GW-05: by issuer and subject from then on, whatever address the account has later."""
    url = await (first := browser()).begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert asked["response_type"] == "code" and "openid" in asked["scope"].split()
    came = await first.come(await provider.sign_in(url, company.owner_id))
    assert came.status_code == 303, came.text
    assert came.headers["location"] == "http://127.0.0.1:8080/sign-in/oidc"
    cookie = came.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and f"path={PATH}" in cookie
    answer = await first.finish()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    me = (await first.http.get("/v1/me", headers=bearer(answer.json()))).json()
    assert me["user"]["id"] == company.owner_id
    refreshed = await token(
        company.http, grant_type="refresh_token", refresh_token=answer.json()["refresh_token"]
    )
    assert refreshed.status_code == 200
    await provider.knows(company.owner_id, email="new@example.com", email_verified=False)
    await browser().sign_in(company.owner_id)
    [linked] = (await api.get("/v1/me/oidc-identities")).json()["items"]
    assert (linked["issuer"], linked["email"]) == (provider.issuer, company.email)
    assert len((await api.get("/v1/sessions")).json()["items"]) == 3
    entries = (await api.get("/v1/audit-log", params={"entity": "oidc_identities"})).json()
    assert [one["actor"] for one in entries["items"]] == [f"user:{company.owner_id}"]


async def test_accounts_are_ones_own_to_read_and_to_unlink(
    company: Company, api: httpx.AsyncClient, browser: Open
) -> None:
    """GW-05"""
    await browser().sign_in(company.owner_id)
    [linked] = (await api.get("/v1/me/oidc-identities")).json()["items"]
    path = f"/v1/me/oidc-identities/{linked['id']}"
    assert (await api.get(path)).json()["email"] == company.email
    other = await make_member(api, "admin")
    theirs = bearer(await company.sign_in(other["email"]))
    for method in ("GET", "DELETE"):
        assert (await company.http.request(method, path, headers=theirs)).status_code == 404
    assert (await api.delete(path)).status_code == 204
    assert (await api.get("/v1/me/oidc-identities")).json()["items"] == []


async def test_a_sign_in_is_of_one_browser_and_goes_on_once(
    edge: Harness, company: Company, provider: IdentityProvider, browser: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """GW-05: another state, another browser, twice, late, and the steps confused."""
    own, strange = browser(), browser()
    location = await provider.sign_in(await own.begin(), company.owner_id)
    assert await refused(await own.come(location, state=uuid4().hex)) == "oidc_sign_in_lost"
    assert await refused(await strange.come(location)) == "oidc_sign_in_lost"
    await strange.begin()
    assert await refused(await strange.come(location)) == "oidc_sign_in_lost"
    assert await refused(await own.finish()) == "oidc_sign_in_lost"
    away = dict(own.http.cookies)
    assert (await own.come(location)).status_code == 303
    back = dict(own.http.cookies)
    own.http.cookies.clear()
    for name, value in away.items():
        own.http.cookies.set(name, value, domain="diwan.test", path=PATH)
    assert await refused(await own.come(location)) == "oidc_sign_in_lost"
    own.http.cookies.clear()
    for name, value in back.items():
        own.http.cookies.set(name, value, domain="diwan.test", path=PATH)
    answers = await asyncio.gather(*(own.finish() for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [200, 400, 400, 400, 400, 400]
    late = browser()
    location = await provider.sign_in(await late.begin(), company.owner_id)
    clock = FrozenClock(edge.context.database.clock())
    monkeypatch.setattr(edge.context.database, "clock", clock)
    clock.advance(minutes=11)
    assert await refused(await late.come(location)) == "oidc_sign_in_lost"


@pytest.mark.parametrize("claims", [
    {"aud": "somebody-else"}, {"aud": ["diwan", "somebody-else"]}, {"azp": "somebody-else"},
    {"aud": ["diwan", "somebody-else"], "azp": "somebody-else"}, {"exp": 1_700_000_000},
    {"iat": 9_000_000_000}, {"nbf": 9_000_000_000}, {"iss": "https://accounts.example.com"},
    {"nonce": "of another sign-in"}, {"exp": "soon"}, {"aud": None},
], ids=str)  # fmt: skip
async def test_a_token_of_another_or_of_another_time_proves_nothing(
    company: Company, provider: IdentityProvider, browser: Open, claims: Json
) -> None:
    """GW-05: audience, party, time, issuer and nonce of the ID token."""
    await provider.knows(company.owner_id, email=company.email, email_verified=True, **claims)
    assert await refused(await browser().back(company.owner_id)) == "oidc_not_proved"


async def test_a_made_up_code_proves_nothing(browser: Open, provider: IdentityProvider) -> None:
    """GW-05"""
    one = browser()
    location = await provider.sign_in(await one.begin(), "somebody")
    assert await refused(await one.come(location, code="made-up")) == "oidc_not_proved"
    again = browser()
    location = await provider.sign_in(await again.begin(), "somebody")
    spoiled = await again.come(location, iss="https://accounts.example.com")
    assert await refused(spoiled) == "oidc_not_proved"


async def test_what_the_provider_refuses_is_told_in_the_callers_language(
    browser: Open, provider: IdentityProvider
) -> None:
    """GW-05"""
    one = browser()
    answer = await one.come(await provider.refuse(await one.begin()))
    assert await refused(answer) == "oidc_refused" and answer.json()["error"] == "access_denied"
    two = browser()
    location = await provider.refuse(await two.begin())
    two.http.headers["Accept-Language"] = "ar"
    odd = await two.come(location, error="<script>")
    assert odd.json()["error"] == "unknown" and "مزود" in odd.json()["detail"]


@pytest.mark.parametrize("said", [
    {}, {"email_verified": False}, {"email_verified": "true"}, {"email": "nobody@example.com"},
    {"email": "no address"}, {"email": None}, {"email": ["a@example.com"]},
], ids=str)  # fmt: skip
async def test_an_address_that_the_provider_has_not_proved_links_nothing(
    company: Company, provider: IdentityProvider, browser: Open, said: Json
) -> None:
    """GW-05"""
    claims = {"email": company.email} | ({"email_verified": True} if "email" in said else {}) | said
    await provider.knows(company.owner_id, **claims)
    assert await refused(await browser().back(company.owner_id)) == "oidc_not_linked"


async def test_only_active_users_of_the_company_with_a_proved_address_are_linked(
    edge: Harness, company: Company, api: httpx.AsyncClient, provider: IdentityProvider,
    browser: Open,
) -> None:  # fmt: skip
    """GW-05: unproved here, of another company, who left; and nobody with a second account."""
    member, other = await make_member(api), await sign_up(company.http)
    await proved(edge, company.http, other.email)
    for email in (member["email"], other.email):
        await provider.knows(email, email=email, email_verified=True)
        assert await refused(await browser().back(email)) == "oidc_not_linked"
    await proved(edge, company.http, member["email"])
    await browser().sign_in(member["email"])
    await provider.knows("heir", email=member["email"], email_verified=True)
    assert await refused(await browser().back("heir")) == "oidc_not_linked"
    half = browser()
    assert (await half.back(member["email"])).status_code == 303
    assert (await api.post(f"/v1/users/{member['id']}/deactivate", json={})).is_success
    assert await refused(await half.finish()) == "invalid_grant"
    assert await refused(await browser().back(member["email"])) == "oidc_not_linked"


async def test_two_windows_link_one_account(
    company: Company, api: httpx.AsyncClient, browser: Open
) -> None:
    """GW-05"""
    windows = [browser() for _ in range(4)]
    came = await asyncio.gather(*(one.back(company.owner_id) for one in windows))
    assert [one.status_code for one in came] == [303] * 4
    assert len((await api.get("/v1/me/oidc-identities")).json()["items"]) == 1


async def test_who_set_up_a_second_factor_gives_it_here_too(
    company: Company, api: httpx.AsyncClient, browser: Open
) -> None:
    """GW-05: it may be typed again, and not without end."""
    secret, recovery = await enabled(api)
    one = browser()
    assert (await one.back(company.owner_id)).status_code == 303
    assert await refused(await one.finish()) == "otp_required"
    assert await refused(await one.finish(otp="000000")) == "invalid_otp"
    assert (await one.finish(otp=code_at(secret, 30))).status_code == 200
    two = browser()
    assert (await two.back(company.owner_id)).status_code == 303
    for _ in range(10):
        assert await refused(await two.finish(otp="000000")) == "invalid_otp"
    assert (await two.finish(otp=recovery[0])).status_code == 429


async def test_keys_that_change_are_read_anew_and_a_provider_that_is_gone_is_said(
    company: Company, provider: IdentityProvider, browser: Open
) -> None:
    """GW-05: a restart of the provider changes its keys."""
    await browser().sign_in(company.owner_id)
    one = browser()
    await one.begin()
    await provider.stop()
    away = await one.http.get(one.path)
    assert away.status_code == 303  # what it publishes is remembered for minutes
    location = f"{one.path}/callback?code=x&state={_state(away)}"
    gone = await one.come(location)
    assert (gone.status_code, gone.json()["code"]) == (503, "oidc_provider_unavailable")
    await provider.start()
    await provider.knows(company.owner_id, email=company.email, email_verified=True)
    await browser().sign_in(company.owner_id)


def _state(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


async def test_a_company_may_have_everybody_but_owners_sign_in_there(
    edge: Harness, company: Company, api: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    """GW-05"""
    member = await make_member(api)
    made = await set_up(api, provider.issuer, required=True)
    form = {"grant_type": "password", "username": member["email"], "password": PASSWORD}
    assert await refused(await token(company.http, **form)) == "oidc_required"
    wrong = await token(company.http, **(form | {"password": "not the password"}))
    assert await refused(wrong) == "invalid_grant"
    assert (await company.sign_in())["access_token"]
    await proved(edge, company.http, member["email"])
    await provider.knows(member["id"], email=member["email"], email_verified=True)
    assert (await open_browser(edge, provider, made["id"]).sign_in(member["id"]))["refresh_token"]
    off = await api.patch(f"/v1/oidc-providers/{made['id']}", json={"required": False})
    assert off.status_code == 200 and (await token(company.http, **form)).status_code == 200


async def test_owners_set_providers_up_and_the_secret_is_never_shown(
    edge: Harness, company: Company, api: httpx.AsyncClient
) -> None:
    """GW-05: whoever holds a provider could sign in as an owner, so nobody else sets one up."""
    issuer, given = f"https://{uuid4().hex}.example.com", {"id": str(uuid4())}
    made = await set_up(api, issuer, **given)
    path = f"/v1/oidc-providers/{made['id']}"
    assert made["redirect_uri"] == f"{made['sign_in_url']}/callback"
    again = provider_at(issuer, **given)
    same = await api.post("/v1/oidc-providers", json=again)
    assert (same.status_code, same.json()["version"]) == (200, 1)
    changed = again | {"oidc_client_secret": "another"}
    assert (await api.post("/v1/oidc-providers", json=changed)).json()["code"] == "id_taken"
    twice = await api.post("/v1/oidc-providers", json=again | {"id": str(uuid4())})
    assert (twice.status_code, twice.json()["code"]) == (409, "issuer_taken")
    listed = await api.get("/v1/oidc-providers")
    assert listed.json()["items"] == [(await api.get(path)).json()] == [made]
    changed = {"oidc_client_secret": "another", "enabled": False}
    assert (await api.patch(path, json=changed)).json()["enabled"] is False
    assert (await edge.http().get(f"{PATH}/{made['id']}")).status_code == 404
    log = await api.get("/v1/audit-log", params={"entity": "oidc_providers"})
    async with edge.context.database.plumbing() as connection:
        await connection.execute("select set_config('app.tenant', $1, true)", company.id)
        kept = await connection.fetchval("select string_agg(p::text, ' ') from oidc_providers p")
    shown = " ".join((log.text, listed.text, kept))
    assert "s3cret" not in shown and b"s3cret".hex() not in shown and "•••" in log.text
    admin = await make_member(api, "admin")
    theirs = bearer(await company.sign_in(admin["email"]))
    for method, where in (("POST", "/v1/oidc-providers"), ("PATCH", path), ("DELETE", path)):
        body = {"POST": again | {"id": None}, "PATCH": {"enabled": True}}.get(method)
        no = await company.http.request(method, where, json=body, headers=theirs)
        assert (no.status_code, no.json()["code"]) == (403, "owners_only")
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404


@pytest.mark.parametrize("issuer", [
    "accounts.example.com", "ftp://accounts.example.com", "https://", "https://a.example.com?x=1",
    "https://user:word@a.example.com", "https://a.example.com/#here", "https://a.example.com:x",
    "javascript:alert(1)//", "https://a b.example.com",
])  # fmt: skip
async def test_an_issuer_is_an_address(api: httpx.AsyncClient, issuer: str) -> None:
    body = {"name": "x", "issuer": issuer, "oidc_client_id": "x", "oidc_client_secret": "x"}
    answer = await api.post("/v1/oidc-providers", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "issuer")


async def test_deleted_it_forgets_whose_accounts_were_whose(
    company: Company, api: httpx.AsyncClient, browser: Open
) -> None:
    """GW-05"""
    one = browser()
    await one.sign_in(company.owner_id)
    assert (await api.delete(one.path.replace(PATH, "/v1/oidc-providers"))).status_code == 204
    assert (await api.get("/v1/me/oidc-identities")).json()["items"] == []
    assert (await one.http.get(one.path)).status_code == 404
