"""kill -9 of scheduling, memberships and billing while bookings are settled: each effect once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest

from chassis.ids import new_id
from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate
from tests.chaos.proofs import buyers, every, verified
from tests.chaos.sales import acknowledged
from tests.events import published
from tests.product import Json, Person, Product

_MANY, _HALF = 20, 10
_PUT_IN, _TAKES = "5", "2"
_ANSWERED = "old.invoice_id is null and new.invoice_id is not null"
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class _Place:
    """Where a service is killed: as it writes such a row."""

    service: str
    writes: str
    when: str


async def test_what_a_booking_calls_for_is_done_once(stack: Stack, product: Product) -> None:
    """SC-06, SC-07: killed as credit is reserved and as that is written down, as it is consumed,
    as an invoice is made and as that is written down.
    """
    owner = await product.sign_up()
    clients = await buyers(owner, _MANY)
    credit = await owner.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة"})
    service = await _service(owner, credit["id"])
    await _charge(owner, clients, credit["id"])
    ids = {client_id: str(new_id()) for client_id in clients}

    async def book(client_id: str) -> None:
        await _ask(owner, "/v1/bookings", {
            "id": ids[client_id], "client_id": client_id, "service_id": service["id"],
            "starts_at": "2031-05-05T09:00:00Z", "any_time": True,
        })  # fmt: skip

    async def attend(booking_id: str) -> None:
        await _ask(owner, f"/v1/bookings/{booking_id}/attend", {})

    async def invoice(booking_id: str) -> None:
        await _ask(owner, f"/v1/bookings/{booking_id}/invoice", {})

    ours = f"new.tenant_id = '{owner.tenant['id']}'"
    noted = "new.credit_status <> old.credit_status and new.credit_status ="
    reserving = _Place("memberships", "insert on credit_holds", ours)
    reserved = _Place("scheduling", "update on bookings", f"{ours} and {noted} 'held'")
    consumed = _Place("scheduling", "update on bookings", f"{ours} and {noted} 'consumed'")
    making = _Place("billing", "insert on causes", ours)
    made = _Place("scheduling", "update on bookings", f"{ours} and {_ANSWERED}")
    await _killed(stack, reserving, _each(book, clients[:_HALF]))
    await _killed(stack, reserved, _each(book, clients[_HALF:]))
    await _stand(owner, lambda one: one["credit"]["status"] == "held")
    await _killed(stack, consumed, _each(attend, ids.values()))
    await _stand(owner, lambda one: one["credit"]["status"] == "consumed")
    await _killed(stack, making, _each(invoice, [*ids.values()][:_HALF]))
    await _killed(stack, made, _each(invoice, [*ids.values()][_HALF:]))
    await _stand(owner, lambda one: one["invoice_id"] is not None)
    await _each_effect_is_there_once(stack, owner, credit["id"], set(ids.values()))


async def _service(owner: Person, credit_type_id: str) -> Json:
    """For many at once, with whoever signed up; a seat takes credit, and has a price."""
    me = await owner.get("/v1/me")
    return await owner.post("/v1/booking-services", {
        "name": "حصة", "duration_minutes": 60, "capacity": 100, "price": "100.00",
        "currency": "SAR", "credit_type_id": credit_type_id, "credit_amount": _TAKES,
        "staff_ids": [me["user"]["id"]],
    })  # fmt: skip


async def _charge(owner: Person, clients: Iterable[str], credit_type_id: str) -> None:
    """Each gets the credit that bookings take."""
    for client_id in clients:
        charge = {"client_id": client_id, "credit_type_id": credit_type_id, "amount": _PUT_IN}
        await owner.post("/v1/credit-charges", charge)


async def _ask(owner: Person, path: str, body: Json) -> None:
    """Until it is acknowledged, under one key."""
    await acknowledged(owner, path, body, f"{path}-{body.get('id', '')}", Counter())


def _each(
    ask: Callable[[str], Awaitable[None]], names: Iterable[str]
) -> Callable[[], Awaitable[object]]:
    async def all_of_them() -> object:
        return await asyncio.gather(*map(ask, names))

    return all_of_them


async def _killed(
    stack: Stack, where: _Place, ask: Callable[[], Awaitable[object]]
) -> None:  # fmt: skip
    """Kill a service there, because of what is asked meanwhile."""
    async with gate(stack, where.service, where.writes, where.when) as place:
        asking = asyncio.ensure_future(ask())
        await place.kill_there()
    await asking
    await stack.wait_ready()


async def _stand(owner: Person, so: Callable[[Json], bool]) -> None:
    """Wait until all bookings stand so."""

    async def all_do() -> bool:
        found = [one async for one in every(owner, "/v1/bookings")]
        return len(found) == _MANY and all(map(so, found))

    await eventually(all_do, within=120, every=0.5)


async def _each_effect_is_there_once(
    stack: Stack, owner: Person, credit_type_id: str, bookings: set[str]
) -> None:
    holds = [one async for one in every(owner, "/v1/credit-holds")]
    assert [one["status"] for one in holds] == ["consumed"] * _MANY
    for one in holds:
        asked = {"client_id": one["client_id"], "credit_type_id": credit_type_id}
        [balance] = (await owner.get("/v1/credit-balances", **asked))["items"]
        assert (balance["balance"], balance["held"]) == ("3", "0")
    invoices = {one["id"] async for one in every(owner, "/v1/invoices")}
    shown = [one async for one in every(owner, "/v1/bookings")]
    assert {one["id"] for one in shown} == bookings
    assert len(invoices) == _MANY and {one["invoice_id"] for one in shown} == invoices
    told = Counter([
        (one.body["type"], one.body["subject"])
        for one in await published(stack, owner.tenant["id"])
        if one.body["type"] in ("scheduling.booking.confirmed", "scheduling.booking.attended")
    ])  # fmt: skip
    assert set(told.values()) == {1} and len(told) == 2 * _MANY
    for service in ("memberships", "billing"):
        assert await verified(stack, service) == (0, "0 with a fault")
