"""Estimates: where one stands, what becomes of it, and the mail that its link goes out with."""

from datetime import date
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from billing.links.rules import Letters
from chassis.errors import Conflict, Invalid, LeadsNowhere, NotFound

LETTERS: Final[Letters] = {
    "ar": (
        "عرض السعر {number} من {company}",
        "السلام عليكم {name}،\n\n{message}يمكنكم الاطلاع على عرض السعر {number} بإجمالي {total}"
        " والرد عليه من هذا الرابط:\n{url}\n\nوللاحتفاظ به ملف PDF:\n{url}/pdf\n\n{company}",
    ),
    "en": (
        "Estimate {number} from {company}",
        "Dear {name},\n\n{message}see estimate {number} over {total}, and answer it, here:\n{url}"
        "\n\nTo keep it, as a PDF:\n{url}/pdf\n\n{company}",
    ),
}


class Status(StrEnum):
    """Where an estimate stands; `expired` and `converted` are what it is shown as besides."""

    DRAFT = "draft"
    SENT = "sent"
    VIEWED = "viewed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


Shown = Literal["draft", "sent", "viewed", "accepted", "declined", "expired", "converted"]
# With the client, who has not answered yet.
OPEN: Final = (Status.SENT, Status.VIEWED)


class EstimateNotFound(NotFound):
    """No such estimate, or one of a client that the caller does not see."""

    code = "estimate_not_found"
    detail = "There is no such estimate."


class EstimateLinkNotFound(LeadsNowhere):
    """Unknown, over and revoked alike."""

    code = "estimate_link_not_found"


class EstimateNotDraft(Conflict):
    """The client has it as it is."""

    code = "estimate_not_draft"
    detail = "Only a draft can be changed or removed. Reopen the estimate first."


class EstimateNumbered(Conflict):
    """It was sent once: numbers have no gaps."""

    code = "estimate_numbered"
    detail = "An estimate that has a number is not removed."


class EstimateNotOpen(Conflict):
    """Answered already, expired, or not sent yet."""

    code = "estimate_not_open"
    detail = "This estimate is not open for that: it is {status}."


class EstimateExternalIdTaken(Conflict):
    """What a partner's system calls it names one estimate."""

    code = "external_id_taken"
    detail = "Another estimate has this external id."


class ExpiresBeforeIssue(Invalid):
    """Nothing is over before it begins."""

    code = "expires_before_issue"
    detail = "An estimate does not expire before its date."


def check_draft(status: str) -> None:
    """Raises EstimateNotDraft."""
    if status != Status.DRAFT:
        raise EstimateNotDraft()


def check_removable(status: str, number: str | None) -> None:
    """Raises EstimateNotDraft and EstimateNumbered."""
    check_draft(status)
    if number is not None:
        raise EstimateNumbered()


def check_dates(issue_date: date, expires_on: date | None) -> None:
    """Raises ExpiresBeforeIssue."""
    if expires_on is not None and expires_on < issue_date:
        raise ExpiresBeforeIssue(field="expires_on")


def shown(status: str, expires_on: date | None, invoice_id: UUID | None, today: date) -> str:
    """What an estimate is shown as; expired from the day after its last one."""
    if invoice_id is not None:
        return "converted"
    if status in OPEN and expires_on is not None and expires_on < today:
        return "expired"
    return status


def sent(status: str) -> Status:
    """What is shown as this, after it was sent: whoever looked at it has, also when it is sent
    again. Raises EstimateNotOpen.
    """
    _check(status, Status.DRAFT, *OPEN)
    return Status.VIEWED if status == Status.VIEWED else Status.SENT


def check_answerable(status: str, *, by_client: bool) -> None:
    """Whether what is shown as this may be accepted or declined; raises EstimateNotOpen.

    Staff may write down what was said of one that was never sent.
    """
    _check(status, *OPEN, *(() if by_client else (Status.DRAFT,)))


def check_reopenable(status: str) -> None:
    """Whether what is shown as this can be a draft again; raises EstimateNotOpen."""
    _check(status, *OPEN, Status.ACCEPTED, Status.DECLINED, "expired")


def check_convertible(status: str) -> None:
    """Whether what is shown as this can become an invoice; raises EstimateNotOpen.

    Who makes an invoice of one that was not answered yet accepts it.
    """
    _check(status, Status.DRAFT, *OPEN, Status.ACCEPTED)


def _check(status: str, *allowed: str) -> None:
    if status not in allowed:
        raise EstimateNotOpen(status=status)
