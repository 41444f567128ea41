"""What a message may be, go through and weigh; when a refused one is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from email_validator import EmailNotValidError, validate_email

from chassis.errors import Conflict, Invalid, TooLarge

MOST_ATTACHMENTS: Final = 10
# The gateway takes bodies of 10 MB, and base64 makes four bytes of three.
LARGEST_ATTACHMENTS: Final = 6_000_000
LONGEST_SUBJECT: Final = 300
_LONGEST_PAUSE: Final = timedelta(hours=1)


class Channel(StrEnum):
    """By which way a message goes."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class Status(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ChannelNotAvailable(Invalid):
    """No provider for this channel."""

    code = "channel_not_available"
    detail = "Messages cannot be sent by {channel} yet."


class OneRecipient(Invalid):
    """Nobody, or several."""

    code = "one_recipient"
    detail = "Give exactly one of client_id, user_id and to."


class UnknownUser(Invalid):
    """Nobody of that id works here now."""

    code = "unknown_reference"
    detail = "There is no such user."


class UnknownTemplate(Invalid):
    """No template to write it with."""

    code = "unknown_reference"
    detail = "There is no such template."


class NoAddress(Invalid):
    """Nowhere to write to: no address, or none that has not opted out."""

    code = "no_address"
    detail = "The recipient has no e-mail address, or has opted out of e-mail."


class NotAnAddress(Invalid):
    """Not written as an e-mail address."""

    code = "not_an_address"
    detail = "This is not an e-mail address."


class NoText(Invalid):
    """Neither a body nor a template, or both."""

    code = "one_text"
    detail = "Give either a subject and a body, or a template."


class AttachmentsTooLarge(TooLarge):
    """More than mail servers take."""

    code = "attachments_too_large"
    detail = "Attachments may have {most} bytes together."


class NotScheduled(Conflict):
    """Too late: it is being sent, or was."""

    code = "message_not_cancellable"
    detail = "Only a message that waits for its time can be cancelled."


class NotFailed(Conflict):
    """There is nothing to be tried again."""

    code = "message_not_failed"
    detail = "Only a failed message can be tried again."


def check(channel: Channel, recipients: int, *, has_body: bool, has_template: bool) -> None:
    """Raises ChannelNotAvailable, OneRecipient and NoText."""
    if channel is not Channel.EMAIL:
        raise ChannelNotAvailable(field="channel", channel=channel.value)
    if recipients != 1:
        raise OneRecipient(field="client_id")
    if has_body == has_template:
        raise NoText(field="body")


def address(text: str, field: str | None = None) -> str:
    """An e-mail address in the form servers read (ASCII domain); raises NotAnAddress."""
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        raise NotAnAddress(field=field) from None
    return str(found.ascii_email or found.normalized)


def one_line(text: str) -> str:
    """A subject or a name, fit for a header of a mail."""
    return " ".join(text.split())[:LONGEST_SUBJECT]


def check_size(sizes: list[int]) -> None:
    """Raises AttachmentsTooLarge."""
    if sum(sizes) > LARGEST_ATTACHMENTS:
        raise AttachmentsTooLarge(field="attachments", most=LARGEST_ATTACHMENTS)


def is_unattended(principal: str) -> bool:
    """Whether nobody typed this at this moment: what a flow, a partner's key or a service sends."""
    return not principal.startswith("user:")


def pause(attempt: int, first: timedelta) -> timedelta:
    """How long to wait after the n-th refusal for now: four times as long each time."""
    times: int = 4 ** (attempt - 1)
    return min(first * times, _LONGEST_PAUSE)


def cancel(status: Status, scheduled_at: datetime | None, is_being_sent: bool) -> Status:
    """Raises NotScheduled."""
    if status is not Status.QUEUED or scheduled_at is None or is_being_sent:
        raise NotScheduled()
    return Status.CANCELLED


def retry(status: Status) -> Status:
    """Raises NotFailed."""
    if status is not Status.FAILED:
        raise NotFailed()
    return Status.QUEUED
