"""Shapes of insurance: providers, policies and claims."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from chassis.shapes import Bilingual, Name, NameView, Resource, Shape, Text, View
from clients.clients.schemas.values import (
    Currency,
    Day,
    EmailAddress,
    NotNegative,
    PhoneNumber,
    many,
)
from clients.insurance.rules import MOST_CONTACTS, MOST_FILES, State

_LEFT_OUT: Final = Bilingual(en="-")
_NO_ID: Final = UUID(int=0)


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


def _each_once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


Files = Annotated[
    list[UUID], Field(max_length=MOST_FILES), BeforeValidator(_empty_for_null),
    AfterValidator(_each_once),
]  # fmt: skip
Percent = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$")]
Reason = Annotated[Text, StringConstraints(min_length=1, max_length=500)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class Contact(Shape):
    """Somebody to reach at an insurer."""

    name: Name | None = None
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None


class ProviderCreate(Shape):
    """An insurer."""

    id: UUID | None = None
    name: Bilingual
    code: Name | None = None
    contacts: many(Contact, MOST_CONTACTS) = []  # type: ignore[valid-type]


class ProviderUpdate(Shape):
    """What may change; an archived one takes no new policies."""

    name: Bilingual = _LEFT_OUT
    code: Name | None = None
    contacts: many(Contact, MOST_CONTACTS) = []  # type: ignore[valid-type]
    archived: bool = False


class ProviderFilters(BaseModel):
    """How the list may be narrowed."""

    archived: bool | None = None
    code: Name | None = None


class ContactView(View):
    """Somebody to reach at an insurer."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


class ProviderView(Resource):
    """An insurer."""

    name: NameView
    code: str | None
    contacts: list[ContactView]
    archived: bool


class PolicyCreate(Shape):
    """A policy of a client, from today unless `starts_on` says otherwise; held by the client unless
    `holder_id` names one linked to it.

    Amounts are in `currency`: that of the client or the company unless it is named.
    """

    id: UUID | None = None
    client_id: UUID
    provider_id: UUID
    number: Name
    policy_class: Name | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    holder_id: UUID | None = None
    coverage_percent: Percent | None = None
    co_pay_percent: Percent | None = None
    currency: Currency | None = None
    co_pay_limit: NotNegative | None = None
    annual_limit: NotNegative | None = None
    note: Text | None = None
    file_ids: Files = []


class PolicyUpdate(Shape):
    """What may change; client and currency stay."""

    provider_id: UUID = _NO_ID
    number: Name = ""
    policy_class: Name | None = None
    starts_on: Day = date.min
    ends_on: Day | None = None
    holder_id: UUID | None = None
    coverage_percent: Percent | None = None
    co_pay_percent: Percent | None = None
    co_pay_limit: NotNegative | None = None
    annual_limit: NotNegative | None = None
    note: Text | None = None
    file_ids: Files = []


class PolicyFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    provider_id: Ids = None
    number: Name | None = None
    in_force_on: date | None = None
    ends_on_from: date | None = None
    ends_on_to: date | None = None


class PolicyView(Resource):
    """A policy; `holder_id` is told to who sees that client too."""

    client_id: UUID
    url: str
    provider_id: UUID
    number: str
    policy_class: str | None
    starts_on: date
    ends_on: date | None
    holder: Literal["self", "linked_client"]
    holder_id: UUID | None
    coverage_percent: str | None
    co_pay_percent: str | None
    currency: str
    co_pay_limit: str | None
    annual_limit: str | None
    note: str | None
    file_ids: list[UUID]


class ClaimCreate(Shape):
    """A claim on a policy, in the policy's currency; a draft until it is submitted; of today unless
    `claimed_on` says otherwise.
    """

    id: UUID | None = None
    policy_id: UUID
    claimed_on: Day | None = None
    amount: NotNegative
    reference: Name | None = None
    note: Text | None = None
    invoice_id: UUID | None = None
    file_ids: Files = []


class ClaimUpdate(Shape):
    """What may change; date, amount and files only of a draft."""

    claimed_on: Day = date.min
    amount: NotNegative = "0"
    reference: Name | None = None
    note: Text | None = None
    invoice_id: UUID | None = None
    file_ids: Files = []


class Approve(Shape):
    """What the insurer grants; without an amount, all that was claimed."""

    amount: NotNegative | None = None


class Reject(Shape):
    """Why the insurer does not pay."""

    reason: Reason


class ClaimFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    policy_id: Ids = None
    invoice_id: Ids = None
    state: Annotated[list[State] | None, Field(max_length=5)] = None
    claimed_on_from: date | None = None
    claimed_on_to: date | None = None


class ClaimView(Resource):
    """A claim; `decided_by` is the principal that approved or rejected it."""

    client_id: UUID
    url: str
    policy_id: UUID
    state: State
    claimed_on: date
    currency: str
    amount: str
    approved_amount: str | None
    reason: str | None
    reference: str | None
    note: str | None
    invoice_id: UUID | None
    file_ids: list[UUID]
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    paid_at: datetime | None
