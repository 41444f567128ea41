"""Letting clients in, keeping them out, and undoing what was wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.errors import Failure
from chassis.ids import new_id
from chassis.work import UnitOfWork
from memberships.check_ins import events, rules
from memberships.check_ins.repository import CheckInRepository, held
from memberships.check_ins.tables import CheckIn
from memberships.credit.repository.usages import UsageRepository
from memberships.credit.rules.failures import InsufficientCredit
from memberships.credit.use_cases import using
from memberships.defaults.rules import Attendance
from memberships.defaults.use_cases import settings_of
from memberships.memberships.rules.status import status
from memberships.memberships.use_cases.facts import facts_of
from refs import about
from refs.home import day, home


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who comes in, by which membership, and when; the digest is of the request."""

    id: UUID | None
    client_id: UUID | None
    code: str | None
    membership_id: UUID | None
    occurred_at: datetime | None
    digest: bytes


async def check_in(work: UnitOfWork, context: Context, wanted: Wanted) -> CheckIn | Failure:
    """Let a client in, or say why not, which is kept as an attempt.

    Raises WhoNeeded, UnknownCode, UnknownMembership, InTheFuture, CheckedInAlready, IdTaken, and
    what is said about clients.
    """
    field = "code" if wanted.client_id is None else "client_id"
    named = await _named(work, context, wanted)
    said = await about.ask_about(work, context, named)
    try:
        client = await about.client_to_write(work, named, said, field=field)
    except about.UnknownClient as unknown:
        raise (rules.UnknownCode(field=field) if field == "code" else unknown) from unknown
    check_ins = CheckInRepository(work)
    await check_ins.hold(client.id)
    if (known := await check_ins.known(wanted.id, wanted.digest)) is not None:
        work.status = 200
        return known
    at = wanted.occurred_at or work.now
    rules.check_time(at, work.now)
    await _check_near(work, client.id, at)
    return await _decided(work, client.id, at, wanted)


async def undo_check_in(work: UnitOfWork, check_in_id: UUID) -> CheckIn:
    """Undo a recorded check-in; raises NotRecorded."""
    check_ins = CheckInRepository(work)
    known = await check_ins.get_for_update(check_in_id)
    if known.result != rules.Result.RECORDED:
        raise rules.NotRecorded()
    if known.credit_usage_id is not None:
        await _give_back(work, known.credit_usage_id)
    undone = await check_ins.update(known, result=rules.Result.UNDONE.value, undone_at=work.now)
    work.publish(events.check_in_changed("undone", undone))
    return undone


async def _decided(
    work: UnitOfWork, client_id: UUID, at: datetime, wanted: Wanted
) -> CheckIn | Failure:
    """The check-in, or why there is none."""
    settings = await settings_of(work)
    on = day(at, (await home(work)).timezone)
    standings = await _standings(work, client_id, on, wanted.membership_id)
    admission = rules.admit(
        Attendance(settings.attendance), standings, with_grace=settings.is_grace_admitted
    )
    standing = admission.standing
    attempt = {
        "client_id": client_id, "occurred_at": at, "day": on, "digest": wanted.digest,
        "membership_id": standing.membership_id if standing else None,
        "membership_status": standing.status if standing else None,
        "created_by": work.caller.principal,
    }  # fmt: skip
    if admission.refusal is not None:
        return await _refused(work, attempt, admission.refusal)
    check_in_id = wanted.id or new_id()
    usage_id = None
    if settings.check_in_credit_type_id is not None:
        try:
            usage_id = await _use_one(work, settings.check_in_credit_type_id, attempt, check_in_id)
        except InsufficientCredit:
            return await _refused(work, attempt, rules.CreditUsedUp.code)
    recorded = await CheckInRepository(work).add(
        id=check_in_id, result=rules.Result.RECORDED.value, credit_usage_id=usage_id, **attempt
    )
    work.publish(events.check_in_changed("recorded", recorded))
    return recorded


async def _standings(
    work: UnitOfWork, client_id: UUID, on: date, membership_id: UUID | None
) -> list[rules.Standing]:
    """How a client's memberships stand on a day, or the one that is named."""
    tolerance_days = (await settings_of(work)).tolerance_days
    found = [
        rules.Standing(one.membership.id, status(
            on, facts_of(one.membership, one.periods, one.freezes, tolerance_days)
        ))
        for one in await held(work, client_id)
        if membership_id in (None, one.membership.id)
    ]  # fmt: skip
    if membership_id is not None and not found:
        raise rules.UnknownMembership(field="membership_id")
    return found


async def _use_one(
    work: UnitOfWork, credit_type_id: UUID, attempt: dict[str, Any], check_in_id: UUID
) -> UUID:
    """One of a credit for a check-in; raises InsufficientCredit."""
    usage = await using.use(work, using.Use(
        client_id=attempt["client_id"], credit_type_id=credit_type_id, amount="1",
        occurred_at=attempt["occurred_at"], source="attendance", cause=f"check_in:{check_in_id}",
    ))  # fmt: skip
    return usage.id


async def _refused(work: UnitOfWork, attempt: dict[str, Any], reason: str) -> Failure:
    """Keep the attempt, under an id of its own: who asks again is looked at again."""
    kept = await CheckInRepository(work).add(
        result=rules.Result.REFUSED.value, reason=reason, **attempt
    )
    work.publish(events.check_in_changed("refused", kept))
    return rules.NotAdmitted.reasons[reason]()


async def forget_check_ins(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of when a client came who is erased."""
    await CheckInRepository(work).forget(client_id)


async def _give_back(work: UnitOfWork, usage_id: UUID) -> None:
    """What a check-in used, unless somebody has reversed it already.

    The use is locked before its accounts, as whoever reverses it does.
    """
    usage = await UsageRepository(work).locked(usage_id)
    if usage.reversed_at is None:
        await using.put_back(work, usage)


async def _named(work: UnitOfWork, context: Context, wanted: Wanted) -> UUID:
    """Whom a request means; clients is asked about codes, before the work's first statement."""
    if (wanted.client_id is None) == (wanted.code is None):
        raise rules.WhoNeeded(field="client_id")
    found = wanted.client_id or rules.named(wanted.code or "")
    if found is None:
        found = await context.peers.client_of_code(work.tenant_id, wanted.code)
    if found is None:
        raise rules.UnknownCode(field="code")
    return UUID(str(found))


async def _check_near(work: UnitOfWork, client_id: UUID, at: datetime) -> None:
    minutes = (await settings_of(work)).check_in_minutes
    if await CheckInRepository(work).is_near(client_id, at, timedelta(minutes=minutes)):
        raise rules.CheckedInAlready(minutes=minutes)
