"""Shapes of forms."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chassis.shapes import Bilingual, Name, Resource, Shape, View
from clients.clients.schemas.records import ClientCreate
from clients.clients.schemas.values import Kind, many
from clients.forms.rules import MOST_FIELDS, OnMatch, Outcome
from clients.tags.rules import TagName

FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,59}$")]


class FormField(Shape):
    """One input of a form, and the client's field that it fills in."""

    name: FieldName
    path: Annotated[str, Field(max_length=200)]
    label: Bilingual
    required: bool = False

    def stored(self) -> dict[str, Any]:
        """As kept in a JSON column."""
        return {**self.model_dump(exclude={"label"}), "label": self.label.stored()}


Fields = Annotated[list[FormField], Field(min_length=1, max_length=MOST_FIELDS)]
Seconds = Annotated[int, Field(ge=0, le=600)]


class FormSettings(Shape):
    """What both creating and changing may set."""

    title: Bilingual | None = None
    kind: Kind = "lead"
    folder_id: UUID | None = None
    tags: many(TagName, 30) = []  # type: ignore[valid-type]
    on_match: OnMatch = "create"
    min_seconds: Seconds = 0
    enabled: bool = True

    def stored(self) -> dict[str, Any]:
        """As kept in a row: of a change what was given, of a new form all of it."""
        is_change = isinstance(self, FormUpdate)
        values = self.model_dump(exclude_unset=is_change, exclude={"enabled", "title", "fields"})
        given = self.model_fields_set
        if not is_change or "enabled" in given:
            values["is_enabled"] = self.enabled
        if not is_change or "title" in given:
            values["title"] = self.title.stored() if self.title else {}
        if "fields" in given:
            fields: list[FormField] = getattr(self, "fields", [])
            values["fields"] = [one.stored() for one in fields]
        return values


class FormCreate(FormSettings):
    """A form; clients come into its folder, with its tags."""

    id: UUID | None = None
    name: Name
    fields: Fields


class FormUpdate(FormSettings):
    """What may change; the fields are replaced whole."""

    name: Name = ""
    fields: Fields = []


class FormView(Resource):
    """A form; `url` is where its answers are sent."""

    name: str
    key: str
    url: str
    title: dict[str, str]
    fields: list[FormField]
    kind: Kind
    folder_id: UUID | None
    tags: list[str]
    on_match: OnMatch
    min_seconds: int
    enabled: bool

    @classmethod
    def of(cls, form: Any) -> "FormView":
        """From the form's row."""
        plain = {name: getattr(form, name) for name in cls.model_fields if hasattr(form, name)}
        url = f"/v1/public/forms/{form.key}"
        return cls.model_validate({**plain, "url": url, "enabled": form.is_enabled})


class SubmissionView(Resource):
    """What was sent, and the client whom it made or belongs to; `answers` are as they came."""

    form_id: UUID
    outcome: Outcome
    answers: dict[str, Any]
    client_id: UUID | None
    url: str | None
    matched_ids: list[UUID]


class PublicField(View):
    """An input to be shown; options of a choice by their keys."""

    name: str
    label: dict[str, str]
    type: str
    required: bool
    options: list[dict[str, Any]]


class PublicFormView(View):
    """All that a page needs: fields in their order, the field that stays hidden and empty, and a
    token to be sent back, which tells when the page was opened."""

    title: dict[str, str]
    fields: list[PublicField]
    honeypot: str
    token: str
    min_seconds: int


class Answers(Shape):
    """The answers by the names of the fields, with the page's token and its hidden field."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Any]

    token: Annotated[str | None, Field(max_length=500)] = None


class Received(View):
    """It has come; nothing is told of what becomes of it."""

    received: Literal[True] = True


class Lead(ClientCreate):
    """Who a form was filled in by."""
