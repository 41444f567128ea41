"""How many points clients have, and what they are worth."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from chassis.money import Money
from chassis.work import UnitOfWork
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import written
from memberships.defaults.use_cases import settings_of
from memberships.loyalty.repository.balances import of_clients
from memberships.loyalty.rules.redeeming import worth_minor
from refs.home import today

_FIGURES: Final = ("earned", "redeemed", "expired", "otherwise", "balance", "held")


async def balances(work: UnitOfWork, client_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Of each visible client who ever had points, in the type that points are counted in now."""
    settings = await settings_of(work)
    type_id = settings.point_credit_type_id
    if type_id is None:
        return []
    kind = (await credit_types.kinds(work, {type_id}))[type_id]
    sums: dict[UUID, Counter[str]] = {}
    for row in await of_clients(work, client_ids, type_id, await today(work)):
        had = sums.setdefault(row["client_id"], Counter())
        had.update({name: row[name] for name in _FIGURES})
    return [
        {
            "client_id": client_id, "url": f"/v1/clients/{client_id}", "credit_type_id": type_id,
            **{name: written(had[name], kind.decimals) for name in _FIGURES},
            "money_value": _worth(
                had, kind.decimals, settings.point_value, settings.point_currency
            ),
        }
        for client_id, had in sums.items()
    ]  # fmt: skip


def _worth(
    had: Mapping[str, int], decimals: int, value: str | None, currency: str | None
) -> dict[str, str] | None:
    """What can be redeemed is worth; nothing where more was used than there was."""
    if value is None or currency is None:
        return None
    minor = worth_minor(max(had["balance"], 0), decimals, value, currency)
    return {"amount": Money(minor, currency).format(), "currency": currency}
