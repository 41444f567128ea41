"""Shapes of clients."""

import re
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import pycountry
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
)  # fmt: skip
from pydantic.json_schema import SkipJsonSchema

from chassis import money
from chassis.shapes import Name, Resource, Shape, Text, View
from clients.clients.rules.staff import Role
from clients.tags.schemas import TagName
from refs import phones

# Nearly every address is of this form; the library's full check takes fifty times as long.
_PLAIN_EMAIL: Final = re.compile(
    r"(?=[^@]{1,64}@.{4,150}$)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)$)[A-Za-z]{2,24}"
)
_MOST_DIGITS: Final = 20


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


def _country(code: str) -> str:
    if code not in _countries():
        raise ValueError("This is not a country code of ISO 3166, like SA.")
    return code


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency code of ISO 4217, like SAR.") from None
    return code


def _phone(number: str) -> str:
    if not 3 <= len(phones.ascii_digits(number)) <= _MOST_DIGITS:
        raise ValueError("This is not a phone number.")
    return number


def _email(address: str) -> str:
    if _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None
    return address


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


Line = Annotated[Text, StringConstraints(max_length=500)]
Country = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_country)]
Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
PhoneNumber = Annotated[Text, StringConstraints(max_length=50), AfterValidator(_phone)]
EmailAddress = Annotated[Text, StringConstraints(max_length=254), AfterValidator(_email)]
Link = Annotated[Text, StringConstraints(max_length=2000, pattern=r"^https?://[^\s/]+\S*$")]
Kind = Literal["lead", "client", "contact"]
# Filters: each value is one more alternative, so their number is bounded.
Texts = Annotated[list[Annotated[str, Field(max_length=200)]] | None, Field(max_length=10)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
IdsOrNone = Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)]
Serial = Annotated[int, Field(ge=0, lt=2**31)]
Type = Literal["individual", "business"]


class Phone(Shape):
    """A phone number, in any written form."""

    number: PhoneNumber
    label: Name | None = None
    primary: bool = False
    opt_out: bool = False


class Email(Shape):
    """An e-mail address."""

    address: EmailAddress
    label: Name | None = None
    primary: bool = False
    opt_out: bool = False


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

    state: Literal["available", "busy", "do_not_disturb"]
    until: AwareDatetime | None = None
    hours: Line | None = None


def _many(kind: Any, most: int) -> Any:
    return Annotated[list[kind], Field(max_length=most), BeforeValidator(_empty_for_null)]


class ClientFields(Shape):
    """What both creating and changing may set."""

    kind: Kind = "client"
    type: Type = "individual"
    business_name: Name | None = None
    category_id: UUID | None = None
    tags: _many(TagName, 100) = []  # type: ignore[valid-type]
    phones: _many(Phone, 30) = []  # type: ignore[valid-type]
    emails: _many(Email, 30) = []  # type: ignore[valid-type]
    addresses: _many(Address, 30) = []  # type: ignore[valid-type]
    country_code: Country | None = None
    currency: Currency | None = None
    language: Language | None = None
    links: _many(Link, 30) = []  # type: ignore[valid-type]
    tax_number: Name | None = None
    registration_number: Name | None = None
    gender: Literal["male", "female", "other"] | None = None
    birth_date: date | None = None
    availability: Availability | None = None
    external_id: Name | None = None


class ClientCreate(ClientFields):
    """A client, lead or contact; only the name is needed."""

    id: UUID | None = None
    name: Name
    code: Name | None = None
    folder_id: UUID | None = None
    status_id: UUID | None = None
    pinned_status_id: UUID | None = None
    follow_up_status_id: UUID | None = None
    staff: _many(StaffMember, 100) = []  # type: ignore[valid-type]
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


class Move(Shape):
    """Where a client is put; without a status it gets the folder's default."""

    folder_id: UUID
    status_id: UUID | None = None


class StatusChange(Shape):
    """Which status is chosen; null takes a pinned or follow-up status away."""

    status_id: UUID | None = None
    pinned_status_id: UUID | None = None
    follow_up_status_id: UUID | None = None
    reason: Line | None = None


class TagChange(Shape):
    """Tags to add and to remove."""

    add: _many(TagName, 100) = []  # type: ignore[valid-type]
    remove: _many(TagName, 100) = []  # type: ignore[valid-type]


class StaffChange(Shape):
    """Who is assigned and who no more."""

    add: _many(StaffMember, 100) = []  # type: ignore[valid-type]
    remove: _many(UUID, 100) = []  # type: ignore[valid-type]


class PhoneView(View):
    """A phone number as typed, and as dialled from anywhere."""

    number: str
    e164: str | None
    label: str | None
    primary: bool
    opt_out: bool


class ClientView(Resource):
    """A client, lead or contact."""

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
    gender: str | None
    birth_date: date | None
    staff: list[StaffMember]
    availability: Availability | None
    source: str
    external_id: str | None
    archived: bool
    last_activity_at: datetime | None


class ClientFilters(BaseModel):
    """How the list may be narrowed: a parameter given twice means either, different ones both."""

    q: Annotated[str | None, Field(max_length=200)] = None
    name: Texts = None
    phone: Texts = None
    email: Texts = None
    link: Texts = None
    kind: Annotated[list[Kind] | None, Field(max_length=3)] = None
    folder_id: Ids = None
    status_id: Ids = None
    follow_up_status_id: IdsOrNone = None
    category_id: IdsOrNone = None
    staff_id: IdsOrNone = None
    tag: Texts = None
    tag_all: Texts = None
    tag_none: Texts = None
    currency: Texts = None
    country_code: Texts = None
    code: Texts = None
    external_id: Texts = None
    serial: Annotated[list[Serial] | None, Field(max_length=200)] = None
    serial_from: Serial | None = None
    serial_to: Serial | None = None
    last_activity_from: AwareDatetime | None = None
    last_activity_to: AwareDatetime | None = None
    archived: bool = False
