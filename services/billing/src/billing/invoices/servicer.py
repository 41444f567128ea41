"""gRPC door of invoices: the same use cases as behind HTTP, each once for its cause."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from diwan.billing.v1 import documents_pb2, events_pb2, invoices_pb2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message

from billing.causes import use_cases as causes
from billing.causes.rules import CauseReused, check_key
from billing.invoices import events
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.schemas import MOST_AT_ONCE, InvoiceCreate, InvoiceOfMany, InvoiceUpdate
from billing.invoices.tables import Invoice
from billing.invoices.use_cases import drafts, issuing, many
from billing.invoices.use_cases.naming import Wanted, ask
from chassis.context import Context
from chassis.errors import Failure, Invalid
from chassis.http.problems import document
from chassis.money import Money
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of, shape_of
from chassis.work import UnitOfWork

Result = events_pb2.Invoice | Failure
Changing = (
    invoices_pb2.IssueInvoiceRequest | invoices_pb2.CancelDraftRequest
    | invoices_pb2.ApplyDiscountRequest | invoices_pb2.RemoveDiscountRequest
)  # fmt: skip


class TooManyInvoices(Invalid):
    """More than are made at once."""

    code = "too_many_invoices"
    detail = "At most {most} invoices are made at a time."


class DiscountNeeded(Invalid):
    """Nothing is applied."""

    code = "discount_needed"
    detail = "Say which discount."


class Invoices:
    """What the other services have billed."""

    contract: ClassVar[ServiceDescriptor] = invoices_pb2.DESCRIPTOR.services_by_name[
        "InvoicesService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("billing:write")
    async def CreateInvoice(
        self, work: UnitOfWork, request: invoices_pb2.CreateInvoiceRequest
    ) -> invoices_pb2.CreateInvoiceResponse:
        """An invoice: a draft, or issued at once."""
        [made] = await self._create(work, [request])
        if isinstance(made, Failure):
            raise made
        return invoices_pb2.CreateInvoiceResponse(invoice=made)

    @rpc("billing:write")
    async def CreateInvoices(
        self, work: UnitOfWork, request: invoices_pb2.CreateInvoicesRequest
    ) -> invoices_pb2.CreateInvoicesResponse:
        """Up to 500 of them, each by itself."""
        if len(request.invoices) > MOST_AT_ONCE:
            raise TooManyInvoices(field="invoices", most=MOST_AT_ONCE)
        made = await self._create(work, request.invoices)
        return invoices_pb2.CreateInvoicesResponse(results=[_result(one) for one in made])

    @rpc("billing:read")
    async def GetInvoice(
        self, work: UnitOfWork, request: invoices_pb2.GetInvoiceRequest
    ) -> invoices_pb2.GetInvoiceResponse:
        """An invoice that the caller sees."""
        found = await InvoiceRepository(work).get(id_of(request.invoice_id, "invoice_id"))
        discount = documents_pb2.DocumentDiscount(**found.discount) if found.discount else None
        return invoices_pb2.GetInvoiceResponse(invoice=events.message(found), discount=discount)

    @rpc("billing:write")
    async def PreviewInvoice(
        self, work: UnitOfWork, request: invoices_pb2.PreviewInvoiceRequest
    ) -> invoices_pb2.PreviewInvoiceResponse:
        """What an invoice would come to; nothing is kept."""
        values = shape_of(InvoiceCreate, request).values()
        return _foreseen(await many.preview_invoice(work, self._context, values))

    @rpc("billing:issue")
    async def IssueInvoice(
        self, work: UnitOfWork, request: invoices_pb2.IssueInvoiceRequest
    ) -> invoices_pb2.IssueInvoiceResponse:
        """Give a draft the next number of its series."""
        claimed, invoice_id = _claimed(work, "IssueInvoice", request)
        issued = await issuing.issue_invoice(work, self._context, invoice_id)
        answer = invoices_pb2.IssueInvoiceResponse(invoice=events.message(issued))
        await _keep(work, claimed, answer, issued)
        return answer

    @rpc("billing:delete")
    async def CancelDraft(
        self, work: UnitOfWork, request: invoices_pb2.CancelDraftRequest
    ) -> invoices_pb2.CancelDraftResponse:
        """Remove a draft."""
        claimed, invoice_id = _claimed(work, "CancelDraft", request)
        removed = await drafts.delete_invoice(work, invoice_id)
        answer = invoices_pb2.CancelDraftResponse(invoice_id=str(invoice_id))
        await _keep(work, claimed, answer, removed)
        return answer

    @rpc("billing:write")
    async def ApplyDiscount(
        self, work: UnitOfWork, request: invoices_pb2.ApplyDiscountRequest
    ) -> invoices_pb2.ApplyDiscountResponse:
        """Give a draft this discount, instead of the one it has."""
        body = shape_of(InvoiceUpdate, request, "cause", "invoice_id")
        if body.discount is None:
            raise DiscountNeeded(field="discount")
        claimed, invoice_id = _claimed(work, "ApplyDiscount", request)
        changed = await drafts.update_invoice(work, self._context, invoice_id, body.changes())
        answer = invoices_pb2.ApplyDiscountResponse(invoice=events.message(changed))
        await _keep(work, claimed, answer, changed)
        return answer

    @rpc("billing:write")
    async def RemoveDiscount(
        self, work: UnitOfWork, request: invoices_pb2.RemoveDiscountRequest
    ) -> invoices_pb2.RemoveDiscountResponse:
        """Take the discount of a draft away."""
        claimed, invoice_id = _claimed(work, "RemoveDiscount", request)
        nothing = {"discount": None}
        changed = await drafts.update_invoice(work, self._context, invoice_id, nothing)
        answer = invoices_pb2.RemoveDiscountResponse(invoice=events.message(changed))
        await _keep(work, claimed, answer, changed)
        return answer

    async def _create(
        self, work: UnitOfWork, requests: Sequence[invoices_pb2.CreateInvoiceRequest]
    ) -> list[Result]:
        """Those whose causes are new are made; of the others it is told what they made."""
        # The first of several with one cause, by which the others are judged.
        first: dict[str, invoices_pb2.CreateInvoiceRequest] = {}
        for one in requests:
            first.setdefault(one.cause, one)
        digests = {cause: _digest(one) for cause, one in first.items()}
        wanted = {cause: _wanted(one) for cause, one in first.items()}
        sound = {cause: one for cause, one in wanted.items() if isinstance(one, Wanted)}
        many.check_issues(work, sound.values())
        asked = await ask(work, self._context, list(sound.values()))
        claimed = causes.claim_each(work, {cause: digests[cause] for cause in sound})
        # From here on, whoever comes with one of these causes waits.
        await work.connection()
        known = claimed.answered()
        new = {cause: one for cause, one in wanted.items() if cause not in known}
        made = await many.create_asked(work, asked, list(new.values())) if new else []
        results = {**_known(known), **await _told(work, digests, zip(new, made, strict=True))}
        return [
            results[one.cause] if _digest(one) == digests[one.cause]
            else CauseReused(field="cause") for one in requests
        ]  # fmt: skip


def _wanted(request: invoices_pb2.CreateInvoiceRequest) -> Wanted | Failure:
    try:
        check_key(request.cause)
        body = shape_of(InvoiceOfMany, request, "cause")
    except Failure as failure:
        return failure
    return Wanted(body.values(), body.digest(), is_issued=body.issue)


def _digest(request: invoices_pb2.CreateInvoiceRequest) -> bytes:
    return causes.digest_of("CreateInvoice", request.SerializeToString(deterministic=True))


def _known(answers: Mapping[str, bytes | Failure]) -> dict[str, Result]:
    return {
        cause: one if isinstance(one, Failure) else events_pb2.Invoice.FromString(one)
        for cause, one in answers.items()
    }


async def _told(
    work: UnitOfWork, digests: Mapping[str, bytes], made: Iterable[tuple[str, many.Made | Failure]]
) -> dict[str, Result]:
    """What was made by each cause, kept for whoever comes with it again."""
    results: dict[str, Result] = {}
    answers = {}
    for cause, one in made:
        if isinstance(one, Failure):
            results[cause] = one
            continue
        results[cause] = told = events.message(one.invoice)
        answers[cause] = (digests[cause], told.SerializeToString(), one.invoice)
    await causes.keep(work, answers)
    return results


def _result(made: Result) -> invoices_pb2.InvoiceResult:
    if not isinstance(made, Failure):
        return invoices_pb2.InvoiceResult(invoice=made)
    told = document(made, "en")
    errors = [invoices_pb2.FieldProblem(**one) for one in told["errors"]]
    return invoices_pb2.InvoiceResult(problem=invoices_pb2.Problem(
        code=told["code"], detail=told["detail"], status=made.status, errors=errors
    ))  # fmt: skip


def _foreseen(found: Mapping[str, Any]) -> invoices_pb2.PreviewInvoiceResponse:
    currency = found["currency"]
    amounts = {
        name: Money(found[column], currency).format()
        for name, column in (
            ("subtotal", "subtotal_minor"), ("discount_total", "discount_minor"),
            ("shipping", "shipping_minor"), ("tax_total", "tax_minor"),
            ("rounding", "rounding_minor"), ("total", "total_minor"),
        )
    }  # fmt: skip
    return invoices_pb2.PreviewInvoiceResponse(
        **amounts, currency=currency, issue_date=found["issue_date"].isoformat(),
        line_nets=[one["net"] for one in found["lines"]],
        taxes=[documents_pb2.TaxGroup(**one) for one in found["taxes"]],
    )  # fmt: skip


def _claimed(work: UnitOfWork, method: str, request: Changing) -> tuple[causes.Claimed, UUID]:
    invoice_id = id_of(request.invoice_id, "invoice_id")
    content = request.SerializeToString(deterministic=True)
    return causes.claim(work, method, request.cause, content), invoice_id


async def _keep(
    work: UnitOfWork, claimed: causes.Claimed, answer: Message, invoice: Invoice
) -> None:  # fmt: skip
    await causes.keep_one(work, claimed, answer.SerializeToString(), invoice)
