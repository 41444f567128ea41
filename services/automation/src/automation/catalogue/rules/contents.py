"""What conditions can ask of an event's contents, and of what kind it is."""

from collections.abc import Mapping
from typing import Final

from automation.conditions.rules.values import Kind

Fields = Mapping[str, Kind]

MESSAGE: Final[Fields] = {
    "message_id": Kind.ID, "channel": Kind.TEXT, "direction": Kind.TEXT, "to": Kind.TEXT,
    "subject": Kind.TEXT, "status": Kind.TEXT, "user_id": Kind.ID, "template_id": Kind.ID,
    "failure": Kind.TEXT,
}  # fmt: skip
TEMPLATE: Final[Fields] = {"template_id": Kind.ID, "name": Kind.TEXT}
TAGS: Final[Fields] = {"tags": Kind.LIST}
FOLDER: Final[Fields] = {
    "folder_id": Kind.ID, "name_ar": Kind.TEXT, "name_en": Kind.TEXT, "parent_id": Kind.ID,
}  # fmt: skip
RUN: Final[Fields] = {
    "run_id": Kind.ID, "flow_id": Kind.ID, "flow_name": Kind.TEXT, "status": Kind.TEXT,
    "failure": Kind.TEXT,
}  # fmt: skip
FLOW: Final[Fields] = {
    "flow_id": Kind.ID, "name": Kind.TEXT, "is_enabled": Kind.BOOLEAN, "flow_version": Kind.NUMBER,
}  # fmt: skip
TENANT: Final[Fields] = {
    "tenant.id": Kind.ID, "tenant.name": Kind.TEXT, "tenant.country": Kind.TEXT,
    "tenant.currency": Kind.TEXT, "tenant.timezone": Kind.TEXT, "tenant.locale": Kind.TEXT,
    "tenant.version": Kind.NUMBER, "tenant.vat_rate": Kind.TEXT,
}  # fmt: skip
USER: Final[Fields] = {
    "user.id": Kind.ID, "user.name": Kind.TEXT, "user.email": Kind.TEXT, "user.locale": Kind.TEXT,
    "user.role_id": Kind.ID, "user.team_ids": Kind.LIST, "user.is_active": Kind.BOOLEAN,
    "user.version": Kind.NUMBER, "hand_over_to_id": Kind.ID,
}  # fmt: skip
INVITED: Final[Fields] = {
    "invitation_id": Kind.ID, "email": Kind.TEXT, "name": Kind.TEXT, "locale": Kind.TEXT,
    "tenant_name": Kind.TEXT, "invited_by_name": Kind.TEXT, "expires_at": Kind.DATETIME,
}  # fmt: skip
CUSTOM_FIELD: Final[Fields] = {
    "custom_field_id": Kind.ID, "key": Kind.TEXT, "type": Kind.TEXT, "label_ar": Kind.TEXT,
    "label_en": Kind.TEXT, "folder_ids": Kind.LIST, "archived": Kind.BOOLEAN,
}  # fmt: skip
MAIL_LINK: Final[Fields] = {
    "mail_link_id": Kind.ID, "user_id": Kind.ID, "email": Kind.TEXT, "name": Kind.TEXT,
    "locale": Kind.TEXT, "tenant_name": Kind.TEXT, "expires_at": Kind.DATETIME,
}  # fmt: skip
ROLE: Final[Fields] = {
    "role.id": Kind.ID, "role.name": Kind.TEXT, "role.permissions": Kind.LIST,
    "role.visibility": Kind.TEXT, "role.is_owner": Kind.BOOLEAN, "role.version": Kind.NUMBER,
}  # fmt: skip
TEAM: Final[Fields] = {
    "team.id": Kind.ID, "team.name": Kind.TEXT, "team.member_ids": Kind.LIST,
    "team.version": Kind.NUMBER,
}  # fmt: skip
ASSIGNMENT_RULE: Final[Fields] = {
    "assignment_rule.id": Kind.ID, "assignment_rule.name": Kind.TEXT,
    "assignment_rule.folder_id": Kind.ID, "assignment_rule.country_code": Kind.TEXT,
    "assignment_rule.user_ids": Kind.LIST, "assignment_rule.team_id": Kind.ID,
    "assignment_rule.order": Kind.NUMBER, "assignment_rule.is_enabled": Kind.BOOLEAN,
    "assignment_rule.version": Kind.NUMBER,
}  # fmt: skip
API_KEY: Final[Fields] = {"api_key_id": Kind.ID, "name": Kind.TEXT}
SESSION: Final[Fields] = {"session_id": Kind.ID, "user_id": Kind.ID}
LINK: Final[Fields] = {"client_id": Kind.ID, "link_id": Kind.ID}
NOTE: Final[Fields] = {
    "note.id": Kind.ID, "note.version": Kind.NUMBER, "note.client_id": Kind.ID,
    "note.author": Kind.TEXT, "note.preview": Kind.TEXT, "note.pinned": Kind.BOOLEAN,
    "note.mentions": Kind.LIST, "changed": Kind.LIST, "mentioned": Kind.LIST,
}  # fmt: skip
FILE: Final[Fields] = {
    "file.id": Kind.ID, "file.version": Kind.NUMBER, "file.client_id": Kind.ID,
    "file.author": Kind.TEXT, "file.name": Kind.TEXT, "file.kind": Kind.TEXT,
    "file.type": Kind.TEXT, "file.size": Kind.NUMBER, "file.tags": Kind.LIST,
    "file.number": Kind.NUMBER, "file.archived": Kind.BOOLEAN, "file.expires_on": Kind.DATE,
}  # fmt: skip
POLICY: Final[Fields] = {
    "policy.id": Kind.ID, "policy.version": Kind.NUMBER, "policy.client_id": Kind.ID,
    "policy.provider_id": Kind.ID, "policy.number": Kind.TEXT, "policy.policy_class": Kind.TEXT,
    "policy.starts_on": Kind.DATE, "policy.ends_on": Kind.DATE, "changed": Kind.LIST,
}  # fmt: skip
CLAIM: Final[Fields] = {
    "claim.id": Kind.ID, "claim.version": Kind.NUMBER, "claim.client_id": Kind.ID,
    "claim.policy_id": Kind.ID, "claim.state": Kind.TEXT, "claim.claimed_on": Kind.DATE,
    "claim.currency": Kind.TEXT, "claim.amount": Kind.TEXT,
    "claim.approved_amount": Kind.TEXT, "claim.reason": Kind.TEXT, "claim.invoice_id": Kind.ID,
    "changed": Kind.LIST,
}  # fmt: skip
INVOICE: Final[Fields] = {
    "invoice.id": Kind.ID, "invoice.version": Kind.NUMBER, "invoice.client_id": Kind.ID,
    "invoice.for_client_id": Kind.ID,
    "invoice.number": Kind.TEXT, "invoice.status": Kind.TEXT, "invoice.currency": Kind.TEXT,
    "invoice.issue_date": Kind.DATE, "invoice.due_date": Kind.DATE,
    "invoice.subtotal": Kind.TEXT, "invoice.tax_total": Kind.TEXT, "invoice.total": Kind.TEXT,
    "invoice.paid": Kind.TEXT, "invoice.credited": Kind.TEXT,
    "invoice.written_off": Kind.TEXT, "invoice.balance": Kind.TEXT,
    "invoice.salesperson_id": Kind.ID, "invoice.branch_id": Kind.ID,
    "invoice.work_cycle_id": Kind.ID, "invoice.external_id": Kind.TEXT,
    "invoice.subscription_id": Kind.ID, "invoice.exchange_rate": Kind.TEXT,
    "invoice.home_currency": Kind.TEXT, "invoice.home_total": Kind.TEXT,
    "invoice.home_tax_total": Kind.TEXT, "invoice.estimate_id": Kind.ID,
    "invoice.order_id": Kind.ID, "invoice.type": Kind.TEXT, "changed": Kind.LIST,
}  # fmt: skip
REMINDER: Final[Fields] = {
    **{name: kind for name, kind in INVOICE.items() if name != "changed"},
    "reminder_id": Kind.ID, "dunning_rule_id": Kind.ID, "rule_name": Kind.TEXT,
    "days": Kind.NUMBER,
}  # fmt: skip
CREDIT_NOTE: Final[Fields] = {
    "credit_note.id": Kind.ID, "credit_note.version": Kind.NUMBER,
    "credit_note.invoice_id": Kind.ID, "credit_note.client_id": Kind.ID,
    "credit_note.for_client_id": Kind.ID,
    "credit_note.number": Kind.TEXT, "credit_note.currency": Kind.TEXT,
    "credit_note.issue_date": Kind.DATE, "credit_note.subtotal": Kind.TEXT,
    "credit_note.tax_total": Kind.TEXT, "credit_note.total": Kind.TEXT,
    "credit_note.reason": Kind.TEXT, "credit_note.external_id": Kind.TEXT,
    "credit_note.salesperson_id": Kind.ID, "credit_note.branch_id": Kind.ID,
    "credit_note.work_cycle_id": Kind.ID,
}  # fmt: skip
CREDIT: Final[Fields] = {
    "credits": Kind.LIST, "credit_type_id": Kind.ID, "amount": Kind.TEXT, "balance": Kind.TEXT,
    "source": Kind.TEXT, "usage_id": Kind.ID, "hold_id": Kind.ID, "transfer_id": Kind.ID,
    "adjustment_id": Kind.ID, "is_shared": Kind.BOOLEAN,
}  # fmt: skip
CREDIT_LOW: Final[Fields] = {
    "credit_type_id": Kind.ID, "balance": Kind.TEXT, "low_balance": Kind.TEXT,
}  # fmt: skip
CREDIT_SHARE: Final[Fields] = {
    "share_id": Kind.ID, "credit_type_id": Kind.ID, "is_giving": Kind.BOOLEAN,
}  # fmt: skip
SUBSCRIPTION: Final[Fields] = {
    "subscription.id": Kind.ID, "subscription.version": Kind.NUMBER,
    "subscription.client_id": Kind.ID, "subscription.for_client_id": Kind.ID,
    "subscription.name": Kind.TEXT,
    "subscription.unit": Kind.TEXT, "subscription.interval_count": Kind.NUMBER,
    "subscription.starts_on": Kind.DATE, "subscription.next_on": Kind.DATE,
    "subscription.cancelled_on": Kind.DATE, "subscription.billed": Kind.NUMBER,
    "subscription.currency": Kind.TEXT, "subscription.total": Kind.TEXT,
    "subscription.salesperson_id": Kind.ID, "subscription.branch_id": Kind.ID,
    "subscription.work_cycle_id": Kind.ID, "subscription.external_id": Kind.TEXT,
    "subscription.problem": Kind.TEXT, "changed": Kind.LIST,
}  # fmt: skip
CHECK_IN: Final[Fields] = {
    "check_in.id": Kind.ID, "check_in.version": Kind.NUMBER, "check_in.client_id": Kind.ID,
    "check_in.membership_id": Kind.ID, "check_in.membership_status": Kind.TEXT,
    "check_in.occurred_at": Kind.DATETIME, "check_in.day": Kind.DATE,
    "check_in.result": Kind.TEXT, "check_in.reason": Kind.TEXT,
    "check_in.credit_usage_id": Kind.ID,
}  # fmt: skip
REDEMPTION: Final[Fields] = {
    "redemption.id": Kind.ID, "redemption.version": Kind.NUMBER,
    "redemption.client_id": Kind.ID, "redemption.invoice_id": Kind.ID,
    "redemption.credit_type_id": Kind.ID, "redemption.points": Kind.TEXT,
    "redemption.amount": Kind.TEXT, "redemption.currency": Kind.TEXT,
    "redemption.status": Kind.TEXT, "redemption.failure": Kind.TEXT,
}  # fmt: skip
ENTRY: Final[Fields] = {
    "id": Kind.ID, "version": Kind.NUMBER, "client_id": Kind.ID, "date": Kind.DATE,
    "currency": Kind.TEXT, "amount": Kind.TEXT, "net": Kind.TEXT, "tax_amount": Kind.TEXT,
    "entry_category_id": Kind.ID, "party": Kind.TEXT, "method": Kind.TEXT,
    "reference": Kind.TEXT, "staff_id": Kind.ID, "branch_id": Kind.ID, "work_cycle_id": Kind.ID,
    "external_id": Kind.TEXT,
}  # fmt: skip
PAYMENT: Final[Fields] = {
    "payment.id": Kind.ID, "payment.version": Kind.NUMBER, "payment.client_id": Kind.ID,
    "payment.receipt_number": Kind.TEXT, "payment.status": Kind.TEXT,
    "payment.method": Kind.TEXT, "payment.currency": Kind.TEXT, "payment.amount": Kind.TEXT,
    "payment.allocated": Kind.TEXT, "payment.refunded": Kind.TEXT,
    "payment.unallocated": Kind.TEXT, "payment.received_at": Kind.DATETIME,
    "payment.reference": Kind.TEXT, "payment.external_id": Kind.TEXT, "allocations": Kind.LIST,
    "refund.id": Kind.ID, "refund.amount": Kind.TEXT, "refund.reason": Kind.TEXT,
    "refund.status": Kind.TEXT, "refund.failure_code": Kind.TEXT,
    "refund.dispute_reason": Kind.TEXT,
}  # fmt: skip
CHECKOUT: Final[Fields] = {
    "checkout.id": Kind.ID, "checkout.version": Kind.NUMBER, "checkout.client_id": Kind.ID,
    "checkout.invoice_id": Kind.ID, "checkout.status": Kind.TEXT, "checkout.currency": Kind.TEXT,
    "checkout.amount": Kind.TEXT, "checkout.failure_code": Kind.TEXT,
    "checkout.payment_id": Kind.ID, "checkout.dispute_status": Kind.TEXT,
    "checkout.dispute_reason": Kind.TEXT,
}  # fmt: skip
ESTIMATE: Final[Fields] = {
    "estimate.id": Kind.ID, "estimate.version": Kind.NUMBER, "estimate.client_id": Kind.ID,
    "estimate.for_client_id": Kind.ID,
    "estimate.number": Kind.TEXT, "estimate.status": Kind.TEXT, "estimate.currency": Kind.TEXT,
    "estimate.issue_date": Kind.DATE, "estimate.expires_on": Kind.DATE,
    "estimate.subtotal": Kind.TEXT, "estimate.tax_total": Kind.TEXT, "estimate.total": Kind.TEXT,
    "estimate.salesperson_id": Kind.ID, "estimate.branch_id": Kind.ID,
    "estimate.work_cycle_id": Kind.ID, "estimate.external_id": Kind.TEXT,
    "estimate.estimate_status_id": Kind.ID, "estimate.invoice_id": Kind.ID,
    "estimate.decline_reason": Kind.TEXT, "changed": Kind.LIST,
}  # fmt: skip
ORDER: Final[Fields] = {
    "order.id": Kind.ID, "order.version": Kind.NUMBER, "order.client_id": Kind.ID,
    "order.for_client_id": Kind.ID,
    "order.number": Kind.TEXT, "order.status": Kind.TEXT, "order.currency": Kind.TEXT,
    "order.issue_date": Kind.DATE, "order.supply_date": Kind.DATE, "order.subtotal": Kind.TEXT,
    "order.tax_total": Kind.TEXT, "order.total": Kind.TEXT, "order.salesperson_id": Kind.ID,
    "order.branch_id": Kind.ID, "order.work_cycle_id": Kind.ID, "order.external_id": Kind.TEXT,
    "order.invoice_id": Kind.ID, "order.cancel_reason": Kind.TEXT, "changed": Kind.LIST,
}  # fmt: skip
NOTIFICATION: Final[Fields] = {
    "notification_id": Kind.ID, "user_id": Kind.ID, "title": Kind.TEXT,
}  # fmt: skip
MEMBERSHIP: Final[Fields] = {
    "membership.id": Kind.ID, "membership.version": Kind.NUMBER, "membership.client_id": Kind.ID,
    "membership.package_id": Kind.ID, "membership.package_name_ar": Kind.TEXT,
    "membership.package_name_en": Kind.TEXT, "membership.status": Kind.TEXT,
    "membership.start_date": Kind.DATE, "membership.renewal_date": Kind.DATE,
    "membership.auto_renew": Kind.BOOLEAN, "membership.cancelled_on": Kind.DATE,
    "membership.price": Kind.TEXT, "membership.currency": Kind.TEXT,
    "membership.external_id": Kind.TEXT, "changed": Kind.LIST, "freeze.id": Kind.ID,
    "freeze.from_day": Kind.DATE, "freeze.to_day": Kind.DATE, "freeze.extend": Kind.BOOLEAN,
    "renewal_date_before": Kind.DATE, "period.number": Kind.NUMBER, "period.state": Kind.TEXT,
    "period.starts_on": Kind.DATE, "period.ends_on": Kind.DATE, "period.invoice_id": Kind.ID,
    "period.problem": Kind.TEXT,
}  # fmt: skip
PACKAGE_ORDER: Final[Fields] = {
    "package_order.id": Kind.ID, "package_order.version": Kind.NUMBER,
    "package_order.client_id": Kind.ID, "package_order.package_id": Kind.ID,
    "package_order.status": Kind.TEXT, "package_order.price": Kind.TEXT,
    "package_order.currency": Kind.TEXT, "package_order.invoice_id": Kind.ID,
    "package_order.problem": Kind.TEXT, "package_order.external_id": Kind.TEXT,
}  # fmt: skip
