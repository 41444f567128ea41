"""Memberships, credit, points and attendance, as the timeline puts them."""

from typing import Final

from clients.timeline.rules.lines.shape import Lines

LINES: Final[Lines] = {
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
    "memberships.membership.expiring": ("قرب موعد تجديد عضوية", "Membership about to expire"),
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
}
