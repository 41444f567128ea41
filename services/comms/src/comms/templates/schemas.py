"""The shapes of templates."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.shapes import Name, Resource, Shape, Text, View

Channel = Literal["email"]
Language = Literal["ar", "en"]
Subject = Annotated[Text, StringConstraints(max_length=1_000)]


class TemplateCreate(Shape):
    """A new template; `subject` and `body` are Liquid over client, user, event and tenant."""

    id: UUID | None = None
    name: Name
    channel: Channel = "email"
    subject: Subject = ""
    body: Text = ""
    language: Language | None = None


class TemplateUpdate(Shape):
    """What may change."""

    name: Name = Field(default="")
    channel: Channel = Field(default="email")
    subject: Subject = Field(default="")
    body: Text = Field(default="")
    language: Language | None = None


class TemplateFilters(BaseModel):
    """How the list may be narrowed."""

    channel: list[Channel] | None = None
    language: list[Language | Literal["none"]] | None = None


class TemplateView(Resource):
    """A template as shown."""

    name: str
    channel: Channel
    subject: str
    body: str
    language: Language | None


class PreviewRequest(Shape):
    """For whom, and with what, the template is filled in."""

    client_id: UUID | None = None
    variables: dict[str, object] = {}


class PreviewView(View):
    """What the recipient would read."""

    subject: str
    body: str
    html: str
