"""Shapes of rules of reminders."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from chassis.shapes import Bilingual, Name, Resource, Shape, Text, View
from scheduling.appointments.rules.states import LinkedType
from scheduling.reminder_rules.rules import MOST_MINUTES, Channel, Kind, Relation, SentTo

_ARABIC_FIRST: Final = ("ar", "en")
Minutes = Annotated[int, Field(ge=0, le=MOST_MINUTES, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
ActionIds = Annotated[list[UUID], Field(max_length=50)]
Words = Annotated[Text, StringConstraints(min_length=1)]


class BodyGiven(Shape):
    """What a reminder says, in Arabic, English or both; a plain string is taken by its script."""

    ar: Words | None = None
    en: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        script = Bilingual.model_validate(value[:200].strip() or "-")
        return {"ar" if script.ar else "en": value}

    @model_validator(mode="after")
    def _at_least_one(self) -> "BodyGiven":
        if not (self.ar or self.en):
            raise ValueError("Give it in Arabic or in English.")
        return self

    def stored(self) -> dict[str, str]:
        """The languages given, as kept in a JSON column."""
        both = {name: getattr(self, name) for name in _ARABIC_FIRST}
        return {name: text for name, text in both.items() if text}


class ReminderRuleCreate(Shape):
    """Remind the client, the staff, or both of appointments of a kind, or of bookings: so many
    `minutes` before they begin, after they end, or after they were made (0: at once).

    `linked_type` and `action_ids` narrow it down to some. The words are those of a template of
    communications, or `subject` and `body`: Liquid over `client.name`, `company.name`,
    `staff.name` (whoever is reminded, or whom the client meets) and `appointment.what`, `.date`,
    `.hijri_date`, `.time`, `.timezone`, `.when` and `.location`; or, with none of them, the usual
    ones. By other ways than e-mail nothing goes out yet: such reminders say so.
    """

    id: UUID | None = None
    name: Name
    active: Flag = True
    kind: Kind = "any"
    linked_type: LinkedType | None = None
    action_ids: ActionIds = []
    relation: Relation = "before"
    minutes: Minutes = 60
    channel: Channel = "email"
    to: SentTo = "client"
    template_id: UUID | None = None
    subject: Bilingual | None = None
    body: BodyGiven | None = None


class ReminderRuleUpdate(Shape):
    """What may change; reminders that are still to come go by the rule as it is then."""

    name: Name = "-"
    active: Flag = True
    kind: Kind = "any"
    linked_type: LinkedType | None = None
    action_ids: ActionIds = []
    relation: Relation = "before"
    minutes: Minutes = 60
    channel: Channel = "email"
    to: SentTo = "client"
    template_id: UUID | None = None
    subject: Bilingual | None = None
    body: BodyGiven | None = None


class ReminderRuleFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None
    kind: Annotated[list[Kind] | None, Field(max_length=4)] = None


class WordsView(View):
    """A text in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class ReminderRuleView(Resource):
    """A rule of reminders."""

    name: str
    active: bool
    kind: Kind
    linked_type: LinkedType | None
    action_ids: list[UUID]
    relation: Relation
    minutes: int
    channel: Channel
    to: SentTo
    template_id: UUID | None
    subject: WordsView | None
    body: WordsView | None
