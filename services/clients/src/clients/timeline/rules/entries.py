"""What an event of any service reads like on a client's record."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from clients.timeline.rules.lines import (
    automation,
    billing,
    clients,
    comms,
    memberships,
    scheduling,
)
from clients.timeline.rules.lines.shape import Lines

Bilingual = dict[str, str]
STATUS_CHANGED: Final = "clients.client.status_changed"
# By what somebody was in touch with a client: not by what was only planned or tried, and not by
# what staff does by themselves. Also of services that come later.
CONTACTS: Final = frozenset({
    "comms.message.sent", "comms.message.received", "comms.call.made", "comms.call.received",
    "scheduling.appointment.done", "scheduling.booking.attended",
})  # fmt: skip
# After these a client's last contact is another one: that of another client is its own, or not.
OTHER_HISTORY: Final = frozenset({
    "clients.client.merged", "clients.client.unmerged", "clients.client.redirected",
})  # fmt: skip
SUMMARIES: Final[Lines] = {
    **clients.LINES,
    **billing.LINES,
    **memberships.LINES,
    **scheduling.LINES,
    **comms.LINES,
    **automation.LINES,
}
# A type that came after this table was written: better plain than missing.
ANY_OTHER: Final = ("حدث: {type}", "Event: {type}")

_IRREGULAR: Final = {
    "appointment_series": "appointment-series", "follow_up": "follow-ups",
    "time_entry": "time-entries", "credit": "credit-charges",
    "redemption": "loyalty/redemptions",
    "insurance_policy": "insurance/policies", "insurance_claim": "insurance/claims",
}  # fmt: skip
# What became of credit is about whatever did it.
_BY_KIND: Final = {
    f"memberships.credit.{verb}": path
    for path, verbs in {
        "credit-usages": ("used", "reversed"), "credit-holds": ("held", "released"),
        "credit-transfers": ("transferred",), "credit-adjustments": ("adjusted",),
        "credit-shares": ("shared", "unshared"), "credit-types": ("low",),
    }.items() for verb in verbs
}  # fmt: skip
# Told where the client's folder shows the section.
INSURANCE: Final = tuple(kind for kind in SUMMARIES if kind.startswith("clients.insurance_"))


def summary(kind: str, data: Mapping[str, Any]) -> Bilingual:
    """One line in both languages."""
    ar, en = SUMMARIES.get(kind, ANY_OTHER)
    values = {"type": kind, "tags": "، ".join(str(tag) for tag in data.get("tags") or ())}
    english = values | {"tags": values["tags"].replace("، ", ", ")}
    return {"ar": ar.format(**values), "en": en.format(**english)}


def source(kind: str, subject: UUID) -> dict[str, str]:
    """Where it happened: the service, the resource and its path."""
    service, noun, *_ = kind.split(".")
    plural = _BY_KIND.get(kind) or _IRREGULAR.get(noun, f"{noun.replace('_', '-')}s")
    return {
        "service": service, "type": noun, "id": str(subject), "url": f"/v1/{plural}/{subject}",
    }  # fmt: skip


def permission(kind: str) -> str:
    """Who may read the resource may read what happened to it."""
    return f"{kind.partition('.')[0]}:read"
