"""Stands for billing: each invoice is made once for its cause, and stands as a test says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import inbox, jobs
from chassis.errors import Unavailable
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asker
from memberships.bills.use_cases import ASK
from memberships.invoicing import schedules
from memberships.invoicing.consumers import consumers
from memberships.peers import Credited, Invoice, Refused
from services.memberships.tests.factories import Json, Person

_TAKE = "delete from pgqueuer where tenant_id = $1 and entrypoint = $2 returning payload"
_EVENT_OF = {
    "paid": "paid", "issued": "reopened", "draft": "reopened", "void": "voided",
    "credited": "credited", "written_off": "written_off", "deleted": "deleted",
}  # fmt: skip


@dataclass
class Made:
    """An invoice, and what it was asked for by."""

    cause: str
    request: Json
    id: UUID
    version: int
    status: str
    answer: Invoice | None = None
    # Of 300.00 and its tax, say; and what of it was paid and credited.
    total: str = ""
    paid: str = ""
    credited: str = ""


@dataclass
class Billing:
    """Obeys, unless a test has it refuse, or be away."""

    made: dict[tuple[UUID, str], Made] = field(default_factory=dict)
    credited: dict[tuple[UUID, str], Json] = field(default_factory=dict)
    refuses: dict[UUID, str] = field(default_factory=dict)
    # Called before it makes something, and once that is made, before it answers.
    before: dict[UUID, Callable[[], Any]] = field(default_factory=dict)
    between: dict[UUID, Callable[[], Any]] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    # Of these it makes nothing that is due already; of a question with these causes nothing at all.
    past_due: set[UUID] = field(default_factory=set)
    breaks_at: set[str] = field(default_factory=set)

    async def create_invoices(
        self, by: Asker, asked: Mapping[str, Json]
    ) -> dict[str, Invoice | Refused]:
        tenant_id = by.caller.tenant_id
        assert len(asked) <= 500 and by.caller.principal == "service:memberships"
        self.calls.append(len(asked))
        await self._interrupt(self.before, tenant_id)
        if self.breaks_at & asked.keys():
            raise ValueError("This cannot be read.")
        answers = {cause: self._create(tenant_id, cause, one) for cause, one in asked.items()}
        await self._interrupt(self.between, tenant_id)
        return answers

    async def preview_invoice(self, by: Asker, asked: Json) -> Json:
        return {"subtotal": "1.00", "tax_total": "0.15", "total": "1.15"}

    async def credit_invoice(self, by: Asker, cause: str, asked: Json) -> Credited | Refused:
        tenant_id = by.caller.tenant_id
        if (code := self.refuses.get(tenant_id)) is not None:
            return Refused({"code": code, "field": None, "detail": "No."})
        self.credited.setdefault((tenant_id, cause), asked)
        return Credited(new_id(), round(Decimal(asked["lines"][0]["unit_price"]) * 100))

    async def withdraw_invoice(
        self, by: Asker, cause: str, invoice_id: UUID, reason: str
    ) -> UUID | Refused:
        tenant_id = by.caller.tenant_id
        if (code := self.refuses.get(tenant_id)) is not None:
            return Refused({"code": code, "field": None, "detail": "No."})
        self.credited.setdefault((tenant_id, cause), {"invoice_id": str(invoice_id)})
        return invoice_id

    def _create(self, tenant_id: UUID, cause: str, asked: Json) -> Invoice | Refused:
        known = self.made.get((tenant_id, cause))
        if known is not None:
            if known.request == asked and known.answer is not None:
                return known.answer
            return Refused({"code": "cause_reused", "field": "cause", "detail": "Another one."})
        if (code := self.refuses.get(tenant_id)) is not None:
            return Refused({"code": code, "field": "lines.0.tax_id", "detail": "No such tax."})
        if tenant_id in self.past_due and "due_date" in asked:
            return Refused({"code": "due_before_issue", "field": "due_date", "detail": "Past."})
        status = "issued" if asked["issue"] else "draft"
        answer = Invoice(new_id(), 2, status)
        self.made[tenant_id, cause] = Made(cause, asked, answer.id, 2, status, answer)
        return answer

    async def _interrupt(self, at: dict[UUID, Callable[[], Any]], tenant_id: UUID) -> None:
        if (call := at.pop(tenant_id, None)) is not None:
            await call()

    def of(self, person: Person) -> list[Made]:
        """A company's invoices, oldest first."""
        return [one for (tenant, _), one in self.made.items() if tenant == person.caller.tenant_id]

    async def becomes(self, person: Person, cause: str, status: str, **amounts: str) -> Event:
        """An invoice stands so now, and that is told."""
        made = self.made[person.caller.tenant_id, cause]
        for name, amount in amounts.items():
            setattr(made, name, amount)
        event = self.told(person, cause, status)
        await hear(person, event)
        return event

    def told(self, person: Person, cause: str, status: str) -> Event:
        """The same, told to nobody yet."""
        made = self.made[person.caller.tenant_id, cause]
        made.status = status
        made.version += status != "deleted"
        invoice = {"id": str(made.id), "version": made.version, "status": status,
                   "client_id": made.request["client_id"],
                   "currency": made.request.get("currency", "SAR"),
                   "total": made.total, "paid": made.paid, "credited": made.credited}  # fmt: skip
        if status == "deleted":
            invoice["status"] = "draft"
        context = person.service.context
        return replace(
            Event(f"billing.invoice.{_EVENT_OF[status]}", made.id, {"invoice": invoice},
                  made.version, UUID(made.request["client_id"])),
            tenant_id=person.caller.tenant_id, time=context.database.clock(), actor="user:x",
        )  # fmt: skip


async def hear(person: Person, *events: Event) -> None:
    """Some events reach memberships."""
    [subscription] = consumers.subscriptions
    await inbox.handle(person.service.context.database, "memberships", subscription, events)


async def tick(
    person: Person, schedule: Callable[[Any], Awaitable[None]], registered: jobs.Jobs
) -> None:
    """The clock ticks; then this company's jobs of these run that it has enqueued."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    await schedule(context)
    for name, job in registered.jobs.items():
        if name != ASK:
            for payload in await taken(person, name):
                await job.handler(context, tenant_id, payload)


async def taken(person: Person, job: str = ASK) -> list[Json]:
    """The jobs that wait to ask billing, taken from whoever would run them."""
    async with person.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, person.caller.tenant_id, job)
    return [jobs.read(row["payload"])[2] for row in rows]


async def ask(person: Person) -> None:
    """Run the jobs that ask billing, until there are none."""
    while waiting := await taken(person):
        for payload in waiting:
            await run(person, payload)


async def run(person: Person, payload: Json) -> None:
    """Run one of them."""
    await schedules.ask_billing(person.service.context, person.caller.tenant_id, payload)


async def away() -> None:
    """Billing is not there, or its answer is lost."""
    raise Unavailable()
