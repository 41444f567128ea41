"""Shapes of explanations."""

from datetime import date, datetime
from uuid import UUID

from chassis.shapes import View
from memberships.memberships.rules.status import Status


class StepTextView(View):
    """In words."""

    ar: str
    en: str


class StepSourceView(View):
    """The package or the invoice that a step comes from."""

    type: str
    id: UUID
    url: str


class MembershipStepView(View):
    """One fact. `figures` are the days and numbers that it gives, by name; `by` is who did it."""

    kind: str
    text: StepTextView
    figures: dict[str, str | None]
    at: datetime | None
    by: str | None
    source: StepSourceView | None


class MembershipExplanationView(View):
    """Why a membership has its status and its renewal date of today: what was asked for, what of
    that is paid, which days it covers, on which it rests, and how it stands. `is_whole` is false
    of one with more than 1,000 facts, of which the last are told.
    """

    membership_id: UUID
    client_id: UUID
    url: str
    today: date
    status: Status
    renewal_date: date | None
    is_whole: bool
    steps: list[MembershipStepView]
