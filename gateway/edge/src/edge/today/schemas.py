"""Shapes of somebody's day."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.shapes import View


class TodayLabel(View):
    """What a section is called."""

    ar: str
    en: str


class TodaySource(View):
    """The thing itself."""

    service: str
    type: str
    id: UUID
    url: str


class TodayItem(View):
    """Something to do or to look at; `url` is its client's.

    `at` is when it begins, is due or happened; `unread` how much is new; `amount` what is left to
    pay.
    """

    title: str
    source: TodaySource
    client_id: UUID | None
    url: str | None
    at: datetime | None = None
    ends_at: datetime | None = None
    due_on: date | None = None
    status: str | None = None
    priority: str | None = None
    unread: int | None = None
    amount: str | None = None
    currency: str | None = None


class TodaySection(View):
    """How many there are of something, and the first 20.

    `down` says that its service does not answer, `since` for how long as far as is known here.
    """

    key: str
    label: TodayLabel
    service: str
    state: Literal["ok", "down"]
    since: datetime | None = None
    count: int | None = None
    items: list[TodayItem] = []


class TodayView(View):
    """A user's day, over all services. Sections that they may not read are left out."""

    user_id: UUID
    date: date
    timezone: str
    sections: list[TodaySection]
