"""Links by which a client sees an appointment: what stands in one, and how it goes out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from chassis.caller import Caller
from chassis.errors import Invalid, LeadsNowhere

LINK_LASTS: Final = timedelta(days=90)
# A while after the appointment: who comes late still sees where it was.
AFTER: Final = timedelta(days=7)
LONGEST_LINK: Final = timedelta(days=365)
PATH: Final = "/v1/public/appointments"

Told = Literal["shared", "cancelled"]
_SHARED: Final[Mapping[str, tuple[str, str]]] = {
    "ar": (
        "موعدك مع {company}",
        "مرحبًا {name}،\n\nلديك موعد مع {company}: {what}\n{when}{where}\n\n"
        "لتأكيد الموعد أو إلغائه:\n{url}\n",
    ),
    "en": (
        "Your appointment with {company}",
        "Dear {name},\n\nyou have an appointment with {company}: {what}\n{when}{where}\n\n"
        "To confirm it, or to call it off:\n{url}\n",
    ),
}
_CANCELLED: Final[Mapping[str, tuple[str, str]]] = {
    "ar": (
        "إلغاء موعدك مع {company}",
        "مرحبًا {name}،\n\nأُلغي موعدك مع {company}: {what}\n{when}{where}\n",
    ),
    "en": (
        "Your appointment with {company} is called off",
        "Dear {name},\n\nyour appointment with {company} is called off: {what}\n{when}{where}\n",
    ),
}
_LETTERS: Final = {"shared": _SHARED, "cancelled": _CANCELLED}


class AppointmentLinkNotFound(LeadsNowhere):
    """Unknown, over and revoked links are one and the same."""


class LinkEndNotPossible(Invalid):
    """Over already, or nearly never."""

    code = "expiry_not_possible"
    detail = "A link ends in the future, within a year of the appointment."


def link_end(now: datetime, ends_at: datetime, asked: datetime | None) -> datetime:
    """When a link is over; raises LinkEndNotPossible."""
    end = asked or max(now + LINK_LASTS, ends_at + AFTER)
    if not now < end <= max(now, ends_at) + LONGEST_LINK:
        raise LinkEndNotPossible(field="link_expires_at")
    return end


def letter(told: Told, language: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of the mail that brings the link, or says that it is called off, in the
    client's language.

    `facts` are `company`, `name`, `what`, `when`, `where` and `url`; a place has its own line.
    """
    subject, body = _LETTERS[told]["ar" if language.startswith("ar") else "en"]
    where = f"\n{facts['where']}" if facts["where"] else ""
    said = {**facts, "where": where}
    return subject.format_map(said), body.format_map(said)


def when(starts_at: datetime, timezone_name: str) -> str:
    """When it is, as a mail and a page say it: by the clock of the company, which is named."""
    return f"{starts_at:%Y-%m-%d %H:%M} ({timezone_name})"


def in_the_name_of(tenant_id: UUID, appointment_id: UUID) -> Caller:
    """Whoever holds the link of an appointment."""
    rights = frozenset({"scheduling:read", "scheduling:write"})
    return Caller(tenant_id, f"share:{appointment_id}", rights, "all", is_owner=True)
