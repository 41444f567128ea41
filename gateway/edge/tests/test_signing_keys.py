"""Keys rotate without a request being refused, and old ones go away."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from chassis.clock import utc_now
from chassis.crypto import Crypto
from chassis.testing.harness import MASTER_KEYS, Harness
from edge.signing_keys import use_cases
from gateway.edge.tests.factories import Company, bearer


@pytest.fixture
async def later(edge: Harness) -> AsyncIterator[timedelta]:
    """Days ahead of which the edge lives during the test."""
    clock, edge.context.database.clock = edge.context.database.clock, utc_now
    yield timedelta()
    edge.context.database.clock = clock
    await use_cases.start(edge.context)


async def published(http: httpx.AsyncClient) -> list[str]:
    return [key["kid"] for key in (await http.get("/.well-known/jwks.json")).json()["keys"]]


async def test_published_keys_hold_no_secret(public: httpx.AsyncClient) -> None:
    answer = await public.get("/.well-known/jwks.json")
    [key] = answer.json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}


async def test_a_new_key_is_published_before_it_signs_and_the_old_one_goes_at_last(
    edge: Harness, company: Company, later: timedelta
) -> None:
    context, http = edge.context, company.http
    [first] = await published(http)
    before = await company.sign_in()

    await use_cases.rotate_keys(context, at_once=True)
    assert first in await published(http)
    [second] = set(await published(http)) - {first}
    waiting = await company.sign_in()
    assert kid(waiting["access_token"]) == first

    context.database.clock = lambda: utc_now() + timedelta(minutes=5)
    after = await company.sign_in()
    assert kid(after["access_token"]) == second
    await use_cases.publish_keys(context)
    for tokens in (before, waiting, after):
        assert (await http.get("/v1/me", headers=bearer(tokens))).status_code == 200

    context.database.clock = lambda: utc_now() + timedelta(hours=1)
    await use_cases.rotate_keys(context)
    assert await published(http) == [second]


async def test_a_key_is_due_once_however_many_ask(edge: Harness, later: timedelta) -> None:
    context = edge.context
    known = len((await use_cases.public_keys(context))["keys"])
    context.database.clock = lambda: utc_now() + timedelta(days=31)
    since = utc_now()
    for _ in range(3):
        await use_cases._add(context, since, since)
    await use_cases.publish_keys(context)
    assert len((await use_cases.public_keys(context))["keys"]) == known + 1


async def test_keys_are_sealed_anew_under_a_new_master_key(edge: Harness) -> None:
    context, other = edge.context, MASTER_KEYS.replace("1:", "2:")
    kept = context.crypto
    context.crypto = Crypto(f"{MASTER_KEYS},{other}")
    await use_cases.publish_keys(context)
    context.crypto = Crypto(other)
    assert (await use_cases._read(context))[0].pair.is_private
    context.crypto = Crypto(f"{other},{MASTER_KEYS}")
    await use_cases.publish_keys(context)
    context.crypto = kept


def kid(token: str) -> str:
    part = token.split(".")[0]
    found: str = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["kid"]
    return found
