"""What a template is made of, and what it may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis import texts
from chassis.errors import NotFound


class UnknownTemplate(NotFound):
    """No such template."""

    code = "unknown_template"
    detail = "There is no such template."


@dataclass(frozen=True, slots=True)
class Written:
    """A subject and a body with their facts filled in."""

    subject: str
    body: str


def check(subject: str | None, body: str | None) -> None:
    """Refuse texts that are no templates, by their field; raises texts.InvalidText."""
    for field, text in (("subject", subject), ("body", body)):
        if text is not None:
            texts.check(text, field)


def write(subject: str, body: str, facts: Mapping[str, Any]) -> Written:
    """Fill in; raises texts.InvalidText and texts.TextTooLarge."""
    return Written(texts.render(subject, facts, "subject"), texts.render(body, facts, "body"))
