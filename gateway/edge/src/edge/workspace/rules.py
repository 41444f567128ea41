"""What the workspace shows of each service, made from the pages that the service answers with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis.i18n import LOCALES, translate

Body = Mapping[str, Any]
Step = dict[str, Any]
Steps = Callable[[Body], list[Step]]
MOST_STEPS: Final = 10
# What scheduling tells of is called so where nobody has named it.
_UNNAMED: Final = {"appointment": "Appointment"}


def _planned_messages(page: Body) -> list[Step]:
    planned = (one for one in page["items"] if one["scheduled_at"])
    return [_step("comms.message", one, one["scheduled_at"], one["subject"]) for one in planned]


def _waiting_runs(page: Body) -> list[Step]:
    return [_step("automation.run", one, one["due_at"], one["flow_name"]) for one in page["items"]]


def titled(entry: Body, locale: str) -> str:
    """What an entry of scheduling's is called, in one language if it has that."""
    names = entry.get("title") or {}
    other = next((one for one in LOCALES if one != locale), locale)
    unnamed = translate(_UNNAMED.get(entry["type"], ""), locale)
    return str(names.get(locale) or names.get(other) or unnamed)


def agenda_steps(entries: Iterable[Body], kinds: Sequence[str], locale: str) -> list[Step]:
    """Those of some types of what scheduling tells that comes next."""
    return [
        _step(f"scheduling.{one['type']}", {**one, "url": f"/v1/clients/{one['client_id']}"},
              one["at"] or None, titled(one, locale))
        for one in entries if one["type"] in kinds
    ]  # fmt: skip


def _step(kind: str, thing: Body, at: str | None, title: str) -> Step:
    service, noun = kind.split(".")
    source = {"service": service, "type": noun, "id": thing["id"],
              "url": f"/v1/{noun.replace('_', '-')}s/{thing['id']}"}  # fmt: skip
    client = {name: thing[name] for name in ("client_id", "url")}
    return {"at": at, "title": title, "source": source, **client}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the profile, and what its service is asked: `{id}` is the client's.

    `figure` names its headline: when its newest entry was made. Entries whose status is `coming`
    hold its next steps; of what is `ahead` scheduling tells them all at once. Those that are not
    `arranged` by a layout stand beside it, always.
    """

    key: str
    service: str
    path: str
    figure: str
    ar: str
    en: str
    arranged: bool = True
    sort: str = "-created_at"
    coming: str | None = None
    steps: Steps | None = None
    ahead: tuple[str, ...] = ()

    @property
    def permission(self) -> str:
        """What reading its contents asks for."""
        return f"{self.service}:read"

    @property
    def figures_next(self) -> bool:
        """Whether its headline figure is when the next one is."""
        return self.figure.startswith("next_")

    def asked(self, client_id: object) -> tuple[str, dict[str, str]]:
        """Where its count and figure are read."""
        return self._about(client_id, {"sort": self.sort, "limit": "1", "count": "true"})

    def asked_ahead(self, client_id: object) -> tuple[str, dict[str, str]] | None:
        """Where its next steps are read, if it has any."""
        if self.coming is None:
            return None
        return self._about(client_id, {"status": self.coming, "limit": "200"})

    def _about(self, client_id: object, query: dict[str, str]) -> tuple[str, dict[str, str]]:
        path = self.path.format(id=client_id)
        return path, query if path != self.path else query | {"client_id": str(client_id)}


# Of the services there are; the keys of those in a layout are requirement CL-56's.
SECTIONS: Final = (
    Section("timeline", "clients", "/v1/clients/{id}/timeline", "last_activity_at",
            "السجل الزمني", "Timeline", arranged=False, sort="-at"),
    Section("notes", "clients", "/v1/notes", "last_note_at", "الملاحظات", "Notes", arranged=False),
    Section("estimates", "billing", "/v1/estimates", "last_estimate_at", "عروض الأسعار",
            "Estimates", arranged=False),
    Section("linked_clients", "clients", "/v1/client-links", "last_link_at",
            "العملاء المرتبطون", "Linked clients"),
    Section("files", "clients", "/v1/files", "last_file_at", "الملفات", "Files"),
    Section("insurance", "clients", "/v1/insurance/policies", "last_policy_at", "التأمين",
            "Insurance"),
    Section("communications", "comms", "/v1/messages", "last_message_at", "التواصل",
            "Communications", coming="queued", steps=_planned_messages),
    Section("tasks", "scheduling", "/v1/tasks", "next_due_at", "المهام", "Tasks",
            ahead=("task", "follow_up")),
    Section("calendar", "scheduling", "/v1/appointments", "next_appointment_at", "التقويم",
            "Calendar", ahead=("appointment",)),
    Section("bookings", "scheduling", "/v1/bookings", "next_booking_at", "الحجوزات", "Bookings",
            ahead=("booking",)),
    Section("checklists", "scheduling", "/v1/checklists", "last_checklist_at", "قوائم التحقق",
            "Checklists", ahead=("checklist",)),
    Section("work_time", "scheduling", "/v1/time-entries", "last_time_entry_at", "وقت العمل",
            "Work time"),
    Section("workflow", "automation", "/v1/runs", "last_run_at", "سير العمل", "Workflow",
            coming="waiting", steps=_waiting_runs),
    Section("orders", "billing", "/v1/orders", "last_order_at", "الطلبات", "Orders"),
    Section("invoices", "billing", "/v1/invoices", "last_invoice_at", "الفواتير", "Invoices"),
    Section("payments", "billing", "/v1/payments", "last_payment_at", "المدفوعات", "Payments"),
    Section("recurring_invoices", "billing", "/v1/subscriptions", "last_subscription_at",
            "الفواتير المتكررة", "Recurring invoices", arranged=False),
    Section("subscriptions", "memberships", "/v1/memberships", "last_membership_at",
            "الاشتراكات", "Subscriptions"),
    Section("credit", "memberships", "/v1/credit-charges", "last_charge_at", "الأرصدة", "Credit",
            arranged=False),
    Section("work_cycles", "scheduling", "/v1/work-cycles", "last_work_cycle_at", "دورات العمل",
            "Work cycles", arranged=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A section where the layout of the client's folder has it."""

    section: Section
    label: Mapping[str, str | None]
    group: str | None = None


def placed(layout: Body | None, sections: Sequence[Section]) -> list[Placed]:
    """The sections in the layout's order, without those it turns off; all while it is not known."""
    usual = {one.key: Placed(one, {"ar": one.ar, "en": one.en}) for one in sections}
    if layout is None:
        return list(usual.values())
    arranged = [
        Placed(usual[one["key"]].section, one["label"], one["group"])
        for one in layout["sections"] if one["enabled"] and one["key"] in usual
    ]  # fmt: skip
    return [one for one in usual.values() if not one.section.arranged] + arranged


def newest(page: Body) -> Any:
    """When the newest entry of a page was made."""
    first: Body = next(iter(page["items"]), {})
    return first.get("created_at", first.get("at"))


def soonest(steps: Iterable[Step]) -> str | None:
    """When the next of some steps is."""
    return min((one["at"] for one in steps if one["at"]), default=None)


def ordered(steps: list[Step]) -> list[Step]:
    """The next ones first, those without a time last."""
    return sorted(steps, key=lambda step: (step["at"] is None, step["at"] or ""))[:MOST_STEPS]


def owner_of(client: Body) -> str | None:
    """Who of the staff is answerable for a client."""
    return next((one["user_id"] for one in client["staff"] if one["role"] == "owner"), None)


def status_of(client: Body, folder: Body | None) -> Body | None:
    """The client's status as its folder names it."""
    statuses = folder["statuses"] if folder else []
    return next((one for one in statuses if one["id"] == client["status_id"]), None)
