"""How a company keeps its memberships."""

from typing import Any, Final

from chassis.work import UnitOfWork
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.rules import UnknownCreditType
from memberships.defaults import events
from memberships.defaults.repository import MembershipSettingsRepository
from memberships.defaults.tables import MembershipSettings
from refs.home import home

# Columns that name a credit type → their field in the body.
_TYPES: Final = {
    "check_in_credit_type_id": "check_in_credit_type_id",
    "point_credit_type_id": "loyalty.credit_type_id",
}


async def settings_of(work: UnitOfWork) -> MembershipSettings:
    """How the company has it, be it that it said nothing yet; read once in a work."""
    return await MembershipSettingsRepository(work).current()


async def update_settings(work: UnitOfWork, changes: dict[str, Any]) -> MembershipSettings:
    """Change how memberships are kept; raises UnknownCreditType."""
    settings = MembershipSettingsRepository(work)
    known = await settings.current_for_update()
    for column, field in _TYPES.items():
        if changes.get(column) not in (None, getattr(known, column)):
            await _check_type(work, changes[column], field)
    if (changes.get("point_value") or known.point_value) and not (
        changes.get("point_currency", known.point_currency)
    ):
        changes["point_currency"] = (await home(work)).currency
    updated = await settings.update(known, **changes)
    if updated is not known:
        differing = [name for name in changes if getattr(known, name) != getattr(updated, name)]
        work.publish(events.settings_updated(updated, differing))
    return updated


async def _check_type(work: UnitOfWork, credit_type_id: Any, field: str) -> None:
    found = await CreditTypeRepository(work).find(credit_type_id)
    if found is None or not found.is_active:
        raise UnknownCreditType(field=field)
