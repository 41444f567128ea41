"""The timeline: what an event of any service reads like on a client's record."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from clients.visible_fields.rules import HiddenFields

Bilingual = dict[str, str]
Json = dict[str, Any]
STATUS_CHANGED: Final = "clients.client.status_changed"
# Event type → the fields it is about: it is not told where one of them is hidden.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "clients.client.tagged": ("tags",), "clients.client.untagged": ("tags",),
    "clients.client.follow_up_due": ("pinned_status_id", "follow_up_status_id"),
}  # fmt: skip
_STATUSES: Final = ("pinned_status_id", "follow_up_status_id")
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
# Where a message went: known to who is shown the client's phones and addresses.
_REACHED_AT: Final = ("phones", "emails")

# What a hidden field called for: that it did is told, what it was is not.
_REASON: Final = ("field", "at")
_FOR: Final = "for_client_id"

# Event type → Arabic, English. {placeholders} are filled from the event's data.
SUMMARIES: Final[Mapping[str, tuple[str, str]]] = {
    "clients.client.created": ("أُضيف العميل", "Client added"),
    "clients.client.updated": ("عُدِّلت بيانات العميل", "Client details changed"),
    "clients.client.status_changed": ("تغيّرت حالة العميل", "Status changed"),
    "clients.client.folder_changed": ("نُقل العميل إلى مجلد آخر", "Moved to another folder"),
    "clients.client.tagged": ("أُضيفت الوسوم: {tags}", "Tags added: {tags}"),
    "clients.client.untagged": ("أُزيلت الوسوم: {tags}", "Tags removed: {tags}"),
    "clients.client.staff_assigned": ("تغيّر الموظفون المسؤولون", "Assigned staff changed"),
    "clients.client.follow_up_due": ("حان موعد المتابعة", "Follow-up due"),
    "clients.client.merged": ("دُمج العميل مع آخر", "Merged with another client"),
    "clients.client.unmerged": ("أُلغي دمج العميل", "Merge undone"),
    "clients.client.redirected": ("تغيّر العميل الذي يمثّله", "Another client answers for it"),
    "clients.client.erased": ("مُحي العميل", "Client erased"),
    "clients.client.archived": ("أُرشف العميل", "Client archived"),
    "clients.client.restored": ("أُعيد العميل من الأرشيف", "Client restored"),
    "clients.client.subclient_added": ("أُضيف عميل فرعي", "Sub-client added"),
    "clients.client_link.added": ("رُبط بعميل آخر", "Linked to another client"),
    "clients.client_link.updated": ("عُدِّل الربط بعميل آخر", "Link to another client changed"),
    "clients.client_link.deleted": ("أُزيل الربط بعميل آخر", "Link to another client removed"),
    "clients.note.added": ("أُضيفت ملاحظة", "Note added"),
    "clients.note.updated": ("عُدِّلت ملاحظة", "Note changed"),
    "clients.note.deleted": ("حُذفت ملاحظة", "Note deleted"),
    "clients.file.added": ("أُضيف ملف", "File added"),
    "clients.file.updated": ("عُدِّل ملف", "File changed"),
    "clients.file.deleted": ("حُذف ملف", "File deleted"),
    "clients.file.shared": ("أُنشئ رابط مشاركة لملف", "Link to a file given out"),
    "clients.file.expiring": ("ملف يقترب انتهاؤه", "A file is about to expire"),
    "clients.file.expired": ("انتهت صلاحية ملف", "A file has expired"),
    "clients.insurance_policy.added": ("أُضيفت بوليصة تأمين", "Insurance policy added"),
    "clients.insurance_policy.updated": ("عُدِّلت بوليصة تأمين", "Insurance policy changed"),
    "clients.insurance_policy.deleted": ("حُذفت بوليصة تأمين", "Insurance policy deleted"),
    "clients.insurance_claim.added": ("أُضيفت مطالبة تأمين", "Insurance claim added"),
    "clients.insurance_claim.updated": ("عُدِّلت مطالبة تأمين", "Insurance claim changed"),
    "clients.insurance_claim.deleted": ("حُذفت مطالبة تأمين", "Insurance claim deleted"),
    "clients.insurance_claim.submitted": ("قُدِّمت مطالبة تأمين", "Insurance claim submitted"),
    "clients.insurance_claim.approved": ("وافق التأمين على مطالبة", "Insurance claim approved"),
    "clients.insurance_claim.rejected": ("رفض التأمين مطالبة", "Insurance claim rejected"),
    "clients.insurance_claim.paid": ("دُفعت مطالبة تأمين", "Insurance claim paid"),
    "billing.invoice.created": ("أُعدّت مسودة فاتورة", "Invoice drafted"),
    "billing.invoice.updated": ("عُدِّلت مسودة فاتورة", "Draft of an invoice changed"),
    "billing.invoice.deleted": ("حُذفت مسودة فاتورة", "Draft of an invoice deleted"),
    "billing.invoice.issued": ("صدرت فاتورة", "Invoice issued"),
    "billing.invoice.paid": ("سُدِّدت فاتورة", "Invoice paid"),
    "billing.subscription.created": ("بدأ اشتراك متكرر", "Subscription started"),
    "billing.subscription.updated": ("عُدِّل اشتراك متكرر", "Subscription changed"),
    "billing.subscription.deleted": ("حُذف اشتراك متكرر", "Subscription deleted"),
    "billing.subscription.paused": ("أُوقف اشتراك مؤقتًا", "Subscription paused"),
    "billing.subscription.resumed": ("استؤنف اشتراك", "Subscription resumed"),
    "billing.subscription.cancelled": ("أُلغي اشتراك", "Subscription cancelled"),
    "billing.subscription.ended": ("انتهى اشتراك", "Subscription ended"),
    "billing.subscription.failed": ("تعذّرت فوترة اشتراك", "Subscription could not be billed"),
    "billing.expense.recorded": ("قُيِّد مصروف", "Expense recorded"),
    "billing.expense.updated": ("عُدِّل مصروف", "Expense changed"),
    "billing.expense.deleted": ("حُذف مصروف", "Expense removed"),
    "billing.income.recorded": ("قُيِّد إيراد", "Income recorded"),
    "billing.income.updated": ("عُدِّل إيراد", "Income changed"),
    "billing.income.deleted": ("حُذف إيراد", "Income removed"),
    "billing.invoice.reopened": ("عادت فاتورة مستحقة", "Invoice owed again"),
    "billing.invoice.balance_changed": ("تغيّر المتبقي من فاتورة", "Balance of an invoice changed"),
    "billing.invoice.overdue": ("تأخر سداد فاتورة", "Invoice overdue"),
    "billing.invoice.voided": ("أُلغيت فاتورة", "Invoice voided"),
    "billing.invoice.written_off": ("شُطب المتبقي من فاتورة", "Invoice written off"),
    "billing.invoice.credited": ("صدر إشعار دائن لفاتورة", "Invoice credited"),
    "billing.invoice.sent": ("أُرسلت فاتورة", "Invoice sent"),
    "billing.invoice.viewed": ("اطّلع العميل على فاتورة", "Invoice viewed"),
    "billing.invoice.einvoice_reported": ("أُبلغت الهيئة بفاتورة", "E-invoice reported"),
    "billing.invoice.einvoice_cleared": ("اعتمدت الهيئة فاتورة", "E-invoice cleared"),
    "billing.invoice.einvoice_rejected": ("رفضت الهيئة فاتورة", "E-invoice rejected"),
    "billing.invoice.reminder_due": ("حان موعد التذكير بفاتورة", "Reminder of an invoice due"),
    "billing.credit_note.einvoice_reported": (
        "أُبلغت الهيئة بإشعار دائن",
        "Credit note reported to the authority",
    ),
    "billing.credit_note.einvoice_cleared": (
        "اعتمدت الهيئة إشعارًا دائنًا",
        "Credit note cleared by the authority",
    ),
    "billing.credit_note.einvoice_rejected": (
        "رفضت الهيئة إشعارًا دائنًا",
        "Credit note rejected by the authority",
    ),
    "billing.payment.received": ("استُلمت دفعة", "Payment received"),
    "billing.payment.allocated": ("خُصِّصت دفعة لفواتير", "Payment allocated to invoices"),
    "billing.payment.deallocated": ("أُلغي تخصيص دفعة", "Allocation of a payment undone"),
    "billing.payment.deposited": ("أُودع شيك", "Cheque deposited"),
    "billing.payment.cleared": ("صُرف شيك", "Cheque cleared"),
    "billing.payment.bounced": ("ارتد شيك", "Cheque bounced"),
    "billing.payment.refunded": ("رُدَّت دفعة", "Payment refunded"),
    "billing.payment.refund_requested": ("طُلب ردّ دفعة", "Refund of a payment requested"),
    "billing.payment.refund_failed": ("تعذّر ردّ دفعة", "Payment could not be refunded"),
    "billing.payment.dispute_withdrawn": (
        "سحب البنك مبلغ دفعة معترض عليها",
        "Disputed payment withdrawn by the bank",
    ),
    "billing.payment.dispute_reinstated": (
        "أعاد البنك مبلغ دفعة معترض عليها",
        "Disputed payment given back by the bank",
    ),
    "billing.checkout.started": ("بدأ دفع فاتورة إلكترونيًا", "Online payment started"),
    "billing.checkout.processing": ("دفعة إلكترونية قيد المعالجة", "Online payment processing"),
    "billing.checkout.succeeded": ("نجحت دفعة إلكترونية", "Online payment succeeded"),
    "billing.checkout.failed": ("تعذّرت دفعة إلكترونية", "Online payment failed"),
    "billing.checkout.cancelled": ("أُلغي دفع إلكتروني", "Online payment cancelled"),
    "billing.checkout.disputed": ("اعتُرض على دفعة إلكترونية", "Online payment disputed"),
    "billing.estimate.created": ("أُعدّت مسودة عرض سعر", "Estimate drafted"),
    "billing.estimate.updated": ("عُدِّل عرض سعر", "Estimate changed"),
    "billing.estimate.deleted": ("حُذفت مسودة عرض سعر", "Draft of an estimate deleted"),
    "billing.estimate.sent": ("أُرسل عرض سعر", "Estimate sent"),
    "billing.estimate.viewed": ("اطّلع العميل على عرض سعر", "Estimate viewed"),
    "billing.estimate.accepted": ("قُبل عرض سعر", "Estimate accepted"),
    "billing.estimate.declined": ("رُفض عرض سعر", "Estimate declined"),
    "billing.estimate.reopened": ("أُعيد فتح عرض سعر", "Estimate reopened"),
    "billing.estimate.converted": ("حُوِّل عرض سعر إلى فاتورة", "Estimate made an invoice"),
    "billing.estimate.expired": ("انتهت صلاحية عرض سعر", "Estimate expired"),
    "billing.order.created": ("أُعدّت مسودة طلب", "Order drafted"),
    "billing.order.updated": ("عُدِّلت مسودة طلب", "Draft of an order changed"),
    "billing.order.deleted": ("حُذفت مسودة طلب", "Draft of an order deleted"),
    "billing.order.confirmed": ("أُكِّد طلب", "Order confirmed"),
    "billing.order.fulfilled": ("اكتمل تنفيذ طلب", "Order fulfilled"),
    "billing.order.cancelled": ("أُلغي طلب", "Order cancelled"),
    "billing.order.invoiced": ("أُعدّت فاتورة لطلب", "Invoice made of an order"),
    "memberships.check_in.recorded": ("سُجِّل حضور", "Checked in"),
    "memberships.check_in.refused": ("رُفض تسجيل حضور", "Check-in refused"),
    "memberships.check_in.undone": ("أُلغي تسجيل حضور", "Check-in undone"),
    "memberships.redemption.requested": ("طُلب استبدال نقاط", "Redemption of points asked for"),
    "memberships.redemption.applied": ("خُصمت نقاط من فاتورة", "Points taken off an invoice"),
    "memberships.redemption.refused": ("رُفض استبدال نقاط", "Redemption of points refused"),
    "memberships.redemption.cancelled": ("أُلغي استبدال نقاط", "Redemption of points cancelled"),
    "memberships.redemption.returned": ("أُعيدت نقاط مستبدلة", "Redeemed points given back"),
    "memberships.membership.created": ("بدأت عضوية", "Membership begun"),
    "memberships.membership.updated": ("عُدِّلت عضوية", "Membership changed"),
    "memberships.membership.renewed": ("طُلب تجديد عضوية", "Renewal of a membership asked for"),
    "memberships.membership.period_granted": (
        "سُدِّدت مدة من عضوية",
        "Period of a membership paid",
    ),
    "memberships.membership.period_taken_back": (
        "سُحبت مدة من عضوية",
        "Period of a membership taken back",
    ),
    "memberships.membership.period_refused": (
        "تعذّرت فوترة عضوية",
        "Membership could not be billed",
    ),
    "memberships.membership.package_changed": (
        "تغيّرت باقة عضوية",
        "Package of a membership changed",
    ),
    "memberships.membership.frozen": ("جُمِّدت عضوية", "Membership frozen"),
    "memberships.membership.unfrozen": ("انتهى تجميد عضوية", "Membership no longer frozen"),
    "memberships.membership.suspended": ("أُوقفت عضوية", "Membership suspended"),
    "memberships.membership.resumed": ("استؤنفت عضوية", "Membership resumed"),
    "memberships.membership.cancelled": ("أُلغيت عضوية", "Membership cancelled"),
    "memberships.membership.reinstated": (
        "سُحب إلغاء عضوية",
        "Cancellation of a membership taken back",
    ),
    "memberships.membership.renewal_date_changed": (
        "تغيّر موعد تجديد عضوية",
        "Renewal date of a membership changed",
    ),
    "memberships.membership.started": ("بدأ سريان عضوية", "Membership in force"),
    "memberships.membership.grace_begun": (
        "دخلت عضوية مهلة السماح",
        "Membership in its days of grace",
    ),
    "memberships.membership.expired": ("انتهت صلاحية عضوية", "Membership expired"),
    "memberships.membership.taken_over": ("نُقلت عضوية سابقة", "Membership taken over"),
    "memberships.membership.deleted": ("حُذفت عضوية منقولة", "Membership removed again"),
    "memberships.membership.ended": ("انتهت عضوية ملغاة", "Cancelled membership ended"),
    "memberships.package_order.created": ("طُلبت باقة أرصدة", "Package of credit ordered"),
    "memberships.package_order.invoiced": (
        "أُعدّت فاتورة لطلب باقة",
        "Invoice made of a package order",
    ),
    "memberships.package_order.paid": ("سُدِّد طلب باقة", "Package order paid"),
    "memberships.package_order.cancelled": ("أُلغي طلب باقة", "Package order cancelled"),
    "memberships.package_order.failed": (
        "تعذّرت فوترة طلب باقة",
        "Package order could not be invoiced",
    ),
    "memberships.package_order.reversed": ("عُكس طلب باقة", "Package order reversed"),
    "memberships.credit.charged": ("شُحن رصيد", "Credit charged"),
    "memberships.credit.used": ("استُهلك رصيد", "Credit used"),
    "memberships.credit.reversed": ("أُلغي استهلاك رصيد", "Use of credit put back"),
    "memberships.credit.held": ("حُجز رصيد", "Credit held"),
    "memberships.credit.released": ("أُفرج عن رصيد محجوز", "Held credit released"),
    "memberships.credit.transferred": ("حُوِّل رصيد", "Credit transferred"),
    "memberships.credit.adjusted": ("سُوِّي رصيد", "Credit adjusted"),
    "memberships.credit.refunded": ("رُدَّ رصيد لم يُستهلك", "Unused credit refunded"),
    "memberships.credit.stopped": ("أُوقفت شحنة رصيد", "Credit charge stopped"),
    "memberships.credit.resumed": ("استؤنفت شحنة رصيد", "Credit charge resumed"),
    "memberships.credit.extended": ("مُدِّدت شحنة رصيد", "Credit charge extended"),
    "memberships.credit.expired": ("انتهى رصيد", "Credit expired"),
    "memberships.credit.expiring_soon": ("رصيد يوشك أن ينتهي", "Credit about to expire"),
    "memberships.credit.low": ("أوشك الرصيد على النفاد", "Little credit left"),
    "memberships.credit.shared": ("صار رصيد مشتركًا مع عميل مرتبط", "Credit shared"),
    "memberships.credit.unshared": ("لم يعد الرصيد مشتركًا", "Credit shared no more"),
    "comms.message.queued": ("رسالة في انتظار الإرسال", "Message queued"),
    "comms.message.sent": ("أُرسلت رسالة", "Message sent"),
    "comms.message.delivered": ("وصلت الرسالة", "Message delivered"),
    "comms.message.opened": ("فُتحت الرسالة", "Message opened"),
    "comms.message.clicked": ("نُقر رابط في الرسالة", "Link in message clicked"),
    "comms.message.failed": ("تعذّر إرسال الرسالة", "Message could not be sent"),
    "comms.message.received": ("وردت رسالة", "Message received"),
    "automation.run.started": ("بدأت أتمتة", "Automation started"),
    "automation.run.completed": ("اكتملت أتمتة", "Automation completed"),
    "automation.run.failed": ("تعذّرت أتمتة", "Automation failed"),
}
# A type that came after this table was written: better plain than missing.
ANY_OTHER: Final = ("حدث: {type}", "Event: {type}")

_IRREGULAR: Final = {
    "follow_up": "follow-ups", "credit": "credit-charges",
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


def hidden_events(folder_id: UUID, hidden: HiddenFields) -> list[str]:
    """The events that a client's folder does not tell somebody."""
    return [
        kind for kind, fields in _ABOUT.items()
        if any(hidden.hides(folder_id, field) for field in fields)
    ]  # fmt: skip


def hidden_statuses(folder_id: UUID, hidden: HiddenFields) -> list[str]:
    """Which of a client's statuses they do not hear of."""
    return [field for field in _STATUSES if hidden.hides(folder_id, field)]


def shown_data(data: Mapping[str, Any], folder_id: UUID, hidden: HiddenFields) -> Json:
    """An entry's data without what the client's folder hides, wherever the client was then."""
    shown = {name: _shown(value, folder_id, hidden) for name, value in data.items()}
    if isinstance(changed := data.get("changed"), list):
        shown["changed"] = [name for name in changed if not hidden.hides(folder_id, name)]
    if hidden.hides(folder_id, data.get("field") or "id"):
        shown = {name: value for name, value in shown.items() if name not in _REASON}
    if any(hidden.hides(folder_id, name) for name in _REACHED_AT):
        shown.pop("to", None)
    return shown


def about_nobody(data: Mapping[str, Any]) -> Json:
    """The same without whom documents are for where the client owes them: whether the reader sees
    that one too is known where the document is read.
    """
    return {
        name: value | {_FOR: ""} if isinstance(value, dict) and _FOR in value else value
        for name, value in data.items()
    }


def _shown(value: Any, folder_id: UUID, hidden: HiddenFields) -> Any:
    if not isinstance(value, dict) or "folder_id" not in value:
        return value
    # Another client than the one whose timeline it is may be in a folder that hides more.
    there = UUID(value["folder_id"]) if value["folder_id"] else folder_id
    return hidden.without(there, hidden.without(folder_id, value))
