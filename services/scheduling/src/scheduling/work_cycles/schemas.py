"""Shapes of work cycles."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from chassis import money
from chassis.shapes import Day, Instant, Name, NameView, Resource, Shape, Text, View
from scheduling.work_cycle_types.rules import Group


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency of ISO 4217, like SAR.") from None
    return code


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


def _each_once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
# With as many decimals as its currency has, which the rules know.
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
StaffIds = Annotated[
    list[UUID], Field(max_length=50), BeforeValidator(_empty_for_null), AfterValidator(_each_once)
]
Tags = Annotated[
    list[Name], Field(max_length=50), BeforeValidator(_empty_for_null), AfterValidator(_each_once)
]
# Of `/v1/files`: those that the caller sees.
Attachments = Annotated[
    list[UUID], Field(max_length=20), BeforeValidator(_empty_for_null), AfterValidator(_each_once)
]
FieldKey = Annotated[str, StringConstraints(max_length=50)]
Values = Annotated[dict[FieldKey, Text | bool | None], Field(max_length=50)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class _Told(Shape):
    """What may be left out, then and later."""

    description: Text | None = None
    action_id: UUID | None = None
    starts_on: Day | None = None
    due_on: Day | None = None
    budget: Amount | None = None
    staff_ids: StaffIds = []
    tags: Tags = []
    notes: Text | None = None
    attachments: Attachments = []
    custom_fields: Values = {}


class WorkCycleCreate(_Told):
    """A job for a client; its budget is in the client's currency, unless it names one."""

    id: UUID | None = None
    client_id: UUID
    work_cycle_type_id: UUID
    title: Name
    status_id: UUID | None = None
    currency: Currency | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class WorkCycleUpdate(_Told):
    """What may change; the fields of its type are given anew as a whole. Its status has an action
    of its own.
    """

    title: Name = "-"
    currency: Currency = "SAR"


class StatusChange(Shape):
    """Where it stands now, and why."""

    status_id: UUID
    reason: Name | None = None


class WorkCycleFilters(BaseModel):
    """How the list may be narrowed; `me` is the user who asks."""

    client_id: Ids = None
    work_cycle_type_id: Ids = None
    status_id: Ids = None
    group: Group | None = None
    staff_id: Annotated[list[UUID | Literal["me"]] | None, Field(max_length=200)] = None
    tag: Annotated[list[Name] | None, Field(max_length=50)] = None
    number: Annotated[list[Name] | None, Field(max_length=200)] = None
    due_from: Day | None = None
    due_to: Day | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class CycleTypeView(View):
    """Of what kind it is."""

    id: UUID
    name: NameView


class CycleStatusView(View):
    """Where it stands."""

    id: UUID
    name: NameView
    color: str | None
    group: Group


class CycleTotal(BaseModel):
    """What it came to in one currency: `profit` is what came in less what was spent, without tax;
    all else with it.
    """

    currency: str
    invoiced: str
    paid: str
    income: str
    expense: str
    profit: str


class WorkCycleView(Resource):
    """A job for a client. `spent` and `budget_left` are of its budget; what money did is shown to
    who reads billing. Of its appointments those that are not called off are counted.
    """

    client_id: UUID
    url: str
    type: CycleTypeView
    number: str
    title: str
    description: str | None
    status: CycleStatusView
    closed_at: datetime | None
    action_id: UUID | None
    starts_on: date | None
    due_on: date | None
    budget: str | None
    currency: str
    spent: str | None
    budget_left: str | None
    totals: list[CycleTotal] | None
    seconds: int
    task_count: int
    open_task_count: int
    appointment_count: int
    staff_ids: list[UUID]
    tags: list[str]
    notes: str | None
    attachments: list[UUID]
    custom_fields: dict[str, str | bool]
    created_by: str
