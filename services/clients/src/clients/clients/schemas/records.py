"""Clients as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from chassis.shapes import Name, Resource, Shape, View
from clients.clients.rules.alike import Reason
from clients.clients.rules.staff import Role
from clients.clients.schemas.values import (
    Amount,
    BirthDate,
    Country,
    Currency,
    EmailAddress,
    Invoicing,
    Kind,
    Language,
    Line,
    Link,
    NotNegative,
    PhoneNumber,
    Type,
    many,
)  # fmt: skip
from clients.tags.rules import TagName
from clients.visible_fields.rules import CHOSEN


class Phone(Shape):
    """A phone number, in any written form."""

    number: PhoneNumber
    label: Name | None = None
    primary: bool = False
    opt_out: bool = False
    verified: bool = False


class Email(Shape):
    """An e-mail address."""

    address: EmailAddress
    label: Name | None = None
    primary: bool = False
    opt_out: bool = False
    verified: bool = False


class Location(Shape):
    """A point on the map, in degrees (WGS 84)."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lng: Annotated[float, Field(ge=-180, le=180)]


class Address(Shape):
    """A postal address."""

    label: Name | None = None
    building: Line | None = None
    street: Line | None = None
    district: Line | None = None
    city: Line | None = None
    postal_code: Line | None = None
    additional_number: Line | None = None
    country_code: Country | None = None
    location: Location | None = None


class StaffMember(Shape):
    """Somebody assigned to the client; watchers see it and may not change it."""

    user_id: UUID
    role: Role = "collaborator"


class Availability(Shape):
    """Whether the client wants to be contacted now, and when at best."""

    state: Literal["available", "busy", "do_not_disturb"] = "available"
    until: AwareDatetime | None = None
    hours: Line | None = None


class ClientFields(Shape):
    """What both creating and changing may set."""

    kind: Kind = "client"
    type: Type = "individual"
    business_name: Name | None = None
    category_id: UUID | None = None
    tags: many(TagName, 100) = []  # type: ignore[valid-type]
    phones: many(Phone, 30) = []  # type: ignore[valid-type]
    emails: many(Email, 30) = []  # type: ignore[valid-type]
    addresses: many(Address, 30) = []  # type: ignore[valid-type]
    country_code: Country | None = None
    currency: Currency | None = None
    language: Language | None = None
    links: many(Link, 30) = []  # type: ignore[valid-type]
    tax_number: Name | None = None
    registration_number: Name | None = None
    national_id: Name | None = None
    gender: Literal["male", "female", "other"] | None = None
    birth_date: BirthDate | None = None
    credit_limit: NotNegative | None = None
    credit_days: Annotated[int, Field(ge=0, le=3_650)] | None = None
    opening_balance: Amount | None = None
    invoicing_method: Invoicing | None = None
    barcode: Name | None = None
    availability: Availability | None = None
    external_id: Name | None = None
    bill_to_id: UUID | None = None
    custom_fields: dict[str, Any] | None = None


class ClientCreate(ClientFields):
    """A client, lead or contact; only the name is needed."""

    id: UUID | None = None
    name: Name
    code: Name | None = None
    folder_id: UUID | None = None
    status_id: UUID | None = None
    pinned_status_id: UUID | None = None
    follow_up_status_id: UUID | None = None
    staff: many(StaffMember, 100) = []  # type: ignore[valid-type]
    source: Name | None = None


def _refused(_: Any) -> None:
    raise ValueError("This is changed by an action of its own.")


_ByAction = SkipJsonSchema[Annotated[Any, AfterValidator(_refused)]]


class ClientUpdate(ClientFields):
    """What may change (JSON merge patch): what is left out stays, null takes away."""

    name: Name = ""
    code: Name = ""

    folder_id: _ByAction = None
    status_id: _ByAction = None
    pinned_status_id: _ByAction = None
    follow_up_status_id: _ByAction = None
    staff: _ByAction = None
    archived: _ByAction = None


class PhoneView(View):
    """A phone number as typed, and as dialled from anywhere."""

    number: str
    e164: str | None
    label: str | None
    primary: bool
    opt_out: bool
    # Not in what was stored before there was the mark.
    verified: bool = False


def _some_left_out(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema["required"] if name not in CHOSEN]


class PossibleDuplicate(View):
    """Another client that may be the same one; `reasons` are what they share."""

    id: UUID
    name: str
    code: str
    url: str
    reasons: list[Reason]


_DUPLICATES: Final = (
    "Other clients that may be the same one, as far as the reader sees them and what they share:"
    " at most five, those that share the most first. Not in lists. A phone or an address of more"
    " than twenty clients tells nothing, nor does a pair that somebody has dismissed."
)


class ClientView(Resource):
    """A client, lead or contact; fields that its folder hides from the reader are left out."""

    model_config = ConfigDict(json_schema_extra=_some_left_out)

    url: str
    serial: int
    code: str
    kind: Kind
    type: Type
    name: str
    business_name: str | None
    folder_id: UUID
    status_id: UUID
    pinned_status_id: UUID | None
    follow_up_status_id: UUID | None
    category_id: UUID | None
    tags: list[str]
    phones: list[PhoneView]
    emails: list[Email]
    addresses: list[Address]
    country_code: str | None
    currency: str | None
    language: str | None
    links: list[str]
    tax_number: str | None
    registration_number: str | None
    national_id: str | None
    gender: str | None
    birth_date: date | None
    credit_limit: str | None
    credit_days: int | None
    opening_balance: str | None
    invoicing_method: Invoicing | None
    barcode: str | None
    staff: list[StaffMember]
    availability: Availability | None
    source: str
    external_id: str | None
    bill_to_id: UUID | None
    merged_into: UUID | None
    custom_fields: dict[str, Any]
    archived: bool
    last_activity_at: datetime | None
    last_contact_at: datetime | None
    days_since_contact: int | None
    balance_due: str | None
    balance_currency: str | None
    next_appointment_at: datetime | None
    unread: int
    photo_url: str
    possible_duplicates: list[PossibleDuplicate] = Field(default=[], description=_DUPLICATES)
