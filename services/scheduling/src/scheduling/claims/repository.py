"""All SQL of who is where: taking, letting go, and looking."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Double,
    Integer,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from chassis.rows import rows_of
from chassis.statements import statement
from chassis.together import Asked
from chassis.work import UnitOfWork
from scheduling.claims.rules import (
    LONGEST,
    NEAR,
    Claim,
    SlotTaken,
    Span,
    lock_keys,
    merged,
    nearest,
)
from scheduling.claims.tables import claims
from scheduling.defaults.repository import SchedulingSettingsRepository

# When nobody is to be offered, of those whom a claim takes, within a window.
Closed = Callable[[UnitOfWork, Claim, Span], Awaitable[Sequence[Span]]]
# Who is taken, by which holder: (holder, subject).
_Place = tuple[UUID, UUID]
_C: Final = claims.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_NAMES: Final = [one.name for one in claims.columns]


def _instant(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


# One lock for each of whom is taken, all in one order: who races for them waits in line instead of
# in a circle, as the constraint alone would have them.
_key: Final = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_locked: Final = select(func.count(func.pg_advisory_xact_lock(_key)).label("number")).cte("locked")
_LOCK: Final = statement(select(_locked.c.number))
_given: Final = rows_of(claims, _NAMES)
_TAKE: Final = statement(
    insert(claims)
    .from_select(_NAMES, select(_given.c).select_from(_given.join(_locked, true())))
    .on_conflict_do_nothing()
    .returning(_C.holder_id, _C.subject_id)
)
_HOLDERS: Final = (_OURS, _C.holder_id == any_(_ids("holder_ids")))
_HELD: Final = statement(select(_C.subject_id).where(*_HOLDERS).distinct())
_RELEASE: Final = statement(delete(claims).where(*_HOLDERS))
_TOUCHING: Final = (
    _OURS, _C.subject_id == any_(_ids("subject_ids")), _C.starts_at < _instant("until"),
    _C.starts_at > _instant("earliest"), _C.ends_at > _instant("since"),
)  # fmt: skip
_BUSY: Final = statement(
    select(_C.subject_id, _C.starts_at, _C.ends_at)
    .where(*_TOUCHING)
    .order_by(_C.subject_id, _C.starts_at)
)


def _minutes(rounded: Any, column: Any) -> Any:
    """Of all spans of one subject, whole minutes since 1970, in order of beginning."""
    seconds = func.date_part("epoch", column, type_=Double)
    one = cast(rounded(seconds / 60), Integer)
    return func.array_agg(aggregate_order_by(one, _C.starts_at), type_=ARRAY(Integer))


# A row for each of them: a thousand people's month costs little more than one person's.
_BUSY_MINUTES: Final = statement(
    select(_C.subject_id, _minutes(func.floor, _C.starts_at).label("starts"),
           _minutes(func.ceil, _C.ends_at).label("ends"))
    .where(*_TOUCHING)
    .group_by(_C.subject_id)
)  # fmt: skip


async def take(
    work: UnitOfWork, *wanted: Claim, field: str = "starts_at", closed: Closed | None = None,
    along: Sequence[Asked] = (),
) -> None:  # fmt: skip
    """Take everybody for all of these, or raise SlotTaken with the nearest times for the first of
    them that cannot be; none of what is `closed` is offered. Changes `along` go with it.
    """
    refused = await _refused(work, wanted, along)
    if refused:
        await release(work, [one.holder_id for one in wanted])
        first = refused[0]
        wanted_at = first.starts_at, first.ends_at
        raise SlotTaken.offering(wanted_at, await _near(work, first, closed), field=field)


async def take_each(work: UnitOfWork, *wanted: Claim) -> set[UUID]:
    """Take everybody for each of these that can be had whole; the holders of those that cannot."""
    missing = await _missing(work, wanted)
    late = {holder_id for holder_id, _ in missing}
    if not late:
        return late
    await release(work, late)
    # Who had only some of theirs kept those from others: each that may be had now is tried alone.
    for one in _kept_by_late(wanted, missing):
        if await _missing(work, [one]):
            await release(work, [one.holder_id])
        else:
            late.discard(one.holder_id)
    return late


async def lock(work: UnitOfWork, subject_ids: Collection[UUID]) -> None:
    """Until the work ends nobody else takes them: for who lets some go before it takes others."""
    await work.fetch(_LOCK, keys=lock_keys(work.tenant_id, set(subject_ids)))


async def release(work: UnitOfWork, holder_ids: Collection[UUID]) -> None:
    """Let everybody go whom these hold."""
    keys = {"tenant_id": work.tenant_id, "holder_ids": list(holder_ids)}
    await work.execute(_RELEASE, **keys)


async def move(
    work: UnitOfWork, *wanted: Claim, field: str = "starts_at", closed: Closed | None = None
) -> None:
    """Take everybody anew for what has claims already; raises SlotTaken.

    Whom it leaves is locked with whom it takes: who waits for one of them holds no other.
    """
    holders = [one.holder_id for one in wanted]
    known = {"tenant_id": work.tenant_id, "holder_ids": holders}
    left = {row["subject_id"] for row in await work.fetch(_HELD, **known)}
    both = left.union(*(one.subject_ids for one in wanted))
    await work.fetch(_LOCK, keys=lock_keys(work.tenant_id, both))
    await release(work, holders)
    await take(work, *wanted, field=field, closed=closed)


async def busy(
    work: UnitOfWork, subject_ids: Collection[UUID], window: Span
) -> dict[UUID, list[Span]]:
    """When each of them is taken of what touches a window, in order."""
    since, until = window
    rows = await work.fetch(
        _BUSY, tenant_id=work.tenant_id, subject_ids=list(subject_ids), since=since, until=until,
        earliest=since - LONGEST,
    )  # fmt: skip
    found: dict[UUID, list[Span]] = {one: [] for one in subject_ids}
    for row in rows:
        found[row["subject_id"]].append((row["starts_at"], row["ends_at"]))
    return found


async def busy_minutes(
    work: UnitOfWork, subject_ids: Collection[UUID], window: Span
) -> dict[UUID, list[tuple[int, int]]]:
    """The same in whole minutes since 1970 (UTC), for who asks about very many."""
    since, until = window
    rows = await work.fetch(
        _BUSY_MINUTES, tenant_id=work.tenant_id, subject_ids=list(subject_ids), since=since,
        until=until, earliest=since - LONGEST,
    )  # fmt: skip
    found: dict[UUID, list[tuple[int, int]]] = {one: [] for one in subject_ids}
    for row in rows:
        found[row["subject_id"]] = list(zip(row["starts"], row["ends"], strict=True))
    return found


async def _refused(
    work: UnitOfWork, wanted: Sequence[Claim], along: Sequence[Asked] = ()
) -> list[Claim]:  # fmt: skip
    """The same as `_missing`: those of them that somebody is missing from."""
    return list((await _missing(work, wanted, along)).values())


async def _missing(
    work: UnitOfWork, wanted: Sequence[Claim], along: Sequence[Asked] = ()
) -> dict[_Place, Claim]:  # fmt: skip
    """Take as much of these as is free; what is not, by holder and subject."""
    asked = {(one.holder_id, subject): one for one in wanted for subject in one.subject_ids}
    if not asked:
        if along:
            await work.execute_together(*along)
        return {}
    rows = [
        {"tenant_id": work.tenant_id, "holder_id": holder_id, "subject_id": subject_id,
         "holder_kind": one.holder_kind, "starts_at": one.starts_at, "ends_at": one.ends_at}
        for (holder_id, subject_id), one in asked.items()
    ]  # fmt: skip
    keys = lock_keys(work.tenant_id, (subject for _, subject in asked))
    taken = await work.execute_together(*along, (_TAKE, {"keys": keys, "rows": rows}), tells=True)
    got = {(row["holder_id"], row["subject_id"]) for row in taken}
    return {key: one for key, one in asked.items() if key not in got}


def _kept_by_late(wanted: Sequence[Claim], missing: Mapping[_Place, Claim]) -> list[Claim]:
    """Those that lack only subjects which others that were let go had then."""
    late = {holder_id for holder_id, _ in missing}
    let_go = [
        (subject, one) for one in wanted if one.holder_id in late
        for subject in one.subject_ids if (one.holder_id, subject) not in missing
    ]  # fmt: skip

    def may_be_free(subject: UUID, one: Claim) -> bool:
        return any(
            subject == other and one.starts_at < had.ends_at and had.starts_at < one.ends_at
            for other, had in let_go
        )

    blocked = {key[0] for key, one in missing.items() if not may_be_free(key[1], one)}
    return [one for one in wanted if one.holder_id in late - blocked]


async def _near(work: UnitOfWork, wanted: Claim, closed: Closed | None) -> Sequence[Span]:
    window = wanted.starts_at - NEAR, wanted.ends_at + NEAR
    found: Iterable[list[Span]] = (await busy(work, wanted.subject_ids, window)).values()
    away = await closed(work, wanted, window) if closed else ()
    taken = merged([*(span for spans in found for span in spans), *away])
    step = timedelta(minutes=(await SchedulingSettingsRepository(work).current()).slot_minutes)
    not_before = min(work.now, wanted.starts_at)
    return nearest(taken, (wanted.starts_at, wanted.ends_at), step, not_before=not_before)
