"""What is asked of billing is written down first, asked by a job, and its answer written down.

Never within one transaction: whoever dies in between leaves the bill pending, and the job asks the
same again under the same cause, which billing answers as it did the first time.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from memberships.bills.repository import BillRepository, drop_strays, hear
from memberships.bills.rules import Action, Kind, State
from memberships.bills.tables import Bill, HeardInvoice
from memberships.peers import MOST_AT_ONCE, Invoice, Peers, Refused

Json = dict[str, Any]
ASK: Final = "memberships.ask_billing"
_PATIENCE: Final = timedelta(minutes=10)
_STRAY: Final = timedelta(days=1)


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


Told = Callable[[UnitOfWork, Kind, Sequence[Outcome]], Awaitable[None]]


async def ask_billing(work: UnitOfWork, wanted: Sequence[Wanted]) -> None:
    """Have billing asked for all of these, each once for its cause, by one job for each 500.

    One that billing refused may be asked again, in other words.
    """
    found = BillRepository(work)
    made = await found.add_each_unless_taken([
        {"cause": one.cause, "kind": one.kind.value, "subject_id": one.subject_id,
         "client_id": one.client_id, "action": one.action.value, "request": one.request,
         "state": State.PENDING.value}
        for one in wanted
    ])  # fmt: skip
    ids = [one.id for one in made]
    if len(ids) < len(wanted):
        new = {one.cause for one in made}
        ids += await found.ask_again({
            one.cause: one.request for one in wanted if one.cause not in new
        })  # fmt: skip
    enqueue(work, ids)


def enqueue(work: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Have them asked for, in as few questions as billing takes."""
    for start in range(0, len(ids), MOST_AT_ONCE):
        work.enqueue(ASK, {"bills": [str(one) for one in ids[start : start + MOST_AT_ONCE]]})


async def send(context: Context, tenant_id: UUID, ids: Collection[UUID], told: Told) -> None:
    """Ask billing for those that wait, and write down what it answers; raises Unavailable.

    It may run twice, also at once: what is answered already is left alone.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        waiting = await BillRepository(work).waiting(ids)
    if not waiting:
        return
    answers = await _ask(context.peers, caller, waiting)
    async with context.database.work(caller, role="worker") as work:
        await _settle(work, answers, told)


async def listen(work: UnitOfWork, invoices: Collection[Invoice], told: Told) -> None:
    """Take in how invoices stand, and tell those whose they are."""
    known = await hear(work, invoices)
    found = await BillRepository(work).of_invoices(known)
    await _tell(work, [Outcome(bill, known[one]) for one, bill in found.items()], told)


async def ask_again(work: UnitOfWork) -> None:
    """Have billing asked for what waits for long."""
    enqueue(work, await BillRepository(work).long_pending(work.now - _PATIENCE, MOST_AT_ONCE))


async def tenants_with_pending(context: Context) -> list[UUID]:
    """Companies for which something waits to be asked of billing."""
    before = context.database.clock() - _PATIENCE
    rows = await context.system.look_up("tenants_with_pending_bills", before)
    return [row["tenant_id"] for row in rows]


async def _ask(
    peers: Peers, caller: Caller, waiting: Sequence[Bill]
) -> dict[UUID, Invoice | UUID | Refused]:
    by, found = Asking(caller), {}
    invoices = {one.cause: one for one in waiting if one.action == Action.INVOICE}
    if invoices:
        asked = {cause: one.request for cause, one in invoices.items()}
        made = await peers.create_invoices(by, asked)
        found = {invoices[cause].id: one for cause, one in made.items()}
    others: dict[UUID, Invoice | UUID | Refused] = {
        one.id: await _ask_one(peers, by, one) for one in waiting if one.action != Action.INVOICE
    }
    return found | others


async def _ask_one(peers: Peers, by: Asking, bill: Bill) -> UUID | Refused:
    if bill.action == Action.CREDIT:
        return await peers.credit_invoice(by, bill.cause, bill.request)
    invoice_id, reason = UUID(bill.request["invoice_id"]), bill.request["reason"]
    return await peers.withdraw_invoice(by, bill.cause, invoice_id, reason)


async def _settle(
    work: UnitOfWork, answers: Mapping[UUID, Invoice | UUID | Refused], told: Told
) -> None:
    found = BillRepository(work)
    waiting = await found.locked(answers)
    made = [one for one in (answers[bill.id] for bill in waiting) if isinstance(one, Invoice)]
    known = await hear(work, made, are_ours=True)
    await found.settle([_settled(one.id, answers[one.id]) for one in waiting])
    outcomes = []
    for one in waiting:
        answer = answers[one.id]
        invoice = known[answer.id] if isinstance(answer, Invoice) else None
        problem = answer.problem if isinstance(answer, Refused) else None
        outcomes.append(Outcome(one, invoice, problem))
    await _tell(work, outcomes, told)
    # What was heard of while these waited, and proved to be nobody's here.
    await drop_strays(work, work.now - _STRAY)


def _settled(bill_id: UUID, answer: Invoice | UUID | Refused) -> Json:
    if isinstance(answer, Refused):
        state, problem, document_id = State.REFUSED, answer.problem, None
    else:
        state, problem = State.MADE, None
        document_id = answer.id if isinstance(answer, Invoice) else answer
    return {
        "id": bill_id, "state": state.value, "problem": problem, "document_id": document_id,
    }  # fmt: skip


async def _tell(work: UnitOfWork, outcomes: Sequence[Outcome], told: Told) -> None:
    """Those of each kind at once, in one order."""
    for kind in Kind:
        some = [one for one in outcomes if one.bill.kind == kind]
        if some:
            await told(work, kind, sorted(some, key=lambda one: one.bill.subject_id))
