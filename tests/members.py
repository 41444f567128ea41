"""How tests make what clients have a right to."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final

from tests import loyal

if TYPE_CHECKING:
    from tests.world import World


_DAYS: Final = count()


async def package(world: "World", price: str = "300.00") -> str:
    return await world.made("/v1/packages", {
        "name": world.text(), "kind": "membership", "price": price, "currency": "SAR",
        "period": {"unit": "month", "count": 1},
    })  # fmt: skip


async def credit_package(world: "World") -> str:
    credit = {"credit_type_id": world.ids["credit_type_id"], "amount": "10"}
    return await world.made("/v1/packages", {
        "name": world.text(), "kind": "credit", "price": "100.00", "currency": "SAR",
        "credits": [credit],
    })  # fmt: skip


async def membership(world: "World") -> str:
    """One that costs nothing, so that it is active at once."""
    package_id = await package(world, "0.00")
    return await world.made("/v1/memberships", {
        "client_id": world.ids["client_id"], "package_id": package_id, "note": world.text(),
    })  # fmt: skip


async def freeze(world: "World") -> str:
    """Of days that no other one of the same membership has."""
    first = date(2100, 1, 1) + timedelta(days=2 * next(_DAYS))
    path = f"/v1/memberships/{world.ids['membership_id']}/freezes"
    days = {"from": first.isoformat(), "to": first.isoformat()}
    return await world.made(path, {**days, "reason": world.text()})


async def package_order(world: "World") -> str:
    package_id = await credit_package(world)
    return await world.made("/v1/package-orders", {
        "client_id": world.ids["client_id"], "package_id": package_id, "note": world.text(),
    })  # fmt: skip


async def charged(world: "World", client_id: str) -> dict[str, str]:
    """What says whose credit of what, of which there is some."""
    whose = {"client_id": client_id, "credit_type_id": world.ids["credit_type_id"]}
    await world.made("/v1/credit-charges", {**whose, "amount": "50", "description": world.text()})
    return whose


async def credit_charge(world: "World") -> str:
    whose = {"client_id": world.ids["client_id"], "credit_type_id": world.ids["credit_type_id"]}
    return await world.made("/v1/credit-charges", {
        **whose, "amount": "50", "description": world.text(),
    })  # fmt: skip


async def credit_usage(world: "World") -> str:
    whose = await charged(world, world.ids["client_id"])
    return await world.made("/v1/credit-usages", {**whose, "amount": "1", "note": world.text()})


async def credit_hold(world: "World") -> str:
    whose = await charged(world, world.ids["client_id"])
    return await world.made("/v1/credit-holds", {**whose, "amount": "1", "note": world.text()})


async def credit_adjustment(world: "World") -> str:
    whose = {"client_id": world.ids["client_id"], "credit_type_id": world.ids["credit_type_id"]}
    return await world.made("/v1/credit-adjustments", {
        **whose, "amount": "1", "reason": world.text(),
    })  # fmt: skip


async def linked(world: "World") -> str:
    """Another client, who is linked with the first one."""
    other = await world.fresh("client_id")
    await world.made("/v1/client-links", {
        "from_client_id": world.ids["client_id"], "to_client_id": other, "kind": "sibling",
    })  # fmt: skip
    return other


async def credit_transfer(world: "World") -> str:
    whose, other = await charged(world, world.ids["client_id"]), await linked(world)
    return await world.made("/v1/credit-transfers", {
        "from_client_id": whose["client_id"], "to_client_id": other,
        "credit_type_id": whose["credit_type_id"], "amount": "1", "note": world.text(),
    })  # fmt: skip


async def credit_share(world: "World") -> str:
    other = await linked(world)
    return await world.made("/v1/credit-shares", {
        "client_id": world.ids["client_id"], "with_client_id": other,
    })  # fmt: skip


MAKERS: Final[dict[str, Callable[["World"], Awaitable[str]]]] = {
    "credit_charge_id": credit_charge,
    "credit_usage_id": credit_usage,
    "credit_hold_id": credit_hold,
    "credit_adjustment_id": credit_adjustment,
    "credit_transfer_id": credit_transfer,
    "credit_share_id": credit_share,
    "package_id": package,
    "membership_id": membership,
    "freeze_id": freeze,
    "package_order_id": package_order,
    "check_in_id": loyal.check_in,
    "loyalty_rule_id": loyal.loyalty_rule,
    "redemption_id": loyal.redemption,
}
