"""Days on which a membership rests: frozen from one to another, or suspended until resumed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.memberships.repository.rows import FreezeRepository, MembershipRepository
from memberships.memberships.rules import freezes as rules
from memberships.memberships.rules.coverage import Rest
from memberships.memberships.rules.status import check_open, status
from memberships.memberships.tables import Membership, MembershipFreeze
from memberships.memberships.use_cases.facts import Telling, known_of, recompute, rest_of
from memberships.memberships.use_cases.resting import rest_credit
from refs.home import today

Json = dict[str, Any]


async def add_freeze(work: UnitOfWork, membership_id: UUID, values: Json) -> MembershipFreeze:
    """Freeze a membership from one day to another, be they past or to come."""
    membership = await _to_freeze(work, membership_id)
    rules.check_days(values["from_day"], values["to_day"])
    freezes = FreezeRepository(work)
    others = [one for one in await freezes.of(membership.id) if one.id != values["id"]]
    rules.check_number(len(others))
    whole = values | _of(membership) | {"kind": "freeze"}
    rules.check_free(_rest(whole), map(rest_of, others))
    made, is_new = await freezes.add_once(**whole, created_by=work.caller.principal)
    if is_new:
        await _follow(work, membership, Telling(verb="frozen", freeze=made))
    return made


async def update_freeze(
    work: UnitOfWork, membership_id: UUID, freeze_id: UUID, changes: Json
) -> MembershipFreeze:
    """Move a freeze, end it earlier or later, or have its days added or not."""
    membership = await _to_freeze(work, membership_id)
    freezes = FreezeRepository(work)
    known = await freezes.to_change(membership.id, freeze_id)
    wanted = replace(known, **changes)
    rules.check_changeable(rest_of(known), rest_of(wanted))
    others = [rest_of(one) for one in await freezes.of(membership.id) if one.id != freeze_id]
    rules.check_free(rest_of(wanted), rules.apart(rest_of(known), others))
    changed = await freezes.update(known, **changes)
    if changed is not known:
        telling = Telling(verb="updated", changed=["freezes"], freeze=changed)
        await _follow(work, membership, telling)
    return changed


async def delete_freeze(work: UnitOfWork, membership_id: UUID, freeze_id: UUID) -> None:
    """Take a freeze back, as if it never was."""
    membership = await _to_freeze(work, membership_id)
    freezes = FreezeRepository(work)
    known = await freezes.to_change(membership.id, freeze_id)
    rules.check_changeable(rest_of(known), rest_of(known))
    await freezes.delete(known)
    await _follow(work, membership, Telling(verb="unfrozen", freeze=known))


async def suspend_membership(
    work: UnitOfWork, membership_id: UUID, reason: str | None
) -> Membership:  # fmt: skip
    """Stop a membership from today on, until it is resumed; none of its days is lost."""
    membership = await _to_freeze(work, membership_id)
    known, day = await known_of(work, membership), await today(work)
    if any(one.to_day is None for one in known.freezes):
        return membership
    rules.check_suspendable(status(day, known.facts))
    rules.check_number(len(known.freezes))
    values = {"kind": "suspension", "from_day": day, "to_day": None, "extends": True}
    rules.check_free(_rest(values), known.facts.rests)
    made = await FreezeRepository(work).add(
        **values, **_of(membership), reason=reason, created_by=work.caller.principal
    )
    return await _follow(work, membership, Telling(verb="suspended", freeze=made))


async def resume_membership(work: UnitOfWork, membership_id: UUID) -> Membership:
    """Go on from today on; one that was suspended today was not suspended at all."""
    membership = await _to_freeze(work, membership_id)
    freezes = FreezeRepository(work)
    known = next((one for one in await freezes.of(membership.id) if one.to_day is None), None)
    if known is None:
        raise rules.NotSuspended()
    yesterday = await today(work) - timedelta(days=1)
    if known.from_day > yesterday:
        await freezes.delete(known)
    else:
        known = await freezes.update(known, to_day=yesterday)
    return await _follow(work, membership, Telling(verb="resumed", freeze=known))


async def _follow(work: UnitOfWork, membership: Membership, telling: Telling) -> Membership:
    """What a change of its days makes of it, and of the credit that came with it."""
    changed = await recompute(work, membership, telling=telling)
    await rest_credit(work, [changed])
    return changed


async def _to_freeze(work: UnitOfWork, membership_id: UUID) -> Membership:
    membership = await MembershipRepository(work).get_for_update(membership_id)
    check_open(membership.cancelled_on, await today(work))
    return membership


def _of(membership: Membership) -> Json:
    return {"membership_id": membership.id, "client_id": membership.client_id}


def _rest(values: Mapping[str, Any]) -> Rest:
    return Rest(values["kind"], values["from_day"], values["to_day"], values["extends"])
