"""The gRPC doors of billing, called as another service calls them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from diwan.billing.v1 import (
    balances_pb2,
    credit_notes_pb2,
    documents_pb2,
    invoices_pb2,
    payments_pb2,
)
from google.protobuf.message import Message

from chassis.caller import Caller, system
from chassis.errors import Conflict, Failure, Forbidden, Invalid, NotFound
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.rpc.method import unary
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person, make_tax
from services.billing.tests.invoices.making import INVOICES, draft, issued, remember_client

Call = Callable[..., Awaitable[Any]]
LINES = [documents_pb2.DocumentLine(description="اشتراك", quantity="1", unit_price="300.00")]
_SERVICES = {
    "InvoicesService": invoices_pb2, "CreditNotesService": credit_notes_pb2,
    "PaymentsService": payments_pb2, "BalancesService": balances_pb2,
}  # fmt: skip


def _method(name: str) -> Any:
    for service, module in _SERVICES.items():
        described = module.DESCRIPTOR.services_by_name[service]
        if name in described.methods_by_name:
            answer = getattr(module, described.methods_by_name[name].output_type.name)
            return unary(f"{described.full_name}.{name}", answer)
    raise LookupError(name)


@pytest.fixture
def call(peer: Peer, owner: Person) -> Call:
    """Ask as memberships itself, or in somebody's name."""

    async def ask(name: str, request: Message, by: Caller | None = None) -> Any:
        asking = Asking(by or system(owner.caller.tenant_id, "memberships"))
        return await peer.call(_method(name), request, asking, within=60)

    return ask


def wanted(cause: str, client_id: UUID | str = "", **fields: Any) -> Any:
    return invoices_pb2.CreateInvoiceRequest(
        cause=cause, client_id=str(client_id), **{"lines": LINES, **fields}
    )


async def test_one_cause_is_one_invoice(owner: Person, call: Call, events: Events) -> None:
    """BI-16: the same is answered the same; anything else is refused, and nothing happens."""
    sara = await remember_client(owner)
    asked = wanted("membership:1:period:3", sara, issue=True, external_id="M-1")
    first = await call("CreateInvoice", asked)
    assert (first.invoice.number, first.invoice.status, first.invoice.total) == (
        "INV-000001", "issued", "300.00",
    )  # fmt: skip
    await owner.post("/v1/payments", {
        "client_id": str(sara), "amount": "300.00", "currency": "SAR", "method": "cash",
        "auto_allocate": True,
    })  # fmt: skip
    assert await call("CreateInvoice", asked) == first
    for other in (wanted("membership:1:period:3", sara), wanted("membership:1:period:3")):
        with pytest.raises(Conflict) as refused:
            await call("CreateInvoice", other)
        assert refused.value.code == "cause_reused"
    kinds = Counter(e["type"] for e in await events(owner.caller))
    assert kinds["billing.invoice.created"] == kinds["billing.invoice.issued"] == 1
    shown = await owner.get(f"{INVOICES}/{first.invoice.id}")
    assert shown["created_by"] == "service:memberships"
    origin = (await owner.get(f"{INVOICES}/{first.invoice.id}/explain"))["steps"][0]
    assert (origin["kind"], origin["causes"]) == ("made_by_cause", ["membership:1:period:3"])


async def test_many_are_made_at_once_each_for_its_cause(owner: Person, call: Call) -> None:
    """BI-16: some known from before, some twice, some wrong: each by itself, in their order."""
    sara = await remember_client(owner)
    before = await call("CreateInvoice", wanted("m:1", sara))
    requests = [
        wanted("m:1", sara), wanted("m:2", sara, issue=True), wanted("m:2", sara, issue=True),
        wanted("m:2", sara), wanted("m:3", new_id()), wanted("", sara),
        wanted("m:4", sara, lines=[documents_pb2.DocumentLine(description="x", quantity="0",
                                                              unit_price="1.00")]),
        wanted("m:1", sara, notes="another"),
    ]  # fmt: skip
    many = invoices_pb2.CreateInvoicesRequest(invoices=requests)
    answer = await call("CreateInvoices", many)
    codes = [one.problem.code for one in answer.results]
    assert codes == ["", "", "", "cause_reused", "unknown_reference", "cause_needed",
                     "validation_failed", "cause_reused"]  # fmt: skip
    assert answer.results[0].invoice == before.invoice
    assert answer.results[1].invoice == answer.results[2].invoice
    assert answer.results[6].problem.errors[0].field == "lines.0.quantity"
    assert await call("CreateInvoices", many) == answer
    assert len(await owner.ids(INVOICES)) == 2


async def test_500_are_made_at_once_and_not_more(owner: Person, call: Call) -> None:
    """BI-16"""
    sara = await remember_client(owner)
    some = [wanted(f"m:{at}", sara, issue=True) for at in range(501)]
    with pytest.raises(Invalid) as refused:
        await call("CreateInvoices", invoices_pb2.CreateInvoicesRequest(invoices=some))
    assert refused.value.code == "too_many_invoices"
    many = invoices_pb2.CreateInvoicesRequest(invoices=some[:500])
    answer = await call("CreateInvoices", many)
    numbers = [one.invoice.number for one in answer.results]
    assert numbers == [f"INV-{place:06}" for place in range(1, 501)]
    assert await call("CreateInvoices", many) == answer


async def test_20_at_once_with_one_cause_do_it_once(
    owner: Person, call: Call, events: Events
) -> None:
    """BI-16: all are answered the same, alone and among others, whoever was first."""
    sara = await remember_client(owner)
    asked = wanted("m:1", sara, issue=True)
    many = invoices_pb2.CreateInvoicesRequest(invoices=[wanted("m:0", sara), asked])
    answers = await asyncio.gather(
        *(call("CreateInvoice", asked) for _ in range(10)),
        *(call("CreateInvoices", many) for _ in range(10)),
    )
    alone, among = answers[:10], answers[10:]
    made = [one.invoice for one in alone] + [one.results[1].invoice for one in among]
    assert all(one == made[0] for one in made) and made[0].number == "INV-000001"
    paid = payments_pb2.RecordPaymentRequest(
        cause="p:1", client_id=str(sara), amount="300.00", currency="SAR", method="card",
        allocations=[payments_pb2.PaymentShare(invoice_id=made[0].id, amount="300.00")],
    )  # fmt: skip
    receipts = await asyncio.gather(*(call("RecordPayment", paid) for _ in range(20)))
    assert {one.payment.receipt_number for one in receipts} == {"RCT-000001"}
    kinds = Counter(e["type"] for e in await events(owner.caller))
    assert kinds["billing.invoice.created"] == 2
    assert kinds["billing.payment.received"] == kinds["billing.invoice.paid"] == 1


async def test_what_was_cut_off_is_done_once_when_it_comes_again(
    owner: Person, call: Call, events: Events
) -> None:
    """BI-16: the asker dies at any moment; asked again, each cause has had one effect."""
    sara = await remember_client(owner)
    asked = [wanted(f"m:{at}", sara, issue=True) for at in range(12)]
    tasks = [asyncio.ensure_future(call("CreateInvoice", one)) for one in asked]
    for task in tasks:
        # As far as they have come when the one before has ended, or was cut off.
        await asyncio.wait([task], timeout=0.02)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    again = [await call("CreateInvoice", one) for one in asked]
    assert len({one.invoice.id for one in again}) == 12
    assert sorted(one.invoice.number for one in again) == [f"INV-{n:06}" for n in range(1, 13)]
    kinds = Counter(e["type"] for e in await events(owner.caller))
    assert kinds["billing.invoice.issued"] == 12
    assert len(await owner.ids(INVOICES)) == 12


async def test_a_draft_is_discounted_issued_and_credited_once(owner: Person, call: Call) -> None:
    """ME-19: each answers the same when it comes again, whatever became of the invoice since."""
    tax = await make_tax(owner)
    lines = [documents_pb2.DocumentLine(description="x", quantity="1", unit_price="100.00",
                                        tax_id=tax["id"])]  # fmt: skip
    made = (await call("CreateInvoice", wanted("m:1", lines=lines))).invoice
    ten = documents_pb2.DocumentDiscount(type="percent", value="10")
    steps: list[tuple[str, Any]] = [
        ("ApplyDiscount", invoices_pb2.ApplyDiscountRequest(
            cause="d:1", invoice_id=made.id, discount=ten)),
        ("RemoveDiscount", invoices_pb2.RemoveDiscountRequest(cause="d:2", invoice_id=made.id)),
        ("ApplyDiscount", invoices_pb2.ApplyDiscountRequest(
            cause="d:3", invoice_id=made.id, discount=ten)),
        ("IssueInvoice", invoices_pb2.IssueInvoiceRequest(cause="i:1", invoice_id=made.id)),
        ("CreditInvoice", credit_notes_pb2.CreditInvoiceRequest(
            cause="c:1", invoice_id=made.id, reason="أُلغي")),
    ]  # fmt: skip
    answers = [await call(name, request) for name, request in steps]
    assert [one.invoice.total for one in answers[:4]] == ["103.50", "115.00", "103.50", "103.50"]
    assert (answers[4].credit_note.total, answers[4].credit_note.number) == ("103.50", "CN-000001")
    assert [await call(name, request) for name, request in steps] == answers
    with pytest.raises(Conflict) as refused:
        await call("IssueInvoice",
                   invoices_pb2.IssueInvoiceRequest(cause="i:2", invoice_id=made.id))  # fmt: skip
    assert refused.value.code == "invoice_not_draft"
    with pytest.raises(Invalid) as needed:
        await call("ApplyDiscount",
                   invoices_pb2.ApplyDiscountRequest(cause="d:4", invoice_id=made.id))  # fmt: skip
    assert needed.value.code == "discount_needed"


async def test_a_draft_is_cancelled_once(owner: Person, call: Call) -> None:
    """ME-19: what made it does not make it again."""
    asked = wanted("m:1")
    made = (await call("CreateInvoice", asked)).invoice
    cancel = invoices_pb2.CancelDraftRequest(cause="x:1", invoice_id=made.id)
    answers = [await call("CancelDraft", cancel) for _ in range(2)]
    assert [one.invoice_id for one in answers] == [made.id, made.id]
    assert (await call("CreateInvoice", asked)).invoice == made
    assert await owner.ids(INVOICES) == []
    with pytest.raises(NotFound):
        await call("CancelDraft", invoices_pb2.CancelDraftRequest(cause="x:2", invoice_id=made.id))


async def test_an_invoice_is_read_as_it_stands(owner: Person, call: Call) -> None:
    """ME-18: with what the whole of it is discounted by."""
    sara = await remember_client(owner)
    ten = documents_pb2.DocumentDiscount(type="amount", value="10.00")
    made = (await call("CreateInvoice", wanted("m:1", sara, discount=ten))).invoice
    bare = (await call("CreateInvoice", wanted("m:2", sara))).invoice
    asked = invoices_pb2.GetInvoiceRequest(invoice_id=made.id)
    found = await call("GetInvoice", asked)
    assert (found.invoice, found.discount) == (made, ten)
    other = await call("GetInvoice", invoices_pb2.GetInvoiceRequest(invoice_id=bare.id))
    assert (other.invoice, other.HasField("discount")) == (bare, False)
    with pytest.raises(NotFound):
        await call("GetInvoice", invoices_pb2.GetInvoiceRequest(invoice_id=str(new_id())))


async def test_a_preview_is_what_would_be_made_and_keeps_nothing(owner: Person, call: Call) -> None:
    """BI-16"""
    sara, tax = await remember_client(owner), await make_tax(owner)
    fields: dict[str, Any] = {
        "client_id": str(sara), "currency": "SAR", "shipping": "20.00",
        "lines": [documents_pb2.DocumentLine(description="x", quantity="3", unit_price="33.33",
                                             tax_id=tax["id"])],
        "discount": documents_pb2.DocumentDiscount(type="amount", value="10.00"),
    }  # fmt: skip
    seen = await call("PreviewInvoice", invoices_pb2.PreviewInvoiceRequest(**fields))
    assert await owner.ids(INVOICES) == []
    made = await call("CreateInvoice", invoices_pb2.CreateInvoiceRequest(cause="m", **fields))
    assert (seen.subtotal, seen.tax_total, seen.total, seen.issue_date) == (
        made.invoice.subtotal, made.invoice.tax_total, made.invoice.total, made.invoice.issue_date,
    )  # fmt: skip
    assert list(seen.line_nets) == ["99.99"] and seen.taxes[0].amount == seen.tax_total


async def test_balances_of_many_are_told_at_once(owner: Person, call: Call) -> None:
    """BI-13: as over HTTP; of whom the caller does not see nothing is told."""
    first, second = await remember_client(owner), await remember_client(owner)
    await issued(owner, client_id=str(first))
    await draft(owner, client_id=str(second))
    asked = [str(first), str(second), str(new_id())]
    found = await call("GetBalances", balances_pb2.GetBalancesRequest(client_ids=asked))
    assert [one.asked_id for one in found.clients] == asked[:2]
    with pytest.raises(NotFound):
        await call("GetBalance", balances_pb2.GetBalanceRequest(client_id=asked[2]))
    [due] = found.clients[0].balances
    [told] = (await owner.get("/v1/balances", client_id=str(first)))["items"]
    amounts = told.keys() - {"client_id", "url", "parts"}
    assert {one: getattr(due, one) for one in amounts} == {one: told[one] for one in amounts}
    assert not found.clients[1].balances
    alone = await call("GetBalance", balances_pb2.GetBalanceRequest(client_id=str(first)))
    assert alone.client == found.clients[0]


async def test_whom_it_is_asked_for_gets_no_more_than_over_http(owner: Person, call: Call) -> None:
    """GW-03: neither what was made by a cause of somebody else's."""
    hidden = await remember_client(owner)
    by = Caller(
        owner.caller.tenant_id, "key:partner", frozenset({"billing:read", "billing:write"}),
        "folders", folder_ids=(new_id(),),
    )  # fmt: skip
    asked = wanted("m:1", hidden)
    made = (await call("CreateInvoice", asked)).invoice
    seen = balances_pb2.GetBalanceRequest(client_id=str(hidden))
    for name, request, kind in (
        ("CreateInvoice", asked, (NotFound, Invalid)), ("GetBalance", seen, (NotFound,)),
        ("CreateInvoice", wanted("m:2", hidden), (Invalid,)),
        ("CreateInvoice", wanted("m:3", issue=True), (Forbidden,)),
        ("IssueInvoice", invoices_pb2.IssueInvoiceRequest(cause="i", invoice_id=made.id),
         (NotFound,)),
        ("RemoveDiscount", invoices_pb2.RemoveDiscountRequest(cause="r", invoice_id=made.id),
         (NotFound,)),
    ):  # fmt: skip
        with pytest.raises(Failure) as refused:
            await call(name, request, by)
        assert isinstance(refused.value, kind), (name, refused.value.code)
    assert (await call("CreateInvoice", wanted("m:4"), by)).invoice.status == "draft"
