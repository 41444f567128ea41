"""What memberships asks of others: for invoices, whom a code names, and who is linked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from diwan.billing.v1 import credit_notes_pb2, documents_pb2, events_pb2, invoices_pb2
from diwan.clients.v1 import client_links_pb2, clients_pb2
from google.protobuf.json_format import ParseDict

from chassis.caller import system
from chassis.errors import Conflict, Failure, NotFound, Unavailable
from chassis.money import Money
from chassis.rpc.client import Asker, Asking, Channels
from chassis.rpc.method import unary

Json = dict[str, Any]

_INVOICES: Final = "diwan.billing.v1.InvoicesService"
# As many as billing makes at once take their time; what is asked again is done once all the same.
_CREATE_INVOICES: Final = unary(
    f"{_INVOICES}.CreateInvoices", invoices_pb2.CreateInvoicesResponse, timeout=60
)
_PREVIEW_INVOICE: Final = unary(
    f"{_INVOICES}.PreviewInvoice", invoices_pb2.PreviewInvoiceResponse, safe=True
)
_CANCEL_DRAFT: Final = unary(
    f"{_INVOICES}.CancelDraft", invoices_pb2.CancelDraftResponse, timeout=10
)
_CREDIT_INVOICE: Final = unary(
    "diwan.billing.v1.CreditNotesService.CreditInvoice",
    credit_notes_pb2.CreditInvoiceResponse, timeout=10,
)  # fmt: skip
_FIND: Final = unary(
    "diwan.clients.v1.ClientsService.FindClients", clients_pb2.FindClientsResponse, safe=True
)
_FIND_LINK: Final = unary(
    "diwan.clients.v1.ClientLinksService.FindLink", client_links_pb2.FindLinkResponse, safe=True
)
_GET_INVOICE: Final = unary(f"{_INVOICES}.GetInvoice", invoices_pb2.GetInvoiceResponse, safe=True)
_APPLY_DISCOUNT: Final = unary(
    f"{_INVOICES}.ApplyDiscount", invoices_pb2.ApplyDiscountResponse, timeout=10
)
_REMOVE_DISCOUNT: Final = unary(
    f"{_INVOICES}.RemoveDiscount", invoices_pb2.RemoveDiscountResponse, timeout=10
)
# By which a card may know somebody, in the order in which they are tried.
_KEYS: Final = ("code", "external_id")
MOST_AT_ONCE: Final = 50
"""How many invoices billing is asked for at a time.

It would make 500; but several jobs ask at once, and it holds all of theirs.
"""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as far as it matters here; amounts are with tax."""

    id: UUID
    version: int
    status: str
    total_minor: int = 0
    paid_minor: int = 0
    credited_minor: int = 0


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note, and what it took off, with tax."""

    id: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why billing made nothing: its code, in words, and which fields it names."""

    problem: Json


class Peers:
    """Everybody that memberships waits for, besides those whom refs asks."""

    def __init__(self, channels: Channels) -> None:
        self._billing = channels.peer("billing")
        self._clients = channels.peer("clients")

    async def client_of_code(self, tenant_id: UUID, code: str) -> UUID | None:
        """The client with a code, else with this id in another system; raises Unavailable.

        Asked in this service's own name: who reads a card at a door need not read clients. Whether
        they see this one is asked as for any other.
        """
        request = clients_pb2.FindClientsRequest(
            keys=[clients_pb2.ClientKey(key=key, value=code) for key in _KEYS]
        )
        try:
            answer = await self._clients.call(
                _FIND, request, Asking(system(tenant_id, "memberships"))
            )
        except NotFound:
            return None
        return next((UUID(one.client_id) for one in answer.found if one.client_id), None)

    async def link_between(self, tenant_id: UUID, one: UUID, other: UUID) -> UUID | None:
        """A link between two clients; None where there is none, or not both of them are there.

        Asked in this service's own name: who may change both need not see how they are linked.
        Raises Unavailable.
        """
        request = client_links_pb2.FindLinkRequest(client_id=str(one), other_client_id=str(other))
        asking = Asking(system(tenant_id, "memberships"))
        try:
            answer = await self._clients.call(_FIND_LINK, request, asking)
        except NotFound:
            return None
        return UUID(answer.link_id) if answer.link_id else None

    async def find_clients(
        self, by: Asker, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], UUID | None]:
        """Whom some keys name of those whom the asker sees, None where several; 500 at most.

        Raises what clients refuses, and Unavailable.
        """
        request = clients_pb2.FindClientsRequest(
            keys=[clients_pb2.ClientKey(key=key, value=value) for key, value in keys]
        )
        answer = await self._clients.call(_FIND, request, by)
        return {
            (one.key.key, one.key.value): None if one.is_ambiguous else UUID(one.client_id)
            for one in answer.found if one.is_ambiguous or one.client_id
        }  # fmt: skip

    async def create_invoices(
        self, by: Asker, asked: Mapping[str, Json]
    ) -> dict[str, Invoice | Refused]:
        """By their causes invoices, each made once, or why not; raises Unavailable.

        What is asked has the names of CreateInvoiceRequest; 500 at most.
        """
        requests = [
            ParseDict(one | {"cause": cause}, invoices_pb2.CreateInvoiceRequest())
            for cause, one in asked.items()
        ]
        request = invoices_pb2.CreateInvoicesRequest(invoices=requests)
        answer = await self._billing.call(_CREATE_INVOICES, request, by)
        pairs = zip(asked, answer.results, strict=True)
        return {cause: _result(one) for cause, one in pairs}

    async def preview_invoice(self, by: Asker, asked: Json) -> Json:
        """What an invoice would come to; raises what billing refuses, and Unavailable."""
        request = ParseDict(asked, invoices_pb2.PreviewInvoiceRequest())
        answer = await self._billing.call(_PREVIEW_INVOICE, request, by)
        return {name: getattr(answer, name) for name in ("subtotal", "tax_total", "total")}

    async def credit_invoice(self, by: Asker, cause: str, asked: Json) -> Credited | Refused:
        """Take something off an issued invoice, once; the credit note; raises Unavailable.

        What is asked has the names of CreditInvoiceRequest.
        """
        request = ParseDict(asked | {"cause": cause}, credit_notes_pb2.CreditInvoiceRequest())
        try:
            answer = await self._billing.call(_CREDIT_INVOICE, request, by)
        except Unavailable:
            raise
        except Failure as failure:
            return refused(failure)
        note = answer.credit_note
        return Credited(UUID(note.id), _minor(note.total, note.currency))

    async def withdraw_invoice(
        self, by: Asker, cause: str, invoice_id: UUID, reason: str
    ) -> UUID | Credited | Refused:
        """Remove a draft, or credit all that is left of what was issued; raises Unavailable."""
        request = invoices_pb2.CancelDraftRequest(cause=cause, invoice_id=str(invoice_id))
        try:
            await self._billing.call(_CANCEL_DRAFT, request, by)
        except NotFound:
            return invoice_id  # somebody removed it already
        except Conflict as failure:
            if failure.code != "invoice_not_draft":
                return refused(failure)
            asked = {"invoice_id": str(invoice_id), "reason": reason}
            return await self.credit_invoice(by, f"{cause}:credit", asked)
        return invoice_id

    async def invoice(self, by: Asker, invoice_id: UUID) -> dict[str, Any]:
        """An invoice that the asker sees: `client_id`, `status`, `currency`, `subtotal` as they are
        told, whether it `is_discounted`, and by which amount (`discount`), if that is one; raises
        what billing refuses, and Unavailable.
        """
        request = invoices_pb2.GetInvoiceRequest(invoice_id=str(invoice_id))
        answer = await self._billing.call(_GET_INVOICE, request, by)
        names = ("client_id", "status", "currency", "subtotal")
        told = {name: getattr(answer.invoice, name) for name in names}
        by_amount = answer.discount.value if answer.discount.type == "amount" else None
        return told | {"is_discounted": answer.HasField("discount"), "discount": by_amount}

    async def apply_discount(self, by: Asker, cause: str, invoice_id: UUID, amount: str) -> None:
        """Take an amount off a draft, once; raises what billing refuses, and Unavailable."""
        request = invoices_pb2.ApplyDiscountRequest(
            cause=cause, invoice_id=str(invoice_id),
            discount=documents_pb2.DocumentDiscount(type="amount", value=amount),
        )  # fmt: skip
        await self._billing.call(_APPLY_DISCOUNT, request, by)

    async def remove_discount(self, by: Asker, cause: str, invoice_id: UUID) -> None:
        """Take the discount of a draft away, once; raises what billing refuses, and Unavailable."""
        request = invoices_pb2.RemoveDiscountRequest(cause=cause, invoice_id=str(invoice_id))
        await self._billing.call(_REMOVE_DISCOUNT, request, by)


def refused(failure: Failure) -> Refused:
    """A refusal as it is kept and told: its code, the field it names, and in words."""
    field = failure.field or (failure.errors[0].field if failure.errors else None)
    return Refused({"code": failure.code, "field": field, "detail": failure.message("en")})


def _result(one: invoices_pb2.InvoiceResult) -> Invoice | Refused:
    if not one.HasField("problem"):
        return heard(one.invoice)
    told = one.problem
    field = told.errors[0].field if told.errors else None
    return Refused({"code": told.code, "field": field, "detail": told.detail})


def heard(invoice: events_pb2.Invoice) -> Invoice:
    """An invoice as answers and events tell of it."""
    amounts = (
        _minor(one, invoice.currency) for one in (invoice.total, invoice.paid, invoice.credited)
    )
    return Invoice(UUID(invoice.id), invoice.version, invoice.status, *amounts)


def _minor(text: str, currency: str) -> int:
    return Money.parse(text, currency).amount_minor if text else 0
