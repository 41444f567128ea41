"""What can be done with the rules by which points are earned."""

from typing import Any, Final
from uuid import UUID

from chassis.money import Money
from chassis.work import UnitOfWork
from memberships.loyalty.repository.programme import LoyaltyRuleRepository
from memberships.loyalty.rules.failures import NotAPositiveAmount
from memberships.loyalty.tables import LoyaltyRule
from refs.home import home

# Fields → columns, and whether they may be nothing at all.
_AMOUNTS: Final = {
    "amount_per_point": ("amount_per_point_minor", False),
    "minimum_spend": ("minimum_spend_minor", True),
}


async def create_rule(work: UnitOfWork, values: dict[str, Any]) -> LoyaltyRule:
    """Add a rule; raises NotAPositiveAmount."""
    currency = values["currency"] or (await home(work)).currency
    columns = _columns(values | {"currency": currency}, currency)
    return (await LoyaltyRuleRepository(work).add_once(**columns))[0]


async def update_rule(work: UnitOfWork, rule_id: UUID, changes: dict[str, Any]) -> LoyaltyRule:
    """Change a rule, or put it away; raises NotAPositiveAmount."""
    rules = LoyaltyRuleRepository(work)
    known = await rules.get_for_update(rule_id)
    currency = changes.get("currency", known.currency)
    # Amounts that are not named stay as they read, in the digits of another currency.
    for name, (column, _) in _AMOUNTS.items():
        changes.setdefault(name, Money(getattr(known, column), known.currency).format())
    return await rules.update(known, **_columns(changes, currency))


async def delete_rule(work: UnitOfWork, rule_id: UUID) -> None:
    """Remove a rule; what it brought stays."""
    rules = LoyaltyRuleRepository(work)
    await rules.delete(await rules.get_for_update(rule_id))


def _columns(given: dict[str, Any], currency: str) -> dict[str, Any]:
    columns = {name: value for name, value in given.items() if name not in _AMOUNTS}
    for name, (column, may_be_nothing) in _AMOUNTS.items():
        columns[column] = _minor(given[name], currency, name, may_be_nothing=may_be_nothing)
    if "expires_after" in columns:
        expiry = columns.pop("expires_after") or {}
        columns |= {"expiry_unit": expiry.get("unit"), "expiry_count": expiry.get("count")}
    if "active" in columns:
        columns["is_active"] = columns.pop("active")
    return columns


def _minor(text: str, currency: str, field: str, *, may_be_nothing: bool) -> int:
    try:
        found = Money.parse(text, currency).amount_minor
    except ValueError:
        found = -1
    if found < 0 or not (found or may_be_nothing):
        raise NotAPositiveAmount(field=field, currency=currency)
    return found
