"""What is asked of billing is written down first, asked by a job, and its answer written down.

Never within one transaction: whoever dies in between leaves the bill pending, and the job asks the
same again under the same cause, which billing answers as it did the first time.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.errors import Invalid, Unavailable
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from memberships.bills import rules
from memberships.bills.repository import BillRepository, drop_strays, hear
from memberships.bills.rules import Action, Kind, State
from memberships.bills.tables import Bill, HeardInvoice
from memberships.peers import MOST_AT_ONCE, Credited, Invoice, Peers, Refused, refused

Json = dict[str, Any]
ASK: Final = "memberships.ask_billing"
_PATIENCE: Final = timedelta(minutes=10)
_STRAY: Final = timedelta(days=1)
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What billing is to be asked: `request` by the names of its messages, without the cause."""

    cause: str
    kind: Kind
    subject_id: UUID
    client_id: UUID
    request: Json
    action: Action = Action.INVOICE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a bill: how its invoice stands now, or that it was credited, or refused."""

    bill: Bill
    invoice: HeardInvoice | None = None
    problem: Json | None = None


Answer = Invoice | Credited | UUID | Refused
Told = Callable[[UnitOfWork, Sequence[Outcome]], Awaitable[None]]


async def ask_billing(work: UnitOfWork, wanted: Sequence[Wanted]) -> None:
    """Have billing asked for all of these, each once for its cause, by one job for as
    many invoices as are made in one question.

    One that billing refused may be asked again, in other words.
    """
    found = BillRepository(work)
    made = await found.add_each_unless_taken([
        {"cause": one.cause, "kind": one.kind.value, "subject_id": one.subject_id,
         "client_id": one.client_id, "action": one.action.value, "request": one.request,
         "state": State.PENDING.value}
        for one in wanted
    ])  # fmt: skip
    asked = [(one.id, Action(one.action)) for one in made]
    if len(asked) < len(wanted):
        left = {one.cause: one for one in wanted} | dict.fromkeys(one.cause for one in made)
        again = {cause: one.request for cause, one in left.items() if one is not None}
        asked += [(one.id, Action(one.action)) for one in await found.ask_again(again)]
    enqueue(work, asked)


def enqueue(work: UnitOfWork, asked: Sequence[tuple[UUID, Action]]) -> None:
    """Have them asked for: invoices in as few questions as billing takes, all else by itself.

    What waits to be asked already is not asked twice.
    """
    ids = sorted(str(one) for one, action in asked if action is Action.INVOICE)
    jobs = [ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE)]
    jobs += [[str(one)] for one, action in asked if action is not Action.INVOICE]
    for some in jobs:
        work.enqueue(ASK, {"bills": some}, unique=sha256("".join(some).encode()).hexdigest())


async def send(context: Context, tenant_id: UUID, ids: Collection[UUID], told: Told) -> None:
    """Ask billing for those that wait, and write down what it answers; raises Unavailable.

    It may run twice, also at once: what is answered already is left alone. One that cannot be
    asked, or whose answer cannot be written down, keeps no other one back; it raises after them.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        waiting = await BillRepository(work).waiting(ids)
    invoices = [one for one in waiting if one.action == Action.INVOICE]
    others = [[one] for one in waiting if one.action != Action.INVOICE]
    faults: list[Exception] = []
    for some in [invoices, *others] if invoices else others:
        faults += await _send(context, caller, some, told)
    if faults:
        raise faults[0]


async def _send(
    context: Context, caller: Caller, some: Sequence[Bill], told: Told
) -> list[Exception]:  # fmt: skip
    """At once, else in halves, which billing answers as it did before; what was wrong."""
    try:
        answers = await _ask(context.peers, caller, some)
        async with context.database.work(caller, role="worker") as work:
            await _settle(work, answers, told)
    except (Unavailable, *UNREACHABLE):
        raise
    except Exception as error:
        if len(some) == 1:
            return [error]
        half = len(some) // 2
        first = await _send(context, caller, some[:half], told)
        return first + await _send(context, caller, some[half:], told)
    return []


async def listen(work: UnitOfWork, invoices: Collection[Invoice], told: Told) -> None:
    """Take in how invoices stand, and tell those whose they are."""
    known = await hear(work, invoices)
    found = await BillRepository(work).of_invoices(known)
    if found:
        await told(work, _in_order([Outcome(bill, known[one]) for one, bill in found.items()]))


async def ask_again(work: UnitOfWork) -> None:
    """Have billing asked for what waits for long."""
    bills, before, after = BillRepository(work), work.now - _PATIENCE, _FIRST
    while some := await bills.long_pending(before, after, MOST_AT_ONCE):
        enqueue(work, some)
        after = some[-1][0]


async def tenants_with_pending(context: Context) -> list[UUID]:
    """Companies for which something waits to be asked of billing."""
    before = context.database.clock() - _PATIENCE
    rows = await context.system.look_up("tenants_with_pending_bills", before)
    return [row["tenant_id"] for row in rows]


async def _ask(peers: Peers, caller: Caller, some: Sequence[Bill]) -> dict[UUID, Answer]:
    """Several are invoices."""
    by, first = Asking(caller), some[0]
    if first.action != Action.INVOICE:
        return {first.id: await _ask_one(peers, by, first)}
    ids = {one.cause: one.id for one in some}
    try:
        made = await peers.create_invoices(by, {one.cause: one.request for one in some})
    except Invalid as failure:
        if len(some) > 1:
            raise
        return {first.id: refused(failure)}
    return {ids[cause]: one for cause, one in made.items()}


async def _ask_one(peers: Peers, by: Asking, bill: Bill) -> Answer:
    if bill.action == Action.CREDIT:
        return await peers.credit_invoice(by, bill.cause, bill.request)
    invoice_id, reason = UUID(bill.request["invoice_id"]), bill.request["reason"]
    return await peers.withdraw_invoice(by, bill.cause, invoice_id, reason)


async def _settle(work: UnitOfWork, answers: Mapping[UUID, Answer], told: Told) -> None:
    found = BillRepository(work)
    # What was refused to somebody who asked at the same time was made all the same.
    open_ = [
        one for one in await found.locked(answers)
        if one.state == State.PENDING or not isinstance(answers[one.id], Refused)
    ]  # fmt: skip
    made = [one for one in (answers[bill.id] for bill in open_) if isinstance(one, Invoice)]
    known = await hear(work, made, are_ours=True)
    settled = [_settled(one, answers[one.id]) for one in open_]
    await found.settle(settled)
    again = {one["id"] for one in settled if one["state"] == State.PENDING.value}
    enqueue(work, [(one.id, Action(one.action)) for one in open_ if one.id in again])
    await told(work, _in_order([
        _outcome(one, answers[one.id], known) for one in open_ if one.id not in again
    ]))  # fmt: skip
    # What was heard of while these waited, and proved to be nobody's here.
    await drop_strays(work, work.now - _STRAY)


def _outcome(bill: Bill, answer: Answer, known: Mapping[UUID, HeardInvoice]) -> Outcome:
    invoice = known[answer.id] if isinstance(answer, Invoice) else None
    return Outcome(bill, invoice, answer.problem if isinstance(answer, Refused) else None)


def _settled(bill: Bill, answer: Answer) -> Json:
    same = {"id": bill.id, "request": bill.request, "document_id": None, "amount_minor": None}
    if isinstance(answer, Refused):
        # Its day of payment has gone by while it waited: it is due on the day it is issued.
        other = rules.without_due(bill.request, answer.problem)
        if other is not None:
            return same | {"state": State.PENDING.value, "request": other, "problem": None}
        return same | {"state": State.REFUSED.value, "problem": answer.problem}
    return same | {
        "state": State.MADE.value, "problem": None,
        "document_id": answer if isinstance(answer, UUID) else answer.id,
        "amount_minor": answer.amount_minor if isinstance(answer, Credited) else None,
    }  # fmt: skip


def _in_order(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda one: one.bill.subject_id)
