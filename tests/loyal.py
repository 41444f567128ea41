"""Makers of what clients do with their memberships: for tests/world.py."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final

from chassis.testing.eventually import eventually
from tests import sold

if TYPE_CHECKING:
    from tests.world import World

_VISITS: Final = count()
_FIRST_VISIT: Final = datetime(2020, 1, 1, 9, tzinfo=UTC)


async def check_in(world: "World") -> str:
    """Somebody comes in, where everybody may."""
    said = {"attendance": "everybody"}
    answer = await world.person.ask("PATCH", "/v1/settings/memberships", json=said)
    assert answer.status_code == 200, answer.text
    return await world.made("/v1/check-ins", {
        "client_id": world.ids["client_id"], "occurred_at": new_visit(),
    })  # fmt: skip


def new_visit() -> str:
    """A moment at which nobody has come in yet, on a day of its own."""
    return (_FIRST_VISIT + timedelta(days=next(_VISITS))).isoformat()


async def loyalty_rule(world: "World") -> str:
    return await world.made("/v1/loyalty/rules", {"name": world.text(), "amount_per_point": "1"})


async def redemption(world: "World") -> str:
    """Points of a client as a discount on a draft of theirs, once billing has applied it."""
    said = {"loyalty": {"credit_type_id": world.ids["credit_type_id"], "point_value": "0.01",
                        "currency": "SAR", "minimum_points": "0"}}  # fmt: skip
    answer = await world.person.ask("PATCH", "/v1/settings/memberships", json=said)
    assert answer.status_code == 200, answer.text
    client_id = world.ids["client_id"]
    await world.made("/v1/credit-charges", {
        "client_id": client_id, "credit_type_id": world.ids["credit_type_id"], "amount": "10",
    })  # fmt: skip
    made = await world.made("/v1/loyalty/redemptions", {
        "client_id": client_id, "invoice_id": await sold.invoice(world), "points": "1",
    })  # fmt: skip

    async def is_applied() -> bool:
        found = await world.person.ask("GET", f"/v1/loyalty/redemptions/{made}")
        return bool(found.json()["status"] == "applied")

    await eventually(is_applied)
    return made
