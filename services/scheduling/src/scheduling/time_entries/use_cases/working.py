"""Timers run and stop, and what was worked is written down."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from chassis.context import Context
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import about, people
from refs.about import Subject
from refs.home import home
from refs.reading import ensure_tenant, ensure_users
from scheduling.tasks.use_cases.linking import client_of_task
from scheduling.time_entries import events, rules
from scheduling.time_entries.repository.rows import TimeEntryRepository, forget
from scheduling.time_entries.tables import TimeEntry
from scheduling.work_cycles.use_cases.keeping import check_cycle

Json = dict[str, Any]
_COLUMNS: Final = {"billable": "is_billable"}
_PLAIN: Final = ("id", "user_id", "task_id", "work_cycle_id", "note")
_PRICED: Final = frozenset({"rate", "currency"})


async def start_timer(work: UnitOfWork, context: Context, values: Json, digest: bytes) -> TimeEntry:
    """Begin to work on something now, and no more on what one was at; raises what writing time
    down does.
    """
    return await _record(work, context, values, digest, "started")


async def record_time(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> TimeEntry:  # fmt: skip
    """Write down what was worked.

    Raises TimeOfSomebodyElse, UnknownWorker, UnknownTask, OtherClient, NotARate, and what is said
    about spans and about clients.
    """
    minutes = values.pop("duration_minutes")
    values["ended_at"] = rules.ending(
        values["started_at"], values["ended_at"], minutes, work.now
    )  # fmt: skip
    return await _record(work, context, values, digest, "recorded")


async def stop_timer(work: UnitOfWork, entry_id: UUID) -> TimeEntry:
    """Say that somebody works on it no more."""
    entries, known = await _own(work, entry_id)
    if known.ended_at is not None:
        return known
    stopped = await entries.update(known, ended_at=max(work.now, known.started_at))
    work.publish(events.entry_changed("stopped", stopped))
    return stopped


async def update_time(work: UnitOfWork, entry_id: UUID, changes: Json) -> TimeEntry:
    """Write it down in another way; raises TimeInvoiced and TimerRunning."""
    entries, known = await _own(work, entry_id)
    if known.ended_at is None and "ended_at" in changes:
        raise rules.TimerRunning()
    started_at, ended_at = (
        changes.get(name, getattr(known, name)) for name in ("started_at", "ended_at")
    )
    rules.check_span(started_at, ended_at, work.now)
    await check_cycle(work, changes.get("work_cycle_id"), known.client_id, known.work_cycle_id)
    changed = await entries.update(known, **await _changes(work, known, changes))
    if changed is not known:
        work.publish(events.entry_changed("updated", changed, changed=list(changes)))
    return changed


async def delete_time(work: UnitOfWork, entry_id: UUID) -> None:
    """Say that it was not worked; raises TimeInvoiced."""
    entries, known = await _own(work, entry_id)
    await entries.delete(known)
    work.publish(events.entry_changed("deleted", known))


async def forget_time(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of what was worked for a client who is erased what stands on invoices."""
    await forget(work, client_id)


async def _record(
    work: UnitOfWork, context: Context, values: Json, digest: bytes,
    verb: Literal["started", "recorded"],
) -> TimeEntry:  # fmt: skip
    values["user_id"] = user_id = _worker(work, values["user_id"])
    await ensure_tenant(context, work.tenant_id)
    await ensure_users(context, work.tenant_id, [user_id])
    client_id = await client_of_task(work, values["task_id"], values["client_id"])
    said = await about.ask(work, context, client_id)
    entries = TimeEntryRepository(work)
    if values["id"]:
        await entries.check(values["id"])
    client = None
    if client_id is not None and said is not None:
        client = await about.client_to_write(work, client_id, said)
    if (known := await entries.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    await _check_user(work, user_id)
    await check_cycle(work, values["work_cycle_id"], client.id if client else None)
    priced = await _priced(work, values, client)
    plain = {name: values[name] for name in _PLAIN}
    if verb == "started":
        for stopped in await entries.stop_running(user_id):
            work.publish(events.entry_changed("stopped", stopped))
    entry = await entries.add_new(
        **plain, **priced, client_id=client.id if client else None,
        started_at=values.get("started_at", work.now), ended_at=values.get("ended_at"),
        is_billable=values["billable"], created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.entry_changed(verb, entry))
    return entry


def _worker(work: UnitOfWork, named: UUID | None) -> UUID:
    """Who worked: the caller, or somebody whose time they manage."""
    if (user_id := named or _me(work)) is None:
        raise rules.UnknownWorker(field="user_id")
    rules.check_worker(user_id, _me(work), is_manager=_manages(work))
    return user_id


async def _check_user(work: UnitOfWork, user_id: UUID) -> None:
    if user_id != _me(work) and not await people.staff(work, user_ids=[user_id]):
        raise rules.UnknownWorker(field="user_id")


async def _own(work: UnitOfWork, entry_id: UUID) -> tuple[TimeEntryRepository, TimeEntry]:
    """What the caller may change: their own time, or of those they manage; not on an invoice."""
    entries = TimeEntryRepository(work)
    known = await entries.get_for_update(entry_id)
    rules.check_worker(known.user_id, _me(work), is_manager=_manages(work))
    if known.time_invoice_id is not None:
        raise rules.TimeInvoiced()
    return entries, known


async def _priced(work: UnitOfWork, values: Mapping[str, Any], client: Subject | None) -> Json:
    """What an hour costs: in the client's currency, else the company's, unless it names one."""
    if values["rate"] is None:
        return {"rate_minor": None, "currency": None}
    currency = values["currency"] or (client and client.currency) or (await home(work)).currency
    return {"rate_minor": rules.rate_minor(values["rate"], currency), "currency": currency}


async def _changes(work: UnitOfWork, known: TimeEntry, changes: Mapping[str, Any]) -> Json:
    written = {_COLUMNS.get(name, name): one for name, one in changes.items()}
    if changes.keys().isdisjoint(_PRICED):
        return written
    plain = {name: one for name, one in written.items() if name not in _PRICED}
    return plain | await _repriced(work, known, changes)


async def _repriced(work: UnitOfWork, known: TimeEntry, changes: Mapping[str, Any]) -> Json:
    """A rate that stays is so much of another currency; one that goes takes its currency along."""
    before = None
    if known.rate_minor is not None and known.currency:
        before = Money(known.rate_minor, known.currency).format()
    rate = changes.get("rate", before)
    if rate is None:
        return {"rate_minor": None, "currency": None}
    currency = changes.get("currency") or known.currency or (await home(work)).currency
    return {"rate_minor": rules.rate_minor(rate, currency), "currency": currency}


def _me(work: UnitOfWork) -> UUID | None:
    """Who asks; an integration works for who made it."""
    return work.caller.user_id or work.caller.made_by


def _manages(work: UnitOfWork) -> bool:
    return work.caller.may("scheduling:manage")
