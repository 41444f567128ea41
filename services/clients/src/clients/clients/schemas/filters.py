"""How a list of clients may be narrowed."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from clients.clients.schemas.values import Kind

# Filters: each value is one more alternative, so their number is bounded.
Texts = Annotated[list[Annotated[str, Field(max_length=200)]] | None, Field(max_length=10)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
IdsOrNone = Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)]
Serial = Annotated[int, Field(ge=0, lt=2**31)]

Days = Annotated[int, Field(ge=0, le=100_000)]


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
    package_id: IdsOrNone = None
    tag: Texts = None
    tag_all: Texts = None
    tag_none: Texts = None
    currency: Texts = None
    country_code: Texts = None
    code: Texts = None
    external_id: Texts = None
    barcode: Texts = None
    serial: Annotated[list[Serial] | None, Field(max_length=200)] = None
    serial_from: Serial | None = None
    serial_to: Serial | None = None
    last_activity_from: AwareDatetime | None = None
    last_activity_to: AwareDatetime | None = None
    last_contact_at: Literal["none"] | None = None
    last_contact_from: AwareDatetime | None = None
    last_contact_to: AwareDatetime | None = None
    days_since_contact_from: Days | None = None
    days_since_contact_to: Days | None = None
    archived: bool = False


class ClientListFilters(ClientFilters):
    """Those of a list; a whole identity number is turned into what it is found by.

    `unread` is the reader's own, so nobody can keep it in a segment.
    """

    national_id: Texts = None
    unread: bool | None = None
