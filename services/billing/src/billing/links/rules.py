"""Links by which a client sees a document of theirs: what stands in one, and how it goes out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from chassis.caller import Caller
from chassis.errors import Invalid

LINK_LASTS: Final = timedelta(days=90)
LONGEST_LINK: Final = timedelta(days=365)

Letters = Mapping[str, tuple[str, str]]
"""Subject and text by language, with places for the facts."""


class LinkEndNotPossible(Invalid):
    """Over already, or nearly never."""

    code = "expiry_not_possible"
    detail = "A link ends in the future, within a year."


def letter(letters: Letters, language: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of the mail that brings the link, in the client's language.

    `facts` are `number`, `company`, `name`, `total`, `due`, `message` and `url`; the message
    stands in a paragraph of its own.
    """
    subject, body = letters["ar" if language.startswith("ar") else "en"]
    paragraph = f"{facts['message']}\n\n" if facts["message"] else ""
    told = {**facts, "message": paragraph}
    return subject.format_map(told), body.format_map(told)


def link_end(now: datetime, asked: datetime | None) -> datetime:
    """When a link is over; raises LinkEndNotPossible."""
    end = asked or now + LINK_LASTS
    if not now < end <= now + LONGEST_LINK:
        raise LinkEndNotPossible(field="link_expires_at")
    return end


def in_the_name_of(tenant_id: UUID, document_id: UUID) -> Caller:
    """Whoever holds the link of a document."""
    rights = frozenset({"billing:read", "billing:write"})
    return Caller(tenant_id, f"share:{document_id}", rights, "all", is_owner=True)
