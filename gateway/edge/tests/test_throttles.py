"""Failed sign-ins are counted; losing the counters lets everybody try."""

import asyncio
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from chassis.testing.harness import Harness
from edge.throttles import use_cases
from edge.throttles.rules import Kind, TooManyFailures, TooOften
from edge.throttles.use_cases import Throttles
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    make_email,
    make_sign_up,
    role_named,
    token,
)  # fmt: skip
from local.servers.backing import BackingServers

MOST = 10


@pytest.fixture
async def elsewhere(edge: Harness) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.http() as client:
        client.headers["X-Forwarded-For"] = "198.51.100.7, 203.0.113.9"
        yield client


@pytest.fixture
def patient(edge: Harness, servers: BackingServers, monkeypatch: pytest.MonkeyPatch) -> Throttles:
    """The edge's counters with few tries, which wait for Redis however busy the machine is."""
    monkeypatch.setattr(use_cases, "_PATIENCE", 60)
    few = Throttles(settings_of(servers.valkey.url))
    monkeypatch.setitem(edge.context.own, Throttles, few)
    return few


async def attempt(http: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await token(http, grant_type="password", username=email, password=password)


async def test_failures_hold_up_an_account_where_they_come_from_and_lock_nobody_out(
    company: Company, elsewhere: httpx.AsyncClient
) -> None:
    """GW-05"""
    for _ in range(MOST):
        assert (await attempt(company.http, company.email, "not this one")).status_code == 400
    held = await attempt(company.http, company.email, PASSWORD)
    assert (held.status_code, held.json()["code"]) == (429, "too_many_failed_sign_ins")
    assert 0 < int(held.headers["retry-after"]) <= 15 * 60
    assert (await attempt(elsewhere, company.email, PASSWORD)).status_code == 200


async def test_who_guesses_from_many_addresses_is_held_up_and_the_owner_is_not(
    company: Company, elsewhere: httpx.AsyncClient, patient: Throttles
) -> None:
    """GW-05: guesses of all addresses add up, whatever races; a known device goes on."""
    assert (await attempt(elsewhere, company.email, PASSWORD)).status_code == 200
    most, at_once = 20, asyncio.Semaphore(8)

    async def guess(number: int) -> bool:
        address = f"bot {number} {company.email}"
        async with at_once:
            try:
                await patient.check(company.email, address)
            except TooManyFailures:
                return False
            await patient.count_failure(company.email, address)
            return True

    guesses = await asyncio.gather(*(guess(number) for number in range(3 * most)))
    # Those already at the door when the last one was counted may still have looked.
    assert most <= sum(guesses) <= most + 8
    assert (await attempt(company.http, company.email, PASSWORD)).status_code == 429
    for wrong in range(2):
        assert (await attempt(elsewhere, company.email, PASSWORD)).status_code == 200
        assert (await attempt(elsewhere, company.email, f"wrong {wrong}")).status_code == 400
    mine = bearer(await company_token(elsewhere, company))
    change = {"current_password": PASSWORD, "new_password": "another long password"}
    changed = await elsewhere.post("/v1/me/password", json=change, headers=mine)
    assert changed.status_code == 200


async def company_token(http: httpx.AsyncClient, company: Company) -> dict[str, Any]:
    found: dict[str, Any] = (await attempt(http, company.email, PASSWORD)).json()
    return found


@pytest.mark.parametrize("kind", ["sign_ups", "mails_of", "mails_to", "mails_asked"])
async def test_only_so_many_are_let_through_in_an_hour_whatever_races(
    patient: Throttles, kind: Kind
) -> None:
    """GW-05"""
    key = make_email()

    async def spend() -> int | None:
        try:
            await patient.spend(kind, key)
        except TooOften as refusal:
            return int(refusal.extra["retry_after"])
        return None

    waits = await asyncio.gather(*(spend() for _ in range(30)))
    assert waits.count(None) == 5
    assert all(0 < wait <= 3600 for wait in waits if wait is not None)
    await patient.spend(kind, make_email())


async def test_sign_ups_and_invitations_are_limited(
    company: Company, api: httpx.AsyncClient, patient: Throttles
) -> None:
    """GW-05: nobody makes companies without end, or mails strangers through one."""
    company.http.headers["X-Forwarded-For"] = f"here {company.id}"
    made = [await company.http.post("/v1/tenants", json=make_sign_up()) for _ in range(6)]
    assert [one.status_code for one in made] == [201] * 5 + [429]
    assert (made[5].json()["code"], "retry-after" in made[5].headers) == ("too_often", True)
    role = await role_named(api, "viewer")
    bodies = [{"email": make_email(), "role_id": role} for _ in range(6)]
    invited = [await api.post("/v1/invitations", json=body) for body in bodies]
    assert [one.status_code for one in invited] == [201] * 5 + [429]


def settings_of(redis_url: str, *, account: int = 10, address: int = 100, hourly: int = 5) -> Any:
    return SimpleNamespace(
        throttle_minutes=15, throttle_account=account, throttle_anywhere=20,
        throttle_address=address, sign_ups_per_address=hourly, mails_per_tenant=hourly,
        mails_per_recipient=hourly, mails_per_address=hourly, redis_url=redis_url,
    )  # fmt: skip


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
    throttles = Throttles(settings_of(servers.valkey.url, address=5))
    address = make_email()
    for number in range(5):
        await throttles.check(f"account {number}", address)
        await throttles.count_failure(f"account {number}", address)
    with pytest.raises(TooManyFailures):
        await throttles.check("another account", address)


async def test_without_redis_everybody_may_try_without_waiting() -> None:
    throttles = Throttles(settings_of("redis://127.0.0.1:1", account=1, address=1, hourly=1))
    started = time.monotonic()
    for _ in range(5):
        await throttles.check("account", "address")
        await throttles.count_failure("account", "address")
        await throttles.spend("sign_ups", "address")
    assert time.monotonic() - started < 5, "each of them would have waited half a second"
