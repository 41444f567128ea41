"""What identity's mails say: invitations, forgotten passwords, addresses to be proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.i18n import translate

# Under what edge seals each kind's link, and in which field it stands.
SEALS: Final[Mapping[str, tuple[str, str]]] = {
    "edge.user.invited": ("identity.invitation", "sealed_accept_url"),
    "edge.user.password_reset_requested": ("identity.mail_link", "sealed_url"),
    "edge.user.email_check_requested": ("identity.mail_link", "sealed_url"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's own texts, in the reader's language."""

    subject: str
    body: str


def letter(kind: str, data: Mapping[str, Any], url: str, zone: str) -> Letter:
    """The mail of an event; `zone` is the company's, in which its end is told."""
    locale = str(data.get("locale") or "en")
    holes = {
        "name": data["name"], "email": data["email"], "company": data["tenant_name"], "url": url,
        "until": _local(data["expires_at"], zone), "inviter": data.get("invited_by_name") or "",
    }  # fmt: skip
    subject, *paragraphs = _TEXTS[kind](locale, bool(holes["inviter"]))
    return Letter(
        subject.format_map(holes), "\n\n".join(one.format_map(holes) for one in paragraphs)
    )


def has_expired(data: Mapping[str, Any], now: datetime) -> bool:
    """Whether the link would be of no use any more."""
    return datetime.fromisoformat(data["expires_at"]) <= now


def _invitation(locale: str, has_inviter: bool) -> list[str]:
    first = (
        translate("{inviter} invites you to work with {company} on Diwan.", locale)
        if has_inviter
        else translate("{company} invites you to work with them on Diwan.", locale)
    )
    return [
        translate("{company} invites you to Diwan", locale),
        translate("Hello {name},", locale),
        first + " " + translate("Accept here and choose your password:", locale),
        "{url}",
        translate("The invitation holds until {until}. Nothing happens if you leave it.", locale),
    ]


def _reset(locale: str, _: bool) -> list[str]:
    return [
        translate("Choose a new password", locale),
        translate("Hello {name},", locale),
        translate("The password of {email} was forgotten. Choose another here:", locale),
        "{url}",
        translate("The link holds once, until {until}; all your devices are signed out.", locale),
        translate("If it was not you who asked, do nothing: your password stays.", locale),
    ]


def _check(locale: str, _: bool) -> list[str]:
    return [
        translate("Confirm your e-mail address", locale),
        translate("Hello {name},", locale),
        translate("Confirm here that {email} is your address:", locale),
        "{url}",
        translate("The link holds once, until {until}.", locale),
        translate("If you did not sign up for Diwan, do nothing.", locale),
    ]


_TEXTS: Final = {
    "edge.user.invited": _invitation,
    "edge.user.password_reset_requested": _reset,
    "edge.user.email_check_requested": _check,
}


def _local(moment: str, zone: str) -> str:
    try:
        found = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        found = ZoneInfo("UTC")
    return f"{datetime.fromisoformat(moment).astimezone(found):%Y-%m-%d %H:%M} ({found.key})"
