"""What flows may react to: every published event type, and the fields conditions can ask for.

A type that is not here can still be chosen, so that a service added later needs no change of this
one: its fields are then of the kind `any`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from automation.conditions.rules.tree import KindOf
from automation.conditions.rules.values import OPERATORS, Kind

Fields = Mapping[str, Kind]

# `email` and `phone` are the primary ones; lists of objects are asked by what names an entry.
CLIENT: Final[Fields] = {
    "id": Kind.ID, "version": Kind.NUMBER, "kind": Kind.TEXT, "type": Kind.TEXT,
    "name": Kind.TEXT, "business_name": Kind.TEXT, "code": Kind.TEXT, "serial": Kind.NUMBER,
    "folder_id": Kind.ID, "status_id": Kind.ID, "category_id": Kind.ID, "tags": Kind.LIST,
    "phones": Kind.LIST, "emails": Kind.LIST, "staff": Kind.LIST, "phone": Kind.TEXT,
    "email": Kind.TEXT, "country_code": Kind.TEXT, "currency": Kind.TEXT, "language": Kind.TEXT,
    "source": Kind.TEXT, "external_id": Kind.TEXT, "is_archived": Kind.BOOLEAN,
    "merged_into": Kind.ID, "parent_id": Kind.ID, "birth_date": Kind.DATE,
    "last_contact_at": Kind.DATETIME, "days_since_contact": Kind.NUMBER,
    "availability.state": Kind.TEXT, "availability.until": Kind.DATETIME,
    "availability.hours": Kind.TEXT,
}  # fmt: skip
# What answers tell of a client and events do not: nothing of the client itself changes with it.
ONLY_ASKED: Final = frozenset({"last_contact_at", "days_since_contact"})
ENVELOPE: Final[Fields] = {
    "id": Kind.ID, "type": Kind.TEXT, "time": Kind.DATETIME, "actor": Kind.TEXT,
    "subject": Kind.ID, "client_id": Kind.ID,
}  # fmt: skip

_MESSAGE: Final[Fields] = {
    "message_id": Kind.ID, "channel": Kind.TEXT, "direction": Kind.TEXT, "to": Kind.TEXT,
    "subject": Kind.TEXT, "status": Kind.TEXT, "user_id": Kind.ID, "template_id": Kind.ID,
    "failure": Kind.TEXT,
}  # fmt: skip
_TEMPLATE: Final[Fields] = {"template_id": Kind.ID, "name": Kind.TEXT}
_TAGS: Final[Fields] = {"tags": Kind.LIST}
_FOLDER: Final[Fields] = {
    "folder_id": Kind.ID, "name_ar": Kind.TEXT, "name_en": Kind.TEXT, "parent_id": Kind.ID,
}  # fmt: skip
_RUN: Final[Fields] = {
    "run_id": Kind.ID, "flow_id": Kind.ID, "flow_name": Kind.TEXT, "status": Kind.TEXT,
    "failure": Kind.TEXT,
}  # fmt: skip
_FLOW: Final[Fields] = {
    "flow_id": Kind.ID, "name": Kind.TEXT, "is_enabled": Kind.BOOLEAN, "flow_version": Kind.NUMBER,
}  # fmt: skip
_TENANT: Final[Fields] = {
    "tenant.id": Kind.ID, "tenant.name": Kind.TEXT, "tenant.country": Kind.TEXT,
    "tenant.currency": Kind.TEXT, "tenant.timezone": Kind.TEXT, "tenant.locale": Kind.TEXT,
    "tenant.version": Kind.NUMBER, "tenant.vat_rate": Kind.TEXT,
}  # fmt: skip
_USER: Final[Fields] = {
    "user.id": Kind.ID, "user.name": Kind.TEXT, "user.email": Kind.TEXT, "user.locale": Kind.TEXT,
    "user.role_id": Kind.ID, "user.team_ids": Kind.LIST, "user.is_active": Kind.BOOLEAN,
    "user.version": Kind.NUMBER, "hand_over_to_id": Kind.ID,
}  # fmt: skip
_INVITED: Final[Fields] = {
    "invitation_id": Kind.ID, "email": Kind.TEXT, "name": Kind.TEXT, "locale": Kind.TEXT,
    "tenant_name": Kind.TEXT, "invited_by_name": Kind.TEXT, "expires_at": Kind.DATETIME,
}  # fmt: skip
_CUSTOM_FIELD: Final[Fields] = {
    "custom_field_id": Kind.ID, "key": Kind.TEXT, "type": Kind.TEXT, "label_ar": Kind.TEXT,
    "label_en": Kind.TEXT, "folder_ids": Kind.LIST, "archived": Kind.BOOLEAN,
}  # fmt: skip
_MAIL_LINK: Final[Fields] = {
    "mail_link_id": Kind.ID, "user_id": Kind.ID, "email": Kind.TEXT, "name": Kind.TEXT,
    "locale": Kind.TEXT, "tenant_name": Kind.TEXT, "expires_at": Kind.DATETIME,
}  # fmt: skip
_ROLE: Final[Fields] = {
    "role.id": Kind.ID, "role.name": Kind.TEXT, "role.permissions": Kind.LIST,
    "role.visibility": Kind.TEXT, "role.is_owner": Kind.BOOLEAN, "role.version": Kind.NUMBER,
}  # fmt: skip
_TEAM: Final[Fields] = {
    "team.id": Kind.ID, "team.name": Kind.TEXT, "team.member_ids": Kind.LIST,
    "team.version": Kind.NUMBER,
}  # fmt: skip
_ASSIGNMENT_RULE: Final[Fields] = {
    "assignment_rule.id": Kind.ID, "assignment_rule.name": Kind.TEXT,
    "assignment_rule.folder_id": Kind.ID, "assignment_rule.country_code": Kind.TEXT,
    "assignment_rule.user_ids": Kind.LIST, "assignment_rule.team_id": Kind.ID,
    "assignment_rule.order": Kind.NUMBER, "assignment_rule.is_enabled": Kind.BOOLEAN,
    "assignment_rule.version": Kind.NUMBER,
}  # fmt: skip
_API_KEY: Final[Fields] = {"api_key_id": Kind.ID, "name": Kind.TEXT}
_SESSION: Final[Fields] = {"session_id": Kind.ID, "user_id": Kind.ID}
_LINK: Final[Fields] = {"client_id": Kind.ID, "link_id": Kind.ID}
_NOTE: Final[Fields] = {
    "note.id": Kind.ID, "note.version": Kind.NUMBER, "note.client_id": Kind.ID,
    "note.author": Kind.TEXT, "note.preview": Kind.TEXT, "note.pinned": Kind.BOOLEAN,
    "note.mentions": Kind.LIST, "changed": Kind.LIST, "mentioned": Kind.LIST,
}  # fmt: skip
_FILE: Final[Fields] = {
    "file.id": Kind.ID, "file.version": Kind.NUMBER, "file.client_id": Kind.ID,
    "file.author": Kind.TEXT, "file.name": Kind.TEXT, "file.kind": Kind.TEXT,
    "file.type": Kind.TEXT, "file.size": Kind.NUMBER, "file.tags": Kind.LIST,
    "file.number": Kind.NUMBER, "file.archived": Kind.BOOLEAN, "file.expires_on": Kind.DATE,
}  # fmt: skip
_POLICY: Final[Fields] = {
    "policy.id": Kind.ID, "policy.version": Kind.NUMBER, "policy.client_id": Kind.ID,
    "policy.provider_id": Kind.ID, "policy.number": Kind.TEXT, "policy.policy_class": Kind.TEXT,
    "policy.starts_on": Kind.DATE, "policy.ends_on": Kind.DATE, "changed": Kind.LIST,
}  # fmt: skip
_CLAIM: Final[Fields] = {
    "claim.id": Kind.ID, "claim.version": Kind.NUMBER, "claim.client_id": Kind.ID,
    "claim.policy_id": Kind.ID, "claim.state": Kind.TEXT, "claim.claimed_on": Kind.DATE,
    "claim.currency": Kind.TEXT, "claim.amount": Kind.TEXT,
    "claim.approved_amount": Kind.TEXT, "claim.reason": Kind.TEXT, "claim.invoice_id": Kind.ID,
    "changed": Kind.LIST,
}  # fmt: skip
_INVOICE: Final[Fields] = {
    "invoice.id": Kind.ID, "invoice.version": Kind.NUMBER, "invoice.client_id": Kind.ID,
    "invoice.number": Kind.TEXT, "invoice.status": Kind.TEXT, "invoice.currency": Kind.TEXT,
    "invoice.issue_date": Kind.DATE, "invoice.due_date": Kind.DATE,
    "invoice.subtotal": Kind.TEXT, "invoice.tax_total": Kind.TEXT, "invoice.total": Kind.TEXT,
    "invoice.paid": Kind.TEXT, "invoice.balance": Kind.TEXT,
    "invoice.salesperson_id": Kind.ID, "invoice.branch_id": Kind.ID,
    "invoice.work_cycle_id": Kind.ID, "invoice.external_id": Kind.TEXT,
    "invoice.subscription_id": Kind.ID, "invoice.exchange_rate": Kind.TEXT,
    "invoice.home_currency": Kind.TEXT, "invoice.home_total": Kind.TEXT,
    "invoice.home_tax_total": Kind.TEXT, "changed": Kind.LIST,
}  # fmt: skip
_SUBSCRIPTION: Final[Fields] = {
    "subscription.id": Kind.ID, "subscription.name": Kind.TEXT, "subscription.unit": Kind.TEXT,
    "subscription.interval_count": Kind.NUMBER, "subscription.starts_on": Kind.DATE,
    "subscription.next_on": Kind.DATE, "subscription.cancelled_on": Kind.DATE,
    "subscription.billed": Kind.NUMBER, "subscription.currency": Kind.TEXT,
    "subscription.total": Kind.TEXT, "subscription.salesperson_id": Kind.ID,
    "subscription.branch_id": Kind.ID, "subscription.work_cycle_id": Kind.ID,
    "subscription.external_id": Kind.TEXT, "subscription.problem": Kind.TEXT,
    "changed": Kind.LIST,
}  # fmt: skip
_ENTRY: Final[Fields] = {
    "id": Kind.ID, "version": Kind.NUMBER, "client_id": Kind.ID, "date": Kind.DATE,
    "currency": Kind.TEXT, "amount": Kind.TEXT, "net": Kind.TEXT, "tax_amount": Kind.TEXT,
    "entry_category_id": Kind.ID, "party": Kind.TEXT, "method": Kind.TEXT,
    "reference": Kind.TEXT, "staff_id": Kind.ID, "branch_id": Kind.ID, "work_cycle_id": Kind.ID,
    "external_id": Kind.TEXT,
}  # fmt: skip
_PAYMENT: Final[Fields] = {
    "payment.id": Kind.ID, "payment.version": Kind.NUMBER, "payment.client_id": Kind.ID,
    "payment.receipt_number": Kind.TEXT, "payment.status": Kind.TEXT,
    "payment.method": Kind.TEXT, "payment.currency": Kind.TEXT, "payment.amount": Kind.TEXT,
    "payment.allocated": Kind.TEXT, "payment.refunded": Kind.TEXT,
    "payment.unallocated": Kind.TEXT, "payment.received_at": Kind.DATETIME,
    "payment.reference": Kind.TEXT, "payment.external_id": Kind.TEXT, "allocations": Kind.LIST,
    "refund.id": Kind.ID, "refund.amount": Kind.TEXT, "refund.reason": Kind.TEXT,
}  # fmt: skip
_NOTIFICATION: Final[Fields] = {
    "notification_id": Kind.ID, "user_id": Kind.ID, "title": Kind.TEXT,
}  # fmt: skip


def _each(prefix: str, verbs: str, fields: Fields | None) -> dict[str, Fields | None]:
    return {f"{prefix}.{verb}": fields for verb in verbs.split()}


def _entry(kind: str) -> Fields:
    return {f"{kind}.{name}": held for name, held in _ENTRY.items()} | {"changed": Kind.LIST}


# None: the contents are not published yet, so every field of the event may be asked for.
EVENTS: Final[dict[str, Fields | None]] = {
    **_each("clients.client", "created archived restored", {}),
    "clients.client.updated": {"changed": Kind.LIST},
    "clients.client.status_changed": {
        "from_status_id": Kind.ID, "to_status_id": Kind.ID, "reason": Kind.TEXT,
        "field": Kind.TEXT,
    },
    "clients.client.follow_up_due": {
        "status_id": Kind.ID, "field": Kind.TEXT, "at": Kind.DATETIME,
    },
    "clients.client.folder_changed": {"from_folder_id": Kind.ID, "to_folder_id": Kind.ID},
    **_each("clients.client", "tagged untagged", _TAGS),
    "clients.client.staff_assigned": {"added": Kind.LIST, "removed": Kind.LIST},
    **_each("clients.client", "merged unmerged", {"merge_id": Kind.ID, "merged_id": Kind.ID}),
    "clients.client.redirected": {"merge_id": Kind.ID},
    "clients.client.erased": {"since": Kind.DATETIME},
    "clients.client.subclient_added": {**_LINK, "kind": Kind.TEXT},
    **_each("clients.client_link", "added updated deleted", {**_LINK, "relation": Kind.TEXT}),
    **_each("clients.folder", "created updated deleted", _FOLDER),
    "clients.folder.access_changed": {"folder_id": Kind.ID, "parent_id": Kind.ID},
    **_each("clients.note", "added updated deleted", _NOTE),
    **_each(
        "clients.file", "added updated deleted expiring expired", {**_FILE, "changed": Kind.LIST}
    ),
    "clients.file.shared": {
        **_FILE, "share_id": Kind.ID, "expires_at": Kind.DATETIME, "max_downloads": Kind.NUMBER,
        "has_password": Kind.BOOLEAN,
    },
    **_each("clients.insurance_policy", "added updated deleted", _POLICY),
    **_each("clients.insurance_claim",
            "added updated deleted submitted approved rejected paid", _CLAIM),
    **_each("clients.custom_field", "created updated deleted", _CUSTOM_FIELD),
    **_each("clients.segment", "created updated deleted",
            {"segment_id": Kind.ID, "shared": Kind.BOOLEAN, "name": Kind.TEXT}),
    **_each("clients.layout", "created updated deleted",
            {"layout_id": Kind.ID, "folder_id": Kind.ID}),
    **_each("billing.invoice",
            "created updated deleted issued paid reopened balance_changed", _INVOICE),
    **_each("billing.subscription",
            "created updated deleted paused resumed cancelled ended failed", _SUBSCRIPTION),
    **_each("billing.invoice", "overdue voided credited", None),
    **_each("billing.estimate", "sent viewed accepted declined converted", None),
    **_each("billing.payment",
            "received allocated deallocated deposited cleared bounced refunded", _PAYMENT),
    **_each("billing.expense", "recorded updated deleted", _entry("expense")),
    **_each("billing.income", "recorded updated deleted", _entry("income")),
    **_each("memberships.membership",
            "started renewed frozen suspended expiring expired", None),
    **_each("memberships.credit", "charged used reversed low expiring", None),
    **_each("scheduling.appointment",
            "scheduled confirmed rescheduled cancelled done no_show", None),
    **_each("scheduling.booking",
            "held requested confirmed waitlisted attended no_show cancelled", None),
    **_each("scheduling.task", "created completed overdue", None),
    **_each("comms.message", "queued sent delivered opened clicked failed received cancelled",
            _MESSAGE),
    **_each("comms.template", "created updated deleted", _TEMPLATE),
    "comms.notification.created": _NOTIFICATION,
    **_each("automation.run", "started completed failed cancelled", _RUN),
    **_each("automation.flow", "created updated deleted", _FLOW),
    **_each("edge.tenant", "created updated", _TENANT),
    **_each("edge.user", "created updated deactivated", _USER),
    "edge.user.invited": _INVITED,
    **_each("edge.user", "password_reset_requested email_check_requested", _MAIL_LINK),
    **_each("edge.role", "created updated deleted", _ROLE),
    **_each("edge.team", "created updated deleted", _TEAM),
    **_each("edge.assignment_rule", "created updated deleted", _ASSIGNMENT_RULE),
    **_each("edge.api_key", "created revoked", _API_KEY),
    **_each("edge.session", "started ended", _SESSION),
}  # fmt: skip

# A type, or all below a word or two: `clients.client.created`, `clients.client.*`, `clients.*`.
_TYPE: Final = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){2}|[a-z][a-z_]*(\.[a-z][a-z_]*)?\.\*|\*")


def is_event_type(text: str) -> bool:
    """Whether a trigger may name it."""
    return len(text) <= 100 and _TYPE.fullmatch(text) is not None


def matches(pattern: str, event_type: str) -> bool:
    """Whether an event is of the type a trigger names."""
    if not pattern.endswith("*"):
        return pattern == event_type
    return event_type.startswith(pattern[:-1])


@lru_cache(maxsize=2_000)
def fields_of(event_type: str | None) -> KindOf:
    """What a condition may ask of an event and its client; of unknown contents, anything."""
    known = EVENTS.get(event_type) if event_type else None

    def kind_of(field: str) -> Kind | None:
        subject, _, name = field.partition(".")
        if subject == "client":
            return CLIENT.get(name)
        if subject != "event" or not name:
            return None
        name = name.removeprefix("data.")
        if name in ENVELOPE and not (known and name in known):
            return ENVELOPE[name]
        return Kind.ANY if known is None else known.get(name)

    return kind_of


def published() -> dict[str, Any]:
    """The catalogue as the API shows it."""
    return {
        "events": [_published_event(name, fields) for name, fields in sorted(EVENTS.items())],
        "client_fields": list(_published_fields("client", CLIENT)),
        "event_fields": list(_published_fields("event", ENVELOPE)),
        "operators": {kind.value: list(words) for kind, words in OPERATORS.items()},
    }


def _published_event(name: str, fields: Fields | None) -> dict[str, Any]:
    return {
        "type": name, "fields_are_known": fields is not None,
        "fields": list(_published_fields("event", fields or {})),
    }  # fmt: skip


def _published_fields(subject: str, fields: Fields) -> Iterator[dict[str, str]]:
    for name, kind in fields.items():
        yield {"field": f"{subject}.{name}", "kind": kind.value}
