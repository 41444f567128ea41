"""What can be done with credit types."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit_types import rules
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.tables import CreditType


async def create_credit_type(work: UnitOfWork, values: dict[str, Any]) -> CreditType:
    """Add a credit type."""
    made, _ = await CreditTypeRepository(work).add_once(**values)
    return made


async def update_credit_type(
    work: UnitOfWork, credit_type_id: UUID, changes: dict[str, Any]
) -> CreditType:
    """Change a credit type, or put it away."""
    types = CreditTypeRepository(work)
    known = await types.get_for_update(credit_type_id)
    if known.counted_at and changes.get("decimals", known.decimals) != known.decimals:
        raise rules.CreditTypeCounted(field="decimals")
    return await types.update(known, **changes)


async def delete_credit_type(work: UnitOfWork, credit_type_id: UUID) -> None:
    """Remove a credit type that nothing was counted in."""
    types = CreditTypeRepository(work)
    known = await types.get_for_update(credit_type_id)
    if known.counted_at:
        raise rules.CreditTypeInUse()
    await types.delete(known)


async def types_to_count(
    work: UnitOfWork, named: Mapping[str, UUID], *, known: Collection[UUID] = ()
) -> dict[UUID, int]:
    """The decimals of credit types that amounts are about to be written in, given by the fields
    that name them.

    From then on their decimals stay, and they are not removed. Those that are not active any more
    are only taken if they are `known`, that is, were there before. Raises UnknownCreditType.
    """
    types, wanted = CreditTypeRepository(work), set(named.values())
    found = await types.of(wanted) if wanted else {}
    if any(not one.counted_at for one in found.values()):
        found = await types.of(wanted, lock=True)
        await types.count([one.id for one in found.values() if not one.counted_at])
    for field, one in named.items():
        if one not in found or not (found[one].is_active or one in known):
            raise rules.UnknownCreditType(field=field)
    return {one: credit_type.decimals for one, credit_type in found.items()}
