"""Shapes of what every document has."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from billing.documents.rules import NOBODY
from billing.totals.schemas import (
    Amount,
    Currency,
    DiscountCreate,
    DiscountView,
    Lines,
    LineView,
    TaxGroupView,
)
from chassis.shapes import Day, Name, Resource, Shape, Text

_NO_LINES: Final[list[object]] = []
# Kept in JSON columns, so as they are written.
_AS_JSON: Final = {"lines", "discount"}
_FOR: Final = frozenset({"for_client_id"})
# Fields that came later: without them, requests are known by what they were known by before.
_LATER: Final = ("attachments",)
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]


MOST_ATTACHMENTS: Final = 20


def _each_once(file_ids: list[UUID] | None) -> list[UUID] | None:
    return list(dict.fromkeys(file_ids or ())) or None


# Of `/v1/files`: those that the caller sees.
Attachments = Annotated[
    list[UUID] | None, Field(max_length=MOST_ATTACHMENTS), AfterValidator(_each_once)
]


class RecordCreate(Shape):
    """What makes something once, whose id its maker may give it."""

    id: UUID | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json(exclude=self.unsaid()).encode()).digest()

    def unsaid(self) -> set[str]:
        """What a request is not known by, as it says nothing of it."""
        return self.open() | {one for one in _LATER if getattr(self, one, None) is None}

    def open(self) -> set[str]:
        """What means something else where it is named, be it null, than where it is not."""
        return {*_FOR}.intersection(type(self).model_fields) - self.model_fields_set


class DocumentCreate(RecordCreate):
    """A draft of a document.

    Who pays for the client (`bill_to_id`) owes it as `client_id`, `for_client_id` is the client;
    where that is named, be it null, `client_id` owes it in any case. In the currency of who owes
    it, else the company's, unless it is named; dated today unless it says otherwise. `discount` and
    `shipping` are meant without tax, and are taxed as the lines are; `deposit` is the part of the
    total that is asked for first.
    """

    client_id: UUID | None = None
    for_client_id: UUID | None = None
    currency: Currency | None = None
    issue_date: Day | None = None
    supply_date: Day | None = None
    due_date: Day | None = None
    payment_terms: Name | None = None
    lines: Lines
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    deposit: Amount | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    template_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None
    attachments: Attachments = None

    def values(self) -> dict[str, Any]:
        """What is written of it."""
        written = self.model_dump(mode="json", include=_AS_JSON)
        return self.model_dump(exclude=self.open()) | written


class DocumentUpdate(Shape):
    """What may change of a draft; lines are replaced as a whole."""

    client_id: UUID | None = None
    for_client_id: UUID | None = None
    currency: Currency = "SAR"
    issue_date: Day = date.min
    supply_date: Day | None = None
    due_date: Day | None = None
    payment_terms: Name | None = None
    lines: Lines = _NO_LINES  # type: ignore[assignment]
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    deposit: Amount | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    template_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None
    attachments: Attachments = None

    def changes(self) -> dict[str, Any]:
        """What it names; lines in full, with what they leave open."""
        named = self.model_dump(exclude_unset=True)
        written = self.model_dump(mode="json", include=_AS_JSON)
        return named | {name: written[name] for name in _AS_JSON & named.keys()}


class DocumentFilters(BaseModel):
    """How a list of documents may be narrowed."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    for_client_id: Ids = None
    number: Names = None
    number_prefix: Name | None = None
    external_id: Names = None
    branch_id: Ids = None
    salesperson_id: Ids = None
    work_cycle_id: Ids = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    issue_date_from: date | None = None
    issue_date_to: date | None = None
    supply_date_from: date | None = None
    supply_date_to: date | None = None
    due_date_from: date | None = None
    due_date_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name."""
        given = self.model_dump(exclude_none=True)
        if "client_id" in given:
            given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
        return given


class DocumentView(Resource):
    """A document. `total` = `subtotal` − `discount_total` + `shipping` + `tax_total` + `rounding`;
    `subtotal` is the sum of the lines' nets, `discount_total` what the document's discount takes
    off, `rounding` what prices with tax in them differ from that. `client_id` owes it;
    `for_client_id` is whom it is about where that is another client, of those that you see.
    """

    number: str | None
    client_id: UUID | None
    for_client_id: UUID | None
    url: str | None
    currency: str
    issue_date: date
    supply_date: date | None
    due_date: date | None
    payment_terms: str | None
    lines: list[LineView]
    discount: DiscountView | None
    shipping: str
    deposit: str
    subtotal: str
    discount_total: str
    taxes: list[TaxGroupView]
    tax_total: str
    rounding: str
    total: str
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    template_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    attachments: list[UUID]
    created_by: str
