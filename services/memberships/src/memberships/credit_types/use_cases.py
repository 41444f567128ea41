"""What can be done with credit types."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from chassis.together import Asked
from chassis.work import UnitOfWork
from memberships.credit_types import rules
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.tables import CreditType


async def create_credit_type(work: UnitOfWork, values: dict[str, Any]) -> CreditType:
    """Add a credit type; raises NotAnAmount."""
    _count_low(values, values["decimals"])
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
    decimals = changes.get("decimals", known.decimals)
    if decimals != known.decimals and "low_balance" not in changes and known.low_balance:
        changes["low_balance"] = rules.written(known.low_balance, known.decimals)
    _count_low(changes, decimals)
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
    that name them. Raises UnknownCreditType.
    """
    found = await counted(work, named, known=known)
    return {one: credit_type.decimals for one, credit_type in found.items()}


async def counted(
    work: UnitOfWork, named: Mapping[str, UUID], *, known: Collection[UUID] = ()
) -> dict[UUID, CreditType]:
    """Credit types that amounts are about to be written in, given by the fields that name them.

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
    return found


async def asked(work: UnitOfWork, credit_type_id: UUID) -> Asked:
    """What is read of a credit type, to be read ahead."""
    return await CreditTypeRepository(work).asked_of([credit_type_id])


async def kinds(
    work: UnitOfWork, credit_type_ids: Collection[UUID], *, field: str = "credit_type_id"
) -> dict[UUID, CreditType]:
    """Types by their ids, in use or not; raises UnknownCreditType."""
    found = await CreditTypeRepository(work).of(credit_type_ids)
    if len(found) < len(set(credit_type_ids)):
        raise rules.UnknownCreditType(field=field)
    return found


def _count_low(values: dict[str, Any], decimals: int) -> None:
    if (low := values.get("low_balance")) is not None:
        values["low_balance"] = rules.whole_of(low, decimals, "low_balance")
