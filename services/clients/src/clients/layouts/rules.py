"""How a client's profile is laid out: its sections, in groups, in an order, on or off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

SectionKey = Literal[
    "profile", "linked_clients", "communications", "recordings", "tasks", "calendar", "bookings",
    "checklists", "work_time", "workflow", "orders", "invoices", "payments", "subscriptions",
    "insurance", "files",
]  # fmt: skip
MOST_GROUPS: Final = 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A section as the product knows it; `permission` is what its contents ask for."""

    key: SectionKey
    group: str
    permission: str
    ar: str
    en: str
    enabled: bool = True


# Requirement CL-56, in the order a new company sees them. The timeline is beside them, always.
SECTIONS: Final = (
    Section("profile", "overview", "clients:read", "الملف", "Profile"),
    Section("linked_clients", "overview", "clients:read", "العملاء المرتبطون", "Linked clients"),
    Section("files", "overview", "clients:read", "الملفات", "Files"),
    Section("insurance", "overview", "clients:read", "التأمين", "Insurance", enabled=False),
    Section("communications", "contact", "comms:read", "التواصل", "Communications"),
    Section("recordings", "contact", "comms:read", "التسجيلات", "Recordings"),
    Section("tasks", "work", "scheduling:read", "المهام", "Tasks"),
    Section("calendar", "work", "scheduling:read", "التقويم", "Calendar"),
    Section("bookings", "work", "scheduling:read", "الحجوزات", "Bookings"),
    Section("checklists", "work", "scheduling:read", "قوائم التحقق", "Checklists"),
    Section("work_time", "work", "scheduling:read", "وقت العمل", "Work time"),
    Section("workflow", "work", "automation:read", "سير العمل", "Workflow"),
    Section("orders", "money", "billing:read", "الطلبات", "Orders"),
    Section("invoices", "money", "billing:read", "الفواتير", "Invoices"),
    Section("payments", "money", "billing:read", "المدفوعات", "Payments"),
    Section("subscriptions", "money", "memberships:read", "الاشتراكات", "Subscriptions"),
)
GROUPS: Final[Sequence[Json]] = (
    {"key": "overview", "label": {"ar": "نظرة عامة", "en": "Overview"}},
    {"key": "contact", "label": {"ar": "التواصل", "en": "Contact"}},
    {"key": "work", "label": {"ar": "العمل", "en": "Work"}},
    {"key": "money", "label": {"ar": "المال", "en": "Money"}},
)
_BY_KEY: Final = {section.key: section for section in SECTIONS}
_STARTING: Final = frozenset(section.key for section in SECTIONS if section.enabled)


class LayoutNotFound(NotFound):
    """No such layout, or of a folder that is hidden from the caller."""

    code = "layout_not_found"
    detail = "There is no such layout."


class LayoutNeeded(Conflict):
    """The company's own is what folders without one fall back to."""

    code = "layout_needed"
    detail = "The layout for all folders can be changed, not deleted."


class SectionTwice(Invalid):
    """A section stands in one place."""

    code = "section_twice"
    detail = "The section {section} is there twice."


class GroupTwice(Invalid):
    """Groups are told apart by their keys."""

    code = "group_twice"
    detail = "The group {group} is there twice."


class UnknownGroup(Invalid):
    """A section is in a group that the layout does not have."""

    code = "unknown_group"
    detail = "There is no group {group}."


def check_groups(groups: Sequence[Mapping[str, Any]]) -> None:
    """Raises GroupTwice."""
    seen: set[str] = set()
    for place, group in enumerate(groups):
        if group["key"] in seen:
            raise GroupTwice(field=f"groups.{place}.key", group=group["key"])
        seen.add(group["key"])


def arranged(given: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]]) -> list[Json]:
    """All sections in their order, those not given last and off.

    Raises SectionTwice and UnknownGroup.
    """
    keys = {group["key"] for group in groups}
    placed: dict[str, Json] = {}
    for place, section in enumerate(given):
        key, group = section["key"], section.get("group")
        if key in placed:
            raise SectionTwice(field=f"sections.{place}.key", section=key)
        if group is not None and group not in keys:
            raise UnknownGroup(field=f"sections.{place}.group", group=group)
        placed[key] = _stored(_BY_KEY[key], section)
    left = [section for section in SECTIONS if section.key not in placed]
    off = [_stored(section, {"enabled": False, "group": None}) for section in left]
    return [*placed.values(), *off]


def shown_in(
    layouts: Mapping[UUID | None, frozenset[str]], places: Sequence[UUID]
) -> frozenset[str]:
    """The sections that hold for a place: its own, from the inside out, or the company's."""
    found = (layouts[place] for place in (*places, None) if place in layouts)
    return next(found, _STARTING)


def starting() -> list[Json]:
    """The sections of a new company."""
    return [_stored(one, {"enabled": one.enabled, "group": one.group}) for one in SECTIONS]


def _stored(section: Section, given: Mapping[str, Any]) -> Json:
    return {
        "key": section.key, "enabled": given["enabled"], "group": given.get("group"),
        "label": given.get("label") or {"ar": section.ar, "en": section.en},
        "permission": section.permission,
    }  # fmt: skip
