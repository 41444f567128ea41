"""Refusals explain themselves and betray nothing of the inside."""

import re

import pytest

from local.stack import Stack
from tests.openapi import Operation
from tests.product import Json, Person, Product
from tests.security.test_gateway import check_problem
from tests.world import World

_INSIDE = re.compile(
    r"Traceback|File \"|asyncpg|sqlalchemy|pydantic|/site-packages/|select .* from|insert into"
    r"|constraint|relation \"|127\.0\.0\.1:\d+/|postgres(ql)?://|nats://|redis://",
    re.IGNORECASE,
)


def betrays(text: str) -> bool:
    """Whether a text speaks of how the product is made."""
    return bool(_INSIDE.search(text))


@pytest.fixture(scope="module")
def refused(world: World) -> list[tuple[str, str, Json, int]]:
    """Requests that every service refuses, and how."""
    client = f"/v1/clients/{world.ids['client_id']}"
    return [
        ("POST", "/v1/clients", {}, 422),
        ("POST", "/v1/clients", {"name": "x", "unknown": 1}, 422),
        ("PATCH", client, {"folder_id": world.ids["folder_id"]}, 422),
        ("POST", f"{client}/status", {"status_id": world.ids["client_id"]}, 422),
        ("GET", "/v1/clients?cursor=nonsense", {}, 400),
        ("GET", "/v1/clients?colour=red", {}, 422),
        ("GET", "/v1/clients/nobody", {}, 404),
        ("GET", f"/v1/messages/{world.ids['client_id']}", {}, 404),
        ("POST", "/v1/messages", {"client_id": world.ids["client_id"], "channel": "pigeon"}, 422),
        ("POST", "/v1/taxes", {"name": "x", "rate": "0", "category": "S"}, 422),
        ("POST", "/v1/products", {"name": "x", "prices": {"SAR": "1.001"}}, 422),
        ("POST", "/v1/invoices", {"lines": [{"description": "x", "quantity": "0"}]}, 422),
        ("POST", "/v1/payments", {"amount": "1", "currency": "SAR", "method": "cash"}, 422),
        ("POST", "/v1/estimates", {"lines": [], "expires_on": "soon"}, 422),
        ("POST", "/v1/public/estimates/nothing/accept", {}, 404),
        ("GET", "/v1/public/invoices/nothing", None, 404),
        ("POST", "/v1/appointments", {"starts_at": "soon"}, 422),
        ("POST", "/v1/public/appointments/nothing/confirm", {}, 404),
        ("POST", "/v1/flows", {"name": "x", "trigger": {}, "steps": [{"type": "explode"}]}, 422),
        ("DELETE", "/v1/clients", {}, 405),
        ("POST", "/v1/roles", {"name": "x", "permissions": ["all:all"], "visibility": "all"}, 422),
    ]  # fmt: skip


async def test_every_service_refuses_with_a_problem_document(
    world: World, refused: list[tuple[str, str, Json, int]]
) -> None:
    for method, path, body, status in refused:
        answer = await world.person.ask(method, path, json=body or None)
        check_problem(answer, status)
        assert answer.json()["detail"], path
        assert not betrays(answer.text), answer.text


async def test_refusals_speak_the_readers_language(
    world: World, refused: list[tuple[str, str, Json, int]]
) -> None:
    """Arabic where it is asked for: title, detail and each field's message."""
    for method, path, body, status in refused:
        answer = await world.person.ask(
            method, path, json=body or None, headers={"Accept-Language": "ar"}
        )
        check_problem(answer, status)
        found = answer.json()
        texts = [found["title"], found["detail"], *(e["message"] for e in found["errors"])]
        assert all(re.search("[\u0600-\u06ff]", text) for text in texts), f"{path}: {texts}"


async def test_a_wrong_password_says_no_more_than_that(product: Product, world: World) -> None:
    """Whether the account exists is not told, neither by words nor by status."""
    answers = []
    for email in (world.person.email, "nobody-at-all@example.com"):
        form = {"grant_type": "password", "username": email, "password": "wrong-wrong-wrong"}
        answers.append(await product.http.post("/v1/auth/token", data=form))
    for answer in answers:
        check_problem(answer, 400)
        assert answer.json()["code"] == "invalid_grant"
    first, second = (a.json() | {"trace_id": "", "instance": ""} for a in answers)
    assert first == second


async def test_logs_hold_no_password_token_or_key(
    stack: Stack, world: World, every_operation: list[Operation]
) -> None:
    """After everything this run has done, the logs are searched for what nobody may read there."""
    secrets = [
        world.person.tokens["access_token"],
        world.person.tokens["refresh_token"],
        "a-long-enough-password",
        stack.secrets.service_key,
        stack.secrets.master_keys,
    ]
    for log in (stack.folder / "logs").glob("*.log"):
        text = log.read_text(errors="replace")
        assert not [secret for secret in secrets if secret in text], log.name
        assert "dwn_" not in text, log.name


async def test_a_refresh_token_used_twice_ends_the_session(product: Product) -> None:
    """GW-05: the second use means that it was stolen."""
    owner = await product.sign_up()
    first = await _refresh(product, owner.tokens["refresh_token"])
    assert first is not None
    assert await _refresh(product, owner.tokens["refresh_token"]) is None
    assert await _refresh(product, first.tokens["refresh_token"]) is None


async def _refresh(product: Product, token: str) -> Person | None:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answer = await product.http.post("/v1/auth/token", data=form)
    if answer.status_code != 200:
        return None
    return Person(product.http, "", answer.json(), {})
