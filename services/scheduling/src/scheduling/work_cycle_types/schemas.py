"""Shapes of types of work cycles."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis.shapes import Bilingual, Colour, Name, NameView, Resource, Shape, Text, View
from scheduling.work_cycle_types.rules import (
    MOST_FIELDS,
    MOST_STATUSES,
    BudgetFrom,
    FieldType,
    Group,
    Section,
)

_LEFT_OUT: Final = Bilingual(en="-")


def _each_once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


class Status(Shape):
    """Where a cycle may stand; what begins stands in the `default` one, else in the first open."""

    id: UUID | None = None
    name: Bilingual
    color: Colour | None = None
    group: Group = "open"
    default: bool = False

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump() | {"name": self.name.stored()}


class CustomField(Shape):
    """A field of the business's own."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    label: Bilingual
    type: FieldType
    required: bool = False
    options: Annotated[list[Name], Field(max_length=100)] = []

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump() | {"label": self.label.stored(), "type": self.type.value}


Few = Annotated[Text, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Sections = Annotated[list[Section], Field(max_length=len(Section)), AfterValidator(_each_once)]


class Footer(Bilingual):
    """A few words below each page, in Arabic, English or both."""

    ar: Few | None = None
    en: Few | None = None


class PrintSettings(Shape):
    """What stands on the paper of a cycle: a `title` instead of the type's name, all `sections` or
    some, and a `footer` instead of the company's.
    """

    title: Bilingual | None = None
    sections: Sections = list(Section)
    footer: Footer | None = None

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "title": self.title and self.title.stored(),
            "sections": [one.value for one in self.sections],
            "footer": self.footer and self.footer.stored(),
        }


Prefix = Annotated[str, StringConstraints(max_length=20, strip_whitespace=True)]
Statuses = Annotated[list[Status], Field(min_length=1, max_length=MOST_STATUSES)]
Fields = Annotated[list[CustomField], Field(max_length=MOST_FIELDS)]
ActionIds = Annotated[list[UUID], Field(max_length=100), AfterValidator(_each_once)]


class TypeCreate(Shape):
    """A kind of work: its numbers begin with `prefix`; without `statuses` it has the usual ones.
    Its budgets are used up by `budget_from`; `print` says what stands on paper.
    """

    id: UUID | None = None
    name: Bilingual
    prefix: Prefix = "WC-"
    statuses: Statuses | None = None
    action_ids: ActionIds = []
    custom_fields: Fields = []
    budget_from: BudgetFrom = BudgetFrom.EXPENSES
    print: PrintSettings = PrintSettings()
    active: bool = True


class TypeUpdate(Shape):
    """What may change; statuses and fields are given anew as a whole, those known by their id or
    key, and so is what is printed.
    """

    name: Bilingual = _LEFT_OUT
    prefix: Prefix = "WC-"
    statuses: Statuses = [Status(name=_LEFT_OUT)]
    action_ids: ActionIds = []
    custom_fields: Fields = []
    budget_from: BudgetFrom = BudgetFrom.EXPENSES
    print: PrintSettings = PrintSettings()
    active: bool = True


class TypeFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None


class StatusView(View):
    """Where a cycle may stand."""

    id: UUID
    name: NameView
    color: str | None
    group: Group
    default: bool


class CustomFieldView(View):
    """A field of the business's own."""

    key: str
    label: NameView
    type: FieldType
    required: bool
    options: list[str]


class PrintView(View):
    """What stands on the paper of a cycle."""

    title: NameView | None
    sections: list[Section]
    footer: NameView | None


class TypeView(Resource):
    """A kind of work; an inactive one is not begun any more."""

    name: NameView
    prefix: str
    last_number: int
    statuses: list[StatusView]
    action_ids: list[UUID]
    custom_fields: list[CustomFieldView]
    budget_from: BudgetFrom
    print: PrintView
    active: bool
