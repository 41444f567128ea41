"""Shapes of invoices."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from billing.documents.schemas import (
    DocumentCreate,
    DocumentFilters,
    DocumentUpdate,
    DocumentView,
    Ids,
)
from billing.einvoices.rules.states import EInvoiceStatus
from billing.exchange_rates.schemas import ExchangeRateText
from billing.invoices.rules import SHOWN_OWED, Shown, Type
from billing.links.schemas import LinkAsked, LinkedView, Sending
from billing.parties.schemas import BuyerView, ForClientView, SellerView
from chassis.links import Channel
from chassis.shapes import Shape, Text, View


class InvoiceCreate(DocumentCreate):
    """A draft; without a client it is a walk-in sale.

    Who pays for the client (`bill_to_id`) owes it as `client_id`, `for_client_id` is the client;
    where that is named, be it null, `client_id` owes it in any case. In the currency of who owes
    it, else the company's. Dated today, and due on the day it is issued, unless it says otherwise.
    `discount` and `shipping` are without tax, and taxed as the lines are; `deposit` is asked for
    first. In another currency than the company's it is issued at `exchange_rate`, how many of the
    company's one of its own is, else at the rate of its date.
    """

    exchange_rate: ExchangeRateText | None = None


class InvoiceUpdate(DocumentUpdate):
    """What may change of a draft; lines are replaced as a whole."""

    exchange_rate: ExchangeRateText | None = None


class InvoiceFilters(DocumentFilters):
    """How the list may be narrowed."""

    status: Annotated[list[Shown] | None, Field(max_length=8)] = None
    type: Annotated[list[Type] | None, Field(max_length=2)] = None
    einvoice_status: Annotated[list[EInvoiceStatus] | None, Field(max_length=5)] = None
    subscription_id: Ids = None
    estimate_id: Ids = None
    order_id: Ids = None
    issued_from: AwareDatetime | None = None
    issued_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, and what follows from them: the few that are owed have indexes."""
        given = super().given()
        if self.status and SHOWN_OWED.issuperset(self.status):
            given["is_owed"] = True
        return given


class InvoiceSumView(View):
    """What all of a status and a currency come to."""

    status: Shown
    currency: str
    count: int
    total: str
    paid: str
    balance: str


class InvoiceSums(View):
    """The sums of what a list shows, by status and currency."""

    items: list[InvoiceSumView]


class EInvoiceMessage(View):
    """What the tax authority said, in its own words."""

    code: str
    message: str


class EInvoiceView(View):
    """What became of the e-invoice. `counter` is its place among those of its device (ICV);
    `generated` ones were made before the device had its certificate, and are told nobody.
    """

    status: EInvoiceStatus
    counter: int
    warnings: list[EInvoiceMessage]
    errors: list[EInvoiceMessage]
    submitted_at: datetime | None


class ChainView(View):
    """Where it stands among the issued of its series: each `hash` (SHA-256, hex) is of all that
    stands on the invoice, and of the `previous_hash`.
    """

    place: int
    hash: str
    previous_hash: str


class LineLeftView(View):
    """What may still be credited of a line; with tax in it where its price has it."""

    quantity: str
    amount: str


class InvoiceView(DocumentView, LinkedView):
    """An invoice. `total` = `subtotal` − `discount_total` + `shipping` + `tax_total` + `rounding`;
    `subtotal` is the sum of the lines' nets, `discount_total` what the document's discount takes
    off, `rounding` what prices with tax in them differ from that. `client_id` owes it; where it is
    about another client, that is `for_client_id` (of those you see), named in `for_client` once
    issued. `overdue` is an issued one whose `due_date` is past where the company is; `balance` is
    what is left to be paid: what is neither `paid`, nor `credited` by credit notes, nor
    `written_off`. A draft has no `seller`, `buyer` and `chain` yet; a walk-in sale has no `buyer`.
    One of a subscription bills a period, from its first day to its last; one that `adjusts_id`
    names was changed on a day, and this bills the difference. `lines_left` is what may still be
    credited of each line, once credit notes name lines. Of the type `opening_balance` is what a
    client owed before, by their record: it is paid as an invoice is, and has no number, no tax and
    no paper. An `opening_invoice` is one of the system before that was open: `number` is its old
    one, `total` what was open of its `original_total`.

    What an issued one is worth in the company's currency are `home_total` and `home_tax_total`, at
    the `exchange_rate` of the day `exchange_rate_on`; `exchange_rate_source` is `document` where it
    was its own, and `peg` where a central bank has fixed it.
    """

    type: Type
    original_total: str | None
    status: Shown
    supply_date: date
    due_date: date
    paid: str
    credited: str
    written_off: str
    balance: str
    issued_at: datetime | None
    subscription_id: UUID | None
    period_from: date | None
    period_to: date | None
    adjusts_id: UUID | None
    seller: SellerView | None
    buyer: BuyerView | None
    for_client: ForClientView | None
    chain: ChainView | None
    einvoice: EInvoiceView | None
    exchange_rate: str | None
    exchange_rate_source: str | None
    exchange_rate_on: date | None
    home_currency: str | None
    home_total: str | None
    home_tax_total: str | None
    estimate_id: UUID | None
    order_id: UUID | None
    lines_left: list[LineLeftView] | None


class InvoiceWarning(View):
    """Something to know that stopped nothing, as `credit_limit_exceeded`."""

    code: str
    message: str


class InvoiceIssued(InvoiceView):
    """The invoice as it was issued; `warnings` only where there are any."""

    warnings: list[InvoiceWarning] = []


class InvoiceLinkAsked(LinkAsked):
    """How long the link works: 90 days unless it says otherwise, a year at most."""


class InvoiceSendAsked(Sending):
    """How it goes out, and what stands in the mail before its link. That works for 90 days unless
    it says otherwise. Without a channel it is mailed if the client has an address and the caller
    may send messages; by mail to a client without an address it is the link alone.
    """

    message: Text | None = None


class InvoiceLinkView(InvoiceView):
    """An invoice, and the link to it, which is shown this once."""

    share_url: str


class InvoiceSentView(InvoiceLinkView):
    """An invoice that was sent, and how."""

    channel: Channel


MOST_AT_ONCE: Final = 500


def _by_itself(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """One that is wrong does not keep the others from being made."""
    try:
        return check(value)
    except ValidationError as error:
        return error


class InvoiceOfMany(InvoiceCreate):
    """An invoice as by itself; with `issue` it is issued at once."""

    issue: bool = False

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "issue"}

    def digest(self) -> bytes:
        """The same as of one that is created by itself."""
        return sha256(self.model_dump_json(exclude={"issue"} | self.unsaid()).encode()).digest()


# Or why it is none.
_Each = Annotated[InvoiceOfMany, WrapValidator(_by_itself)]


class InvoicesCreate(Shape):
    """Up to 500 invoices; `issue` issues all of them, which needs `billing:issue`."""

    invoices: Annotated[list[_Each], Field(min_length=1, max_length=MOST_AT_ONCE)]
    issue: bool = False


class FieldProblemView(View):
    """One field that was refused, by its place in the request."""

    field: str
    code: str
    message: str


class InvoiceProblemView(View):
    """Why one of many was not made, as it would have been answered by itself."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblemView]


class InvoiceOfManyView(View):
    """What became of one of many: `created`, `known` from before by the same id and request, or
    `refused` with its `problem`, of which nothing is kept. `version` is what its ETag names.
    """

    index: int
    outcome: Literal["created", "known", "refused"]
    id: UUID | None = None
    version: int | None = None
    external_id: str | None = None
    client_id: UUID | None = None
    for_client_id: UUID | None = None
    url: str | None = None
    status: Shown | None = None
    number: str | None = None
    currency: str | None = None
    issue_date: date | None = None
    due_date: date | None = None
    subtotal: str | None = None
    tax_total: str | None = None
    total: str | None = None
    paid: str | None = None
    balance: str | None = None
    warnings: list[InvoiceWarning] = []
    problem: InvoiceProblemView | None = None


class InvoicesMade(View):
    """What became of each, in the order of the request."""

    items: list[InvoiceOfManyView]
    created: int
    known: int
    refused: int
