"""Work time becomes lines of a draft: written down first, asked of billing by a job, answered.

Never within one transaction: whoever dies in between leaves it pending, and the job asks the same
again under the same cause, which billing answers as it did the first time.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import about
from refs.home import day, home
from scheduling.peers import Refused
from scheduling.time_entries.repository.rows import TimeEntryRepository, put_on, take_off
from scheduling.time_invoices import events, rules
from scheduling.time_invoices.repository import (
    TimeInvoiceRepository,
    blank,
    long_pending,
    remember_gone,
)
from scheduling.time_invoices.rules import State
from scheduling.time_invoices.tables import TimeInvoice

ASK: Final = "scheduling.ask_for_time_invoice"
_PATIENCE: Final = timedelta(minutes=10)
_MOST: Final = 500
_BILLING: Final = "billing:write"
Json = dict[str, Any]


async def invoice_time(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> TimeInvoice:  # fmt: skip
    """Have billable time of one client put on a draft, each of it once.

    Raises MissingPermission, what `rules` refuses, and what is said of clients.
    """
    if not work.caller.may(_BILLING):
        raise MissingPermission(permission=_BILLING)
    ids: list[UUID] = values["time_entry_ids"]
    async with work.database.work(work.caller) as own:
        client_id = rules.client_of(ids, await TimeEntryRepository(own).whose(ids))
    said = await about.ask_about(work, context, client_id)
    invoices = TimeInvoiceRepository(work)
    if values["id"]:
        await invoices.check(values["id"])
    client = await about.client_to_write(work, client_id, said, field="time_entry_ids")
    if (known := await invoices.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    found = await TimeEntryRepository(work).locked(ids)
    entries = [found[one] for one in ids if one in found]
    made = await invoices.add_new(
        id=values["id"], client_id=client.id, state=State.PENDING.value, entry_count=len(entries),
        request=await _request(work, client.id, entries, values), gone_invoice_ids=[],
        created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    await put_on(work, ids, made.id)
    _ask(work, made.id)
    work.publish(events.time_invoice_changed("requested", made, time_entry_ids=ids))
    return made


async def send(context: Context, tenant_id: UUID, time_invoice_id: UUID) -> None:
    """Ask billing for one that waits, and write down what it answers; raises Unavailable.

    It may run twice, also at once: what is answered already is left alone.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await TimeInvoiceRepository(work).find(time_invoice_id)
    if found is None or found.state != State.PENDING:
        return
    answer = await context.peers.create_invoice(
        Asking(caller), rules.cause(found.id), found.request
    )  # fmt: skip
    async with context.database.work(caller, role="worker") as work:
        await _settle(work, time_invoice_id, answer)


async def release(work: UnitOfWork, invoice_id: UUID) -> None:
    """An invoice is no more: what was worked may go on another one."""
    invoices = TimeInvoiceRepository(work)
    # First what waits: what was answered meanwhile is found by its invoice then.
    await remember_gone(work, invoice_id)
    for one in await invoices.of_invoice(invoice_id):
        await _release(work, one)


async def tenants_with_pending(context: Context) -> list[UUID]:
    """Companies for which billing is to be asked again, as a job was given up."""
    before = context.database.clock() - _PATIENCE
    rows = await context.system.look_up("tenants_with_pending_time_invoices", before)
    return [row["tenant_id"] for row in rows]


async def ask_again(work: UnitOfWork) -> None:
    """Have billing asked for what waits for long."""
    for one in await long_pending(work, work.now - _PATIENCE, _MOST):
        _ask(work, one)


async def forget_time_invoices(work: UnitOfWork, client_id: UUID) -> None:
    """Keep no word of what was worked for a client who is erased."""
    await blank(work, client_id)


async def _settle(work: UnitOfWork, time_invoice_id: UUID, answer: Any) -> None:
    invoices = TimeInvoiceRepository(work)
    known = await invoices.get_for_update(time_invoice_id)
    if known.state != State.PENDING:
        return
    # No word of what was worked is needed any more.
    settled: Json = {"request": {}, "gone_invoice_ids": []}
    if isinstance(answer, Refused):
        refused = await invoices.update(
            known, **settled, state=State.REFUSED.value, problem=answer.problem
        )  # fmt: skip
        await take_off(work, known.id)
        work.publish(events.time_invoice_changed("refused", refused))
        return
    made = await invoices.update(
        known, **settled, state=State.MADE.value, invoice_id=answer.id
    )  # fmt: skip
    work.publish(events.time_invoice_changed("made", made))
    if answer.id in known.gone_invoice_ids:
        await _release(work, made)


async def _release(work: UnitOfWork, made: TimeInvoice) -> None:
    released = await TimeInvoiceRepository(work).update(made, state=State.RELEASED.value)
    await take_off(work, made.id)
    work.publish(events.time_invoice_changed("released", released))


async def _request(
    work: UnitOfWork, client_id: UUID, entries: Sequence[rules.Worked], values: Json
) -> Json:  # fmt: skip
    """What billing is asked, by the names of CreateInvoiceRequest."""
    currency, zone = rules.currency_of(entries), (await home(work)).timezone
    chosen = {name: values[name] for name in ("product_id", "tax_id")}
    lines = [rules.line(one, day(one.started_at, zone).isoformat(), chosen) for one in entries]
    cycles = {one.work_cycle_id for one in entries}
    cycle_id = next(iter(cycles)) if len(cycles) == 1 else None
    about_cycle = {"work_cycle_id": str(cycle_id)} if cycle_id else {}
    return {"client_id": str(client_id), "currency": currency, "lines": lines, **about_cycle}


def _ask(work: UnitOfWork, time_invoice_id: UUID) -> None:
    work.enqueue(ASK, {"id": str(time_invoice_id)}, unique=str(time_invoice_id))
