"""Failed sign-ins are counted; losing the counters lets everybody try."""

import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest

from chassis.testing.harness import Harness
from edge.throttles.rules import TooManyFailures
from edge.throttles.use_cases import Throttles
from gateway.edge.tests.factories import PASSWORD, Company, bearer, make_email, token
from local.servers.backing import BackingServers

MOST = 10


@pytest.fixture
async def elsewhere(edge: Harness) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.http() as client:
        client.headers["X-Forwarded-For"] = "198.51.100.7, 203.0.113.9"
        yield client


async def attempt(http: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await token(http, grant_type="password", username=email, password=password)


async def test_an_account_is_held_up_after_too_many_failures(
    company: Company, elsewhere: httpx.AsyncClient
) -> None:
    """GW-05"""
    for _ in range(MOST):
        assert (await attempt(company.http, company.email, "not this one")).status_code == 400
    held = await attempt(elsewhere, company.email, PASSWORD)
    assert (held.status_code, held.json()["code"]) == (429, "too_many_failed_sign_ins")
    assert 0 < int(held.headers["retry-after"]) <= 15 * 60


async def test_an_account_that_is_not_there_is_held_up_all_the_same(
    public: httpx.AsyncClient,
) -> None:
    email = make_email()
    for _ in range(MOST):
        assert (await attempt(public, email, "anything")).status_code == 400
    assert (await attempt(public, email, "anything")).status_code == 429


async def test_the_right_password_clears_the_count(company: Company) -> None:
    for _ in range(2):
        for _ in range(MOST - 1):
            await attempt(company.http, company.email, "not this one")
        assert (await attempt(company.http, company.email, PASSWORD)).status_code == 200


async def test_successes_are_not_counted(company: Company) -> None:
    answers = [await attempt(company.http, company.email, PASSWORD) for _ in range(MOST + 2)]
    assert {answer.status_code for answer in answers} == {200}


async def test_a_name_typed_like_an_address_holds_up_nobody_there(
    public: httpx.AsyncClient,
) -> None:
    """Keys and invitations from an address are counted apart from what is typed as a name."""
    here = "198.51.100.23"
    for name in (here, f"@{here}"):
        for _ in range(MOST):
            await attempt(public, name, "anything")
    public.headers["X-Forwarded-For"] = here
    key = await token(public, grant_type="client_credentials", client_secret="dwn_x")
    assert (key.status_code, key.json()["code"]) == (400, "invalid_grant")


async def test_wrong_present_passwords_hold_up_their_own_account_only(
    edge: Harness, company: Company
) -> None:
    settings = edge.context.settings
    throttles = edge.context.kept(Throttles)
    for _ in range(settings.throttle_address):
        await throttles.count_failure(make_email(), "")
    mine = bearer(await company.sign_in())
    wrong = {"current_password": "not this one", "new_password": "another long password"}
    answer = await company.http.post("/v1/me/password", json=wrong, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")


async def test_an_address_is_held_up_over_many_accounts(servers: BackingServers) -> None:
    settings = SimpleNamespace(
        throttle_minutes=15, throttle_account=10, throttle_address=5, redis_url=servers.valkey.url
    )
    throttles = Throttles(settings)
    address = make_email()
    for number in range(5):
        await throttles.check(f"account {number}", address)
        await throttles.count_failure(f"account {number}", address)
    with pytest.raises(TooManyFailures):
        await throttles.check("another account", address)


async def test_without_redis_everybody_may_try_without_waiting() -> None:
    settings = SimpleNamespace(
        throttle_minutes=15, throttle_account=1, throttle_address=1,
        redis_url="redis://127.0.0.1:1",
    )  # fmt: skip
    throttles = Throttles(settings)
    started = time.monotonic()
    for _ in range(5):
        await throttles.check("account", "address")
        await throttles.count_failure("account", "address")
    assert time.monotonic() - started < 1
