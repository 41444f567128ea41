"""How tests make what clients have a right to."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.world import World


async def package(world: "World") -> str:
    return await world.made("/v1/packages", {
        "name": world.text(), "kind": "membership", "price": "300.00", "currency": "SAR",
        "period": {"unit": "month", "count": 1},
    })  # fmt: skip


async def package_order(world: "World") -> str:
    credit = {"credit_type_id": world.ids["credit_type_id"], "amount": "10"}
    package_id = await world.made("/v1/packages", {
        "name": world.text(), "kind": "credit", "price": "100.00", "currency": "SAR",
        "credits": [credit],
    })  # fmt: skip
    return await world.made("/v1/package-orders", {
        "client_id": world.ids["client_id"], "package_id": package_id, "note": world.text(),
    })  # fmt: skip


MAKERS: Final[dict[str, Callable[["World"], Awaitable[str]]]] = {
    "package_id": package,
    "package_order_id": package_order,
}
