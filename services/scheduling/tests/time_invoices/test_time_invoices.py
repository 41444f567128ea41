"""Billable time goes on a draft once, whoever dies meanwhile."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.errors import Unavailable
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asker
from scheduling.peers import Invoice, Peers, Refused
from scheduling.time_invoices import schedules, use_cases
from scheduling.time_invoices.consumers import consumers
from scheduling.time_invoices.repository import TimeInvoiceRepository
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    jobs_of,
    remember_client,
    tick,
)
from services.scheduling.tests.time_entries.test_time_entries import ENTRIES, make_entry

INVOICES = "/v1/time-invoices"


@dataclass
class Billing:
    """Makes each invoice once for its cause, unless a test has it refuse, or be away."""

    made: dict[str, tuple[Json, Invoice]] = field(default_factory=dict)
    refuses: str = ""
    is_away: bool = False
    loses_answer: bool = False
    calls: int = 0

    async def create_invoice(self, by: Asker, cause: str, asked: Json) -> Invoice | Refused:
        assert by.caller.principal == "service:scheduling"
        self.calls += 1
        if self.is_away:
            raise Unavailable()
        if self.refuses:
            return Refused({"code": self.refuses, "field": "lines.0.tax_id", "detail": "No."})
        known, invoice = self.made.setdefault(cause, (asked, Invoice(new_id(), "draft")))
        assert known == asked
        if self.loses_answer:
            raise Unavailable()
        return invoice


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Billing]:
    fake = Billing()

    async def create(_: Peers, by: Asker, cause: str, asked: Json) -> Invoice | Refused:
        return await fake.create_invoice(by, cause, asked)

    monkeypatch.setattr(Peers, "create_invoice", create)
    yield fake


async def ask(person: Person) -> None:
    """Run the jobs that ask billing; those that fail wait again."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    for payload in await jobs_of(person, use_cases.ASK):
        try:
            await schedules.ask_for_time_invoice(context, tenant_id, payload)
        except Unavailable:
            async with context.database.work(system(tenant_id, "scheduling")) as work:
                work.enqueue(use_cases.ASK, payload, unique=payload["id"])


async def worked(person: Person, client_id: UUID | str, **fields: Any) -> Json:
    paid = {"billable": True, "rate": "100.00", "currency": "SAR"}
    return await person.post(ENTRIES, {
        "started_at": "2026-01-15T07:00:00Z", "duration_minutes": 50, "note": "مراجعة",
        "client_id": str(client_id), **paid, **fields,
    })  # fmt: skip


async def test_billable_time_becomes_lines_of_a_draft(
    owner: Person, events: Events, billing: Billing
) -> None:
    """CL-60"""
    client_id, tax_id = await remember_client(owner), str(new_id())
    one = await worked(owner, client_id)
    two = await worked(owner, client_id, note=None, duration_minutes=90, rate="80.00")
    body: Json = {"id": str(new_id()), "time_entry_ids": [one["id"], two["id"]], "tax_id": tax_id}
    answer = await owner.http.post(f"{ENTRIES}/invoice", json=body)
    made, path = answer.json(), f"{INVOICES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["state"], made["entry_count"], made["invoice_id"]) == ("pending", 2, None)
    again = await owner.http.post(f"{ENTRIES}/invoice", json=body)
    assert (again.status_code, again.json()) == (200, made)
    await ask(owner)
    await ask(owner)
    ((cause, (asked, invoice)),) = billing.made.items()
    assert cause == f"time_invoice:{made['id']}"
    assert (asked["client_id"], asked["currency"]) == (str(client_id), "SAR")
    assert asked["lines"] == [
        {"description": "مراجعة · 2026-01-15", "quantity": "0.8333", "unit_price": "100.00",
         "tax_id": tax_id},
        {"description": "وقت عمل · Work time · 2026-01-15", "quantity": "1.5000",
         "unit_price": "80.00", "tax_id": tax_id},
    ]  # fmt: skip
    assert one["amount"] == "83.33"
    found = await owner.get(path)
    assert (found["state"], found["invoice_id"]) == ("made", str(invoice.id))
    on_it = await owner.ids(ENTRIES, time_invoice_id=made["id"])
    assert set(on_it) == {one["id"], two["id"]}
    entry = f"{ENTRIES}/{one['id']}"
    assert await owner.refused("PATCH", entry, {"note": "x"}) == (409, "time_invoiced")
    assert await owner.refused("DELETE", entry) == (409, "time_invoiced")
    twice = {"time_entry_ids": [two["id"]]}
    assert await owner.refused("POST", f"{ENTRIES}/invoice", twice) == (409, "time_invoiced")
    told = [one["type"] for one in await events(owner.caller) if ".time_invoice." in one["type"]]
    assert told == ["scheduling.time_invoice.requested", "scheduling.time_invoice.made"]


async def test_of_many_at_once_one_invoices_it(owner: Person, billing: Billing) -> None:
    """CL-60: nobody pays twice."""
    client_id = await remember_client(owner)
    entries = [(await worked(owner, client_id))["id"] for _ in range(3)]
    answers = await asyncio.gather(*(
        owner.http.post(f"{ENTRIES}/invoice", json={"time_entry_ids": entries[::step]})
        for step in (1, -1) * 6
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [201] + [409] * 11
    await ask(owner)
    assert len(billing.made) == 1


async def test_what_billing_refuses_may_be_chosen_again(owner: Person, billing: Billing) -> None:
    client_id = await remember_client(owner)
    entry = await worked(owner, client_id)
    body = {"time_entry_ids": [entry["id"]]}
    billing.refuses = "unknown_reference"
    refused = await owner.post(f"{ENTRIES}/invoice", body)
    await ask(owner)
    found = await owner.get(f"{INVOICES}/{refused['id']}")
    assert (found["state"], found["problem"]["code"]) == ("refused", "unknown_reference")
    billing.refuses = ""
    made = await owner.post(f"{ENTRIES}/invoice", body)
    await ask(owner)
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["state"] == "made"
    assert await owner.ids(INVOICES, state="refused") == [refused["id"]]


async def test_an_answer_that_is_lost_is_asked_for_again(
    owner: Person, billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-60: once, be billing away, its answer lost, or the job given up."""
    entry = await worked(owner, await remember_client(owner))
    made = await owner.post(f"{ENTRIES}/invoice", {"time_entry_ids": [entry["id"]]})
    billing.is_away = True
    await ask(owner)
    billing.is_away, billing.loses_answer = False, True
    await ask(owner)
    billing.loses_answer = False
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["state"] == "pending"
    await jobs_of(owner, use_cases.ASK)
    again = schedules.jobs
    await tick(owner, schedules.time_invoices_are_asked_for_again, again)
    assert await jobs_of(owner, use_cases.ASK) == []
    monkeypatch.setattr(use_cases, "_PATIENCE", -use_cases._PATIENCE)
    await schedules.time_invoices_are_asked_for_again(owner.service.context)
    for payload in await jobs_of(owner, schedules.AGAIN):
        await schedules.ask_company_again(
            owner.service.context, owner.caller.tenant_id, payload
        )  # fmt: skip
    await ask(owner)
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["state"] == "made"
    assert (len(billing.made), billing.calls) == (1, 3)


async def test_time_of_an_invoice_that_is_no_more_is_free(
    owner: Person, events: Events, billing: Billing
) -> None:
    client_id = await remember_client(owner)
    entry = await worked(owner, client_id)
    made = await owner.post(f"{ENTRIES}/invoice", {"time_entry_ids": [entry["id"]]})
    await ask(owner)
    invoice_id = UUID((await owner.get(f"{INVOICES}/{made['id']}"))["invoice_id"])
    for kind, subject in (("deleted", new_id()), ("deleted", invoice_id), ("voided", invoice_id)):
        await hear(owner, consumers, Event(
            f"billing.invoice.{kind}", subject, {"invoice": {"id": str(subject)}},
            client_id=client_id, actor="user:x",
        ))  # fmt: skip
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["state"] == "released"
    assert (await owner.get(f"{ENTRIES}/{entry['id']}"))["time_invoice_id"] is None
    await owner.post(f"{ENTRIES}/invoice", {"time_entry_ids": [entry["id"]]})
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)
            if ".time_invoice." in one["type"]]  # fmt: skip
    assert told == ["requested", "made", "released", "requested"]


@pytest.mark.parametrize("verb", ["deleted", "voided"])
async def test_time_is_free_of_an_invoice_that_went_before_it_was_known(
    owner: Person, events: Events, billing: Billing, verb: str
) -> None:
    """CL-60: billing made it, its answer was lost, and somebody removed it meanwhile."""
    client_id = await remember_client(owner)
    entry = await worked(owner, client_id)
    made = await owner.post(f"{ENTRIES}/invoice", {"time_entry_ids": [entry["id"]]})
    billing.loses_answer = True
    await ask(owner)
    [(_, invoice)] = billing.made.values()
    for subject in (new_id(), invoice.id):
        await hear(owner, consumers, Event(
            f"billing.invoice.{verb}", subject, {"invoice": {"id": str(subject)}},
            client_id=client_id, actor="user:x",
        ))  # fmt: skip
    billing.loses_answer = False
    await ask(owner)
    found = await owner.get(f"{INVOICES}/{made['id']}")
    assert (found["state"], found["invoice_id"]) == ("released", str(invoice.id))
    assert (await owner.get(f"{ENTRIES}/{entry['id']}"))["time_invoice_id"] is None
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)
            if ".time_invoice." in one["type"]]  # fmt: skip
    assert told == ["requested", "made", "released"]


@pytest.mark.parametrize("refuses", ["", "unknown_reference"])
async def test_what_was_asked_is_forgotten_once_it_is_answered(
    owner: Person, billing: Billing, refuses: str
) -> None:
    """CL-60: no word of what was worked stays beside the time itself."""
    entry = await worked(owner, await remember_client(owner))
    made = await owner.post(f"{ENTRIES}/invoice", {"time_entry_ids": [entry["id"]]})
    async with owner.service.context.database.work(owner.caller) as work:
        before = await TimeInvoiceRepository(work).get(UUID(made["id"]))
    billing.refuses = refuses
    await ask(owner)
    async with owner.service.context.database.work(owner.caller) as work:
        after = await TimeInvoiceRepository(work).get(UUID(made["id"]))
    assert before.request["lines"] and after.request == {}


async def test_what_cannot_be_invoiced_is_named(owner: Person, billing: Billing) -> None:
    """CL-60"""
    client_id = await remember_client(owner)
    good = await worked(owner, client_id)
    running = await owner.post(f"{ENTRIES}/start", {
        "client_id": str(client_id), "billable": True, "rate": "1.00",
    })  # fmt: skip
    for other, code in (
        (running["id"], "not_invoiceable"),
        ((await worked(owner, client_id, billable=False))["id"], "not_invoiceable"),
        ((await worked(owner, client_id, rate=None))["id"], "not_invoiceable"),
        ((await make_entry(owner, billable=True, rate="1.00"))["id"], "not_invoiceable"),
        ((await worked(owner, await remember_client(owner)))["id"], "one_client_needed"),
        ((await worked(owner, client_id, currency="AED"))["id"], "one_currency_needed"),
        (str(new_id()), "unknown_reference"),
    ):  # fmt: skip
        body = {"time_entry_ids": [good["id"], other]}
        wrong = await owner.wrong("POST", f"{ENTRIES}/invoice", body)
        assert wrong == (code, ["time_entry_ids.1"])
    assert await owner.ids(INVOICES) == []
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        body = {"time_entry_ids": [good["id"]]}
        assert await agent.refused("POST", f"{ENTRIES}/invoice", body) == (403, "forbidden")
