"""Shapes of paper templates."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from billing.paper_templates.rules import Kind
from chassis.shapes import Bilingual, Colour, Name, NameView, Resource, Shape, Text

Few = Annotated[Text, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Spoken = Literal["ar", "en", "both"]
_RENAMED = {"show_logo": "shows_logo", "show_hijri": "shows_hijri", "active": "is_active"}


class Said(Bilingual):
    """A few words above or below everything, in Arabic, English or both."""

    ar: Few | None = None
    en: Few | None = None


class PaperTemplateCreate(Shape):
    """How papers of a `kind` look, or all of them. One of each kind is its default, for documents
    that name none; `language` is otherwise the client's. The accent colours titles, as much darker
    as white paper needs, and the heads of tables.
    """

    id: UUID | None = None
    name: Name
    kind: Kind | None = None
    accent_color: Colour | None = None
    show_logo: bool = True
    header: Said | None = None
    footer: Said | None = None
    language: Spoken | None = None
    show_hijri: bool = True
    is_default: bool = False
    active: bool = True


class PaperTemplateUpdate(Shape):
    """What may change; documents keep which template they have, not how it looked."""

    name: Name = "-"
    accent_color: Colour | None = None
    show_logo: bool = True
    header: Said | None = None
    footer: Said | None = None
    language: Spoken | None = None
    show_hijri: bool = True
    is_default: bool = False
    active: bool = True


class PaperTemplateFilters(BaseModel):
    """How the list may be narrowed."""

    kind: Annotated[list[Kind] | None, Field(max_length=7)] = None
    is_default: bool | None = None
    active: bool | None = None


class PaperTemplateView(Resource):
    """A style of paper."""

    name: str
    kind: Kind | None
    accent_color: str | None
    show_logo: bool
    header: NameView | None
    footer: NameView | None
    language: Spoken | None
    show_hijri: bool
    is_default: bool
    active: bool


def columns(
    body: PaperTemplateCreate | PaperTemplateUpdate, given: dict[str, Any]
) -> dict[str, Any]:
    """What is told, by the names of the columns."""
    values = {_RENAMED.get(name, name): value for name, value in given.items()}
    for name in ("header", "footer"):
        said: Said | None = getattr(body, name)
        if name in values and said is not None:
            values[name] = said.stored()
    if values.get("accent_color"):
        values["accent_color"] = values["accent_color"].lower()
    return values
