"""How a client stands together with all below it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from billing.balances import use_cases
from billing.peers import Peers
from chassis.errors import MissingPermission, NotFound
from chassis.ids import new_id
from chassis.money import Money
from chassis.work import UnitOfWork
from services.billing.tests.factories import Json, Person
from services.billing.tests.payments.making import client, owed, pay

BALANCES = "/v1/balances"
AMOUNTS = (
    "invoiced", "paid", "written_off", "due", "opening", "overdue", "credit", "lifetime_value",
)  # fmt: skip
Links = dict[str, list[str]]
Linking = Callable[[Links], None]


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> Linking:
    """Who clients says is below whom; of others there is none below."""

    def say(links: Links) -> None:
        async def below(
            _: Any, by: UnitOfWork, client_id: UUID, most: int
        ) -> tuple[UUID, list[UUID]] | None:
            assert not by.has_begun
            found = [UUID(one) for one in links.get(str(client_id), [])]
            return (client_id, found) if len(found) <= most else None

        monkeypatch.setattr(Peers, "clients_below", below)

    return say


async def _rolled_up(person: Person, client_id: str) -> dict[str, Json]:
    items = (await person.get(BALANCES, client_id=client_id, rollup=True))["items"]
    for one in items:
        assert (one["client_id"], one["url"]) == (client_id, f"/v1/clients/{client_id}")
        for name in AMOUNTS:
            parts = [Money.parse(part[name], one["currency"]) for part in one["parts"]]
            whole = Money.parse(one[name], one["currency"])
            assert sum(part.amount_minor for part in parts) == whole.amount_minor, name
    return {one["currency"]: one for one in items}


def _dues(balance: Json) -> dict[str, str]:
    return {one["client_id"]: one["due"] for one in balance["parts"]}


async def test_all_below_are_summed_up_by_currency(owner: Person, linked: Linking) -> None:
    """CL-66: branches of branches too; the parts are those of each client, and make the sum."""
    head, branch, shop, idle, other = [await client(owner) for _ in range(5)]
    linked({head: [branch, shop, idle], branch: [shop]})
    assert await _rolled_up(owner, head) == {}
    late = {"issue_date": "2020-01-01", "due_date": "2020-02-01"}
    await owed(owner, "100.00", branch, **late)
    paid = await owed(owner, "50.00", shop)
    await pay(owner, "20.00", shop, of={paid["id"]: "20.00"})
    await pay(owner, "5.000", branch, currency="KWD")
    await owed(owner, "7.00", other)
    found = await _rolled_up(owner, head)
    assert {code: one["due"] for code, one in found.items()} == {"KWD": "0.000", "SAR": "130.00"}
    assert (found["SAR"]["overdue"], found["SAR"]["paid"]) == ("100.00", "20.00")
    assert _dues(found["SAR"]) == {branch: "100.00", shop: "30.00"}
    assert (found["KWD"]["credit"], _dues(found["KWD"])) == ("5.000", {branch: "0.000"})
    assert _dues((await _rolled_up(owner, branch))["SAR"]) == {branch: "100.00", shop: "30.00"}
    alone = (await owner.get(BALANCES, client_id=branch))["items"]
    assert [one["parts"] for one in alone] == [None, None]
    part = next(one for one in found["SAR"]["parts"] if one["client_id"] == branch)
    assert part == {n: v for n, v in alone[1].items() if n != "parts"}


async def test_a_merged_client_counts_once_with_who_answers_for_it(
    owner: Person, linked: Linking
) -> None:
    """CL-66: be it that clients told of both, or of either."""
    head, branch, twin = [await client(owner) for _ in range(3)]
    for one in (head, branch, twin):
        await owed(owner, "10.00", one)
    await client(owner, id=twin, version=2, merged_into=branch)
    for below in ([branch], [twin], [branch, twin, branch]):
        linked({head: below})
        found = await _rolled_up(owner, head)
        assert _dues(found["SAR"]) == {head: "10.00", branch: "20.00"}


async def test_what_is_not_seen_is_in_no_sum(owner: Person, linked: Linking) -> None:
    """CL-66, GW-02: also where clients would have told of it."""
    async with owner.colleague("billing:read", "clients:read", visibility="assigned") as agent:
        mine = {"staff": [{"user_id": str(agent.caller.user_id), "role": "watcher"}]}
        head, seen, hidden = (
            await client(owner, **mine), await client(owner, **mine), await client(owner),
        )  # fmt: skip
        linked({head: [seen, hidden], hidden: [seen]})
        for one in (head, seen, hidden):
            await owed(owner, "10.00", one)
        assert _dues((await _rolled_up(agent, head))["SAR"]) == {head: "10.00", seen: "10.00"}
        assert await _rolled_up(agent, hidden) == {}
    assert len(_dues((await _rolled_up(owner, head))["SAR"])) == 3
    async with owner.service.http(owner.service.caller()) as stranger:
        answer = await stranger.get(BALANCES, params={"client_id": head, "rollup": True})
        assert answer.json()["items"] == []


async def test_what_clients_refuses_is_refused(
    owner: Person, linked: Linking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-66: unknown clients, missing permissions, and more than are summed up."""
    head = await client(owner)
    path = f"{BALANCES}?client_id={head}&rollup=true"
    monkeypatch.setattr(use_cases, "MOST_BELOW", 2)
    linked({head: [str(new_id()) for _ in range(3)]})
    assert await owner.wrong("GET", path, None) == ("too_many_clients_below", ["client_id"])
    assert await owner.wrong("GET", f"{path}x", None) == ("validation_failed", ["rollup"])

    async def refuse(_: Any, __: UnitOfWork, client_id: UUID, ___: int) -> Awaitable[None]:
        raise NotFound() if str(client_id) == head else MissingPermission(permission="clients:read")

    monkeypatch.setattr(Peers, "clients_below", refuse)
    assert await _rolled_up(owner, head) == {}
    refused = await owner.refused("GET", f"{BALANCES}?client_id={new_id()}&rollup=true")
    assert refused == (403, "forbidden")
