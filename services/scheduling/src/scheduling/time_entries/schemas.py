"""Shapes of work time."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis import money
from chassis.shapes import Instant, Resource, Shape, Text
from scheduling.tasks.rules import NOBODY


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency of ISO 4217, like SAR.") from None
    return code


Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
# With as many decimals as its currency has, which the rules know.
Rate = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]
Minutes = Annotated[int, Field(ge=1, le=31 * 24 * 60, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class _Told(Shape):
    """What may be left out, then and later."""

    note: Text | None = None
    billable: Flag = False
    rate: Rate | None = None
    currency: Currency | None = None
    work_cycle_id: UUID | None = None


class _Work(_Told):
    """What is worked on, and by whom: by the user who asks, unless it says otherwise."""

    id: UUID | None = None
    user_id: UUID | None = None
    client_id: UUID | None = None
    task_id: UUID | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class TimerStart(_Work):
    """What somebody begins to work on now; `rate` is for an hour, in the client's currency unless
    it names one. What is done for a task is for its client.
    """


class TimeEntryCreate(_Work):
    """What was worked, told afterwards: until `ended_at`, or for `duration_minutes`."""

    started_at: Instant
    ended_at: Instant | None = None
    duration_minutes: Minutes | None = None


class TimeEntryUpdate(_Told):
    """What may change, until it is on an invoice."""

    started_at: Instant = datetime.min
    ended_at: Instant = datetime.min


class TimeEntryFilters(BaseModel):
    """How the list may be narrowed; `me` is the user who asks."""

    user_id: Annotated[list[UUID | Literal["me"]] | None, Field(max_length=200)] = None
    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    task_id: Ids = None
    work_cycle_id: Ids = None
    time_invoice_id: Ids = None
    billable: bool | None = None
    invoiced: bool | None = None
    running: bool | None = None
    started_from: Instant | None = None
    started_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None

    def given(self) -> dict[str, Any]:
        """What was asked; those about no client by an id that nobody has."""
        found = self.model_dump(exclude_none=True)
        if "client_id" in found:
            found["client_id"] = [NOBODY if one == "none" else one for one in found["client_id"]]
        return found


class TotalsFilters(TimeEntryFilters):
    """By what time is added up, and of which."""

    by: Literal["client", "user", "task"] = "client"


class TimeEntryView(Resource):
    """What was worked: so many `seconds`, until now while it runs; `amount` is what it costs.
    What somebody else's time costs is shown with `billing:read`.
    """

    user_id: UUID
    client_id: UUID | None
    url: str | None
    task_id: UUID | None
    work_cycle_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    running: bool
    seconds: int
    note: str | None
    billable: bool
    rate: str | None
    currency: str | None
    amount: str | None
    time_invoice_id: UUID | None
    created_by: str


class TimeTotal(BaseModel):
    """All time of one client, user or task; `amounts` are what is billable, by currency:
    with `billing:read` of everybody, otherwise of one's own.
    """

    id: UUID | None
    count: int
    seconds: int
    billable_seconds: int
    amounts: dict[str, str]


class TimeTotals(BaseModel):
    """The 200 with the most time, and all of it together."""

    items: list[TimeTotal]
    seconds: int
    billable_seconds: int
