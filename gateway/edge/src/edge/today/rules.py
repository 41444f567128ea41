"""What somebody has to do today, made from the pages that the services answer with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edge.workspace.rules import titled

Body = Mapping[str, Any]
Item = dict[str, Any]
MOST_ITEMS: Final = 20
_HOME: Final = "Asia/Riyadh"


def entry_item(entry: Body, locale: str) -> Item:
    """What scheduling tells of a day."""
    return _item(
        "scheduling", entry["type"], {**entry, "url": _client_url(entry["client_id"])},
        titled(entry, locale), at=entry["at"] or None, ends_at=entry["ends_at"] or None,
        status=entry["status"], priority=entry["priority"] or None,
    )  # fmt: skip


def client_item(client: Body, _: str) -> Item:
    """A client of whom there is something new."""
    about = {"id": client["id"], "client_id": client["id"], "url": client["url"]}
    return _item(
        "clients", "client", about, client["name"], at=client["last_activity_at"],
        unread=client["unread"],
    )  # fmt: skip


def notification_item(one: Body, _: str) -> Item:
    """Something that somebody was told."""
    return _item("comms", "notification", one, one["title"], at=one["created_at"])


def invoice_item(invoice: Body, _: str) -> Item:
    """An invoice that should have been paid."""
    return _item(
        "billing", "invoice", invoice, invoice["number"], due_on=invoice["due_date"],
        status=invoice["status"], amount=invoice["balance"], currency=invoice["currency"],
    )  # fmt: skip


def _item(service: str, noun: str, thing: Body, title: str, **told: Any) -> Item:
    source = {"service": service, "type": noun, "id": thing["id"],
              "url": f"/v1/{noun.replace('_', '-')}s/{thing['id']}"}  # fmt: skip
    about = {name: thing[name] or None for name in ("client_id", "url")}
    return {"title": title, "source": source, **about, **told}


def _client_url(client_id: str) -> str:
    return f"/v1/clients/{client_id}" if client_id else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of somebody's day: of scheduling's answer where it has no `path` of its own.

    `{me}` in its query is who asks. Without a permission everybody reads their own.
    """

    key: str
    service: str
    ar: str
    en: str
    item: Callable[[Body, str], Item] = entry_item
    permission: str | None = "scheduling:read"
    path: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)

    def asked(self, user_id: object) -> dict[str, str]:
        """What its page is asked for."""
        given = {name: value.format(me=user_id) for name, value in self.query.items()}
        return {"limit": str(MOST_ITEMS), "count": "true", **given}


SECTIONS: Final = (
    Section("appointments", "scheduling", "المواعيد", "Appointments"),
    Section("tasks", "scheduling", "مهامي", "My tasks"),
    Section("overdue", "scheduling", "المتأخرة", "Overdue"),
    Section("follow_ups", "scheduling", "متابعات بلا موعد", "Follow-ups without a time"),
    Section("unread", "clients", "جديد العملاء", "Unread", client_item, "clients:read",
            "/v1/clients", {"unread": "true", "staff_id": "{me}", "sort": "-last_activity_at"}),
    Section("notifications", "comms", "الإشعارات", "Notifications", notification_item, None,
            "/v1/notifications", {"unread": "true"}),
    Section("overdue_invoices", "billing", "فواتير متأخرة", "Overdue invoices", invoice_item,
            "billing:read", "/v1/invoices", {"status": "overdue", "sort": "due_date"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What there is of a section: how much, and the first of it."""

    count: int
    items: list[Item]


# Of what a scheduling that is older than this knows nothing.
_NOTHING: Final[Body] = {"count": 0, "entries": ()}


def part_of_day(section: Section, day: Body, locale: str) -> Part:
    """A section of scheduling's answer."""
    part = day.get(section.key, _NOTHING)
    return Part(part["count"], [section.item(one, locale) for one in part["entries"][:MOST_ITEMS]])


def part_of_page(section: Section, page: Body, locale: str) -> Part:
    """A section of a page of its own."""
    return Part(page["total"], [section.item(one, locale) for one in page["items"]])


def day_at(now: datetime, timezone: str) -> str:
    """What day it is where the company is."""
    try:
        return now.astimezone(ZoneInfo(timezone or _HOME)).date().isoformat()
    except (ZoneInfoNotFoundError, ValueError):
        return now.astimezone(ZoneInfo(_HOME)).date().isoformat()
