"""Every published event type, with what is known of its contents."""

from typing import Final

from automation.catalogue.rules.contents import (
    API_KEY,
    ASSIGNMENT_RULE,
    CHECK_IN,
    CHECKOUT,
    CLAIM,
    CREDIT,
    CREDIT_LOW,
    CREDIT_NOTE,
    CREDIT_SHARE,
    CUSTOM_FIELD,
    ENTRY,
    ESTIMATE,
    FILE,
    FLOW,
    FOLDER,
    INVITED,
    INVOICE,
    LINK,
    MAIL_LINK,
    MEMBERSHIP,
    MESSAGE,
    NOTE,
    NOTIFICATION,
    ORDER,
    PACKAGE_ORDER,
    PAYMENT,
    POLICY,
    REDEMPTION,
    REMINDER,
    ROLE,
    RUN,
    SESSION,
    SUBSCRIPTION,
    TAGS,
    TEAM,
    TEMPLATE,
    TENANT,
    USER,
    Fields,
)
from automation.catalogue.rules.scheduling import SCHEDULING
from automation.conditions.rules.values import Kind


def _each(prefix: str, verbs: str, fields: Fields | None) -> dict[str, Fields | None]:
    return {f"{prefix}.{verb}": fields for verb in verbs.split()}


def _entry(kind: str) -> Fields:
    return {f"{kind}.{name}": held for name, held in ENTRY.items()} | {"changed": Kind.LIST}


# None: the contents are not published yet, so every field of the event may be asked for.
EVENTS: Final[dict[str, Fields | None]] = {
    **_each("clients.client", "archived restored", {}),
    "clients.client.created": {"follow_ups": Kind.LIST},
    "clients.client.updated": {"changed": Kind.LIST, "follow_ups": Kind.LIST},
    "clients.client.status_changed": {
        "from_status_id": Kind.ID, "to_status_id": Kind.ID, "reason": Kind.TEXT,
        "field": Kind.TEXT, "follow_ups": Kind.LIST,
    },
    "clients.client.follow_up_due": {
        "status_id": Kind.ID, "field": Kind.TEXT, "at": Kind.DATETIME,
    },
    "clients.client.folder_changed": {"from_folder_id": Kind.ID, "to_folder_id": Kind.ID},
    **_each("clients.client", "tagged untagged", TAGS),
    "clients.client.staff_assigned": {"added": Kind.LIST, "removed": Kind.LIST},
    **_each("clients.client", "merged unmerged", {"merge_id": Kind.ID, "merged_id": Kind.ID}),
    "clients.client.redirected": {"merge_id": Kind.ID, "parted_from_id": Kind.ID},
    "clients.client.erased": {"since": Kind.DATETIME},
    "clients.client.subclient_added": {**LINK, "kind": Kind.TEXT},
    **_each("clients.client_link", "added updated deleted", {**LINK, "relation": Kind.TEXT}),
    **_each("clients.folder", "created updated deleted", FOLDER),
    "clients.folder.access_changed": {"folder_id": Kind.ID, "parent_id": Kind.ID},
    **_each("clients.note", "added updated deleted", NOTE),
    **_each(
        "clients.file", "added updated deleted expiring expired", {**FILE, "changed": Kind.LIST}
    ),
    "clients.file.shared": {
        **FILE, "share_id": Kind.ID, "expires_at": Kind.DATETIME, "max_downloads": Kind.NUMBER,
        "has_password": Kind.BOOLEAN,
    },
    **_each("clients.insurance_policy", "added updated deleted", POLICY),
    **_each("clients.insurance_claim",
            "added updated deleted submitted approved rejected paid", CLAIM),
    **_each("clients.custom_field", "created updated deleted", CUSTOM_FIELD),
    **_each("clients.segment", "created updated deleted",
            {"segment_id": Kind.ID, "shared": Kind.BOOLEAN, "name": Kind.TEXT}),
    **_each("clients.layout", "created updated deleted",
            {"layout_id": Kind.ID, "folder_id": Kind.ID}),
    **_each("billing.invoice",
            "created updated deleted issued paid reopened balance_changed voided written_off"
            " credited overdue sent viewed einvoice_reported einvoice_cleared einvoice_rejected",
            INVOICE),
    "billing.invoice.reminder_due": REMINDER,
    **_each("billing.credit_note",
            "einvoice_reported einvoice_cleared einvoice_rejected", CREDIT_NOTE),
    **_each("billing.subscription",
            "created updated deleted paused resumed cancelled ended failed", SUBSCRIPTION),
    **_each("billing.estimate", "created updated deleted sent viewed accepted declined reopened"
            " converted expired", ESTIMATE),
    **_each(
        "billing.order", "created updated deleted confirmed fulfilled cancelled invoiced", ORDER
    ),
    **_each("billing.payment",
            "received allocated deallocated deposited cleared bounced refunded refund_requested"
            " refund_failed dispute_withdrawn dispute_reinstated", PAYMENT),
    **_each("billing.checkout",
            "started processing succeeded failed cancelled disputed", CHECKOUT),
    **_each("billing.expense", "recorded updated deleted", _entry("expense")),
    **_each("billing.income", "recorded updated deleted", _entry("income")),
    "memberships.settings.updated": {"changed": Kind.LIST},
    **_each("memberships.check_in", "recorded refused undone", CHECK_IN),
    **_each(
        "memberships.redemption", "requested applied refused cancelled returned", REDEMPTION
    ),
    **_each("memberships.membership",
            "created updated renewed period_granted period_taken_back period_refused"
            " package_changed frozen unfrozen suspended resumed cancelled reinstated"
            " renewal_date_changed started expiring grace_begun expired ended taken_over deleted",
            MEMBERSHIP),
    **_each("memberships.package_order", "created invoiced paid cancelled failed reversed",
            PACKAGE_ORDER),
    **_each("memberships.credit",
            "charged used reversed held released transferred adjusted refunded stopped resumed"
            " extended expired expiring_soon", CREDIT),
    "memberships.credit.low": CREDIT_LOW,
    **_each("memberships.credit", "shared unshared", CREDIT_SHARE),
    **SCHEDULING,
    **_each("comms.message", "queued sent delivered opened clicked failed received cancelled",
            MESSAGE),
    **_each("comms.template", "created updated deleted", TEMPLATE),
    "comms.notification.created": NOTIFICATION,
    **_each("automation.run", "started completed failed cancelled", RUN),
    **_each("automation.flow", "created updated deleted", FLOW),
    **_each("edge.tenant", "created updated", TENANT),
    **_each("edge.user", "created updated deactivated", USER),
    "edge.user.invited": INVITED,
    **_each("edge.user", "password_reset_requested email_check_requested", MAIL_LINK),
    **_each("edge.role", "created updated deleted", ROLE),
    **_each("edge.team", "created updated deleted", TEAM),
    **_each("edge.assignment_rule", "created updated deleted", ASSIGNMENT_RULE),
    **_each("edge.api_key", "created revoked", API_KEY),
    **_each("edge.session", "started ended", SESSION),
}  # fmt: skip
