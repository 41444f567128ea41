"""Billing as loyalty sees it: what it tells of invoices, and what it lets be done with drafts."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.errors import Conflict, Failure, NotFound, Unavailable
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asker
from memberships.loyalty.consumers import consumers
from memberships.loyalty.schedules import apply_redemption
from services.memberships.tests.factories import Json, Person, make_credit_type

RULES = "/v1/loyalty/rules"
REDEMPTIONS = "/v1/loyalty/redemptions"
BALANCES = "/v1/loyalty/balances"
SETTINGS = "/v1/settings/memberships"


class NotADraft(Conflict):
    """As billing says it."""

    code = "invoice_not_draft"
    detail = "Only a draft can be changed."


class Drafts:
    """Stands for billing: its drafts, and what each cause did to them."""

    def __init__(self) -> None:
        self.drafts: dict[UUID, Json] = {}
        self.done: dict[str, str | None] = {}
        self.calls = 0
        self.is_down = False
        self.refusal: Failure | None = None

    def draft(self, client_id: Any, **fields: Any) -> UUID:
        """An invoice; its id."""
        plain = {"client_id": str(client_id or ""), "status": "draft", "currency": "SAR",
                 "subtotal": "100.00", "is_discounted": False, "discount": None}  # fmt: skip
        self.drafts[made := new_id()] = plain | fields
        return made

    async def invoice(self, by: Asker, invoice_id: UUID) -> Json:
        assert not getattr(by, "has_begun", False), "asked with a transaction open"
        if invoice_id not in self.drafts:
            raise NotFound()
        return self.drafts[invoice_id]

    async def apply_discount(self, _: Asker, cause: str, invoice_id: UUID, amount: str) -> None:
        self._do(cause, invoice_id, amount)

    async def remove_discount(self, _: Asker, cause: str, invoice_id: UUID) -> None:
        self._do(cause, invoice_id, None)

    def _do(self, cause: str, invoice_id: UUID, amount: str | None) -> None:
        self.calls += 1
        if self.is_down:
            raise Unavailable()
        if self.refusal is not None:
            raise self.refusal
        if cause in self.done:
            assert self.done[cause] == amount
            return
        if invoice_id not in self.drafts:
            raise NotFound(code="invoice_not_found")
        if self.drafts[invoice_id]["status"] != "draft":
            raise NotADraft()
        self.done[cause] = amount
        self.drafts[invoice_id] |= {"discount": amount, "is_discounted": amount is not None}


async def tell(
    person: Person, verb: str, invoice_id: UUID, client_id: Any, version: int, *,
    actor: str = "user:x", changed: tuple[str, ...] = (), **invoice: Any,
) -> None:  # fmt: skip
    """Billing tells of an invoice; each consumer takes it as its runner gives it."""
    told = {"id": str(invoice_id), "version": version, "client_id": str(client_id or "")}
    data = {"invoice": _INVOICE | told | invoice, "changed": changed}
    await _hear(person, [_event(person, verb, invoice_id, version, data, actor)])


_INVOICE = {"status": "paid", "currency": "SAR", "paid": "0.00", "type": "invoice"}


def _event(
    person: Person, verb: str, invoice_id: UUID, version: int, data: Json, actor: str = "user:x"
) -> Event:
    return Event(
        f"billing.invoice.{verb}", invoice_id, data, version, tenant_id=person.caller.tenant_id,
        actor=actor, time=datetime.now(UTC),
    )  # fmt: skip


async def _hear(person: Person, events: list[Event]) -> None:
    """All of one kind, in one transaction of each consumer."""
    for one in consumers.subscriptions:
        if events[0].type not in one.types:
            continue
        caller = system(person.caller.tenant_id, "memberships")
        async with person.service.context.database.work(caller, role="worker") as work:
            if one.wanted is None or await one.wanted(work, events[0]):
                await one.handler(work, events)


async def paid_together(person: Person, client_ids: list[UUID], amount: str) -> None:
    """An invoice of each is paid, of which all is told at once, in their order."""
    told: list[Json] = [
        _INVOICE | {"id": str(new_id()), "version": 2, "client_id": str(one), "paid": amount}
        for one in client_ids
    ]
    await _hear(person, [
        _event(person, "paid", UUID(one["id"]), 2, {"invoice": one, "changed": ()}) for one in told
    ])  # fmt: skip


async def paid(person: Person, client_id: Any, amount: str, **told: Any) -> UUID:
    """An invoice that is paid; its id."""
    invoice_id = told.pop("invoice_id", None) or new_id()
    await tell(person, "paid", invoice_id, client_id, told.pop("version", 2), paid=amount, **told)
    return invoice_id


async def set_up(person: Person, **loyalty: Any) -> str:
    """Points that are worth 0.50 each; the credit type they are counted in."""
    made = await make_credit_type(person, decimals=loyalty.pop("places", 0))
    said = {"credit_type_id": made["id"], "point_value": "0.5", "currency": "SAR"}
    await person.patch(SETTINGS, {"loyalty": said | loyalty})
    return str(made["id"])


async def make_rule(person: Person, **fields: Any) -> Json:
    """A point for each ten riyals, unless told otherwise."""
    return await person.post(RULES, {"name": "x", "amount_per_point": "10.00", **fields})


async def balance(person: Person, client_id: Any) -> Json:
    """What a client has of points; nothing at all: an empty one."""
    items = (await person.get(BALANCES, client_id=str(client_id)))["items"]
    return items[0] if items else {}


async def has(person: Person, client_id: Any) -> tuple[str, ...]:
    """Earned, redeemed, what can be redeemed now, and what is held."""
    found = await balance(person, client_id)
    return tuple(found.get(name, "0") for name in ("earned", "redeemed", "balance", "held"))


def wanted(client_id: UUID, invoice_id: UUID, points: str = "60", **fields: Any) -> Json:
    return {"client_id": str(client_id), "invoice_id": str(invoice_id), "points": points} | fields


async def applied(owner: Person, body: Json) -> Json:
    """Redeem, and let the job run."""
    made = await owner.post(REDEMPTIONS, body)
    await run(owner, made["id"])
    return await owner.get(f"{REDEMPTIONS}/{made['id']}")


async def run(owner: Person, redemption_id: str, job: Any = apply_redemption) -> None:
    payload = {"redemption_id": redemption_id}
    await job(owner.service.context, owner.caller.tenant_id, payload)
