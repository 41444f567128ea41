"""What stands on pages beside what stands on papers, in Arabic and in English."""

from typing import Final, Literal

Spoken = Literal["ar", "en"]
WORDS: Final[dict[str, tuple[str, str]]] = {
    "language": ("English", "العربية"),
    "download": ("تنزيل PDF", "Download PDF"),
    "back": ("العودة إلى المستند", "Back to the document"),
    "pay": ("ادفع الآن", "Pay now"),
    "pay_deposit": ("ادفع العربون", "Pay the deposit"),
    "test_mode": ("وضع تجريبي: لا تُخصم أي مبالغ حقيقية.", "Test mode: no real money moves."),
    "invoice": ("فاتورة", "Invoice"),
    "pay_heading": ("سداد الفاتورة", "Pay the invoice"),
    "pay_again": ("المحاولة مرة أخرى", "Try again"),
    "needs_script": (
        "يحتاج الدفع هنا إلى تشغيل JavaScript في المتصفح. شغّلوه أو تواصلوا معنا للسداد بغيره.",
        "Paying here needs JavaScript. Switch it on, or ask us for another way to pay.",
    ),
    "unreachable": (
        "تعذّر الاتصال بمزود الدفع. لم يُخصم أي مبلغ؛ حاولوا مرة أخرى بعد قليل.",
        "The payment provider cannot be reached. Nothing was charged; try again in a while.",
    ),
    "became_succeeded": ("تم السداد", "Paid"),
    "told_succeeded": (
        "وصلتنا دفعتكم. شكرًا لكم.",
        "We have received your payment. Thank you.",
    ),
    "became_processing": ("الدفعة قيد المعالجة", "Being processed"),
    "told_processing": (
        "مصرفكم يعالج الدفعة. تتحدّث هذه الصفحة من نفسها؛ لا تدفعوا مرة أخرى.",
        "Your bank is processing the payment. This page looks again by itself; do not pay twice.",
    ),
    "became_failed": ("لم تنجح الدفعة", "The payment failed"),
    "told_failed": (
        "رُفضت الدفعة ولم يُخصم أي مبلغ. يمكنكم المحاولة ببطاقة أخرى.",
        "The payment was declined and nothing was charged. You can try another card.",
    ),
    "became_requires_payment": ("لم تكتمل الدفعة", "Not paid yet"),
    "told_requires_payment": (
        "لم تُدفع هذه الفاتورة بعد.",
        "This invoice has not been paid yet.",
    ),
    "became_cancelled": ("أُلغيت الدفعة", "The payment was called off"),
    "told_cancelled": (
        "أُلغيت هذه الدفعة. عودوا إلى الفاتورة لمعرفة ما تبقى منها.",
        "This payment was called off. Go back to the invoice to see what is left of it.",
    ),
    "became_refunded": ("أُعيد المبلغ", "Given back"),
    "told_refunded": ("أُعيد إليكم مبلغ هذه الدفعة.", "This payment was given back to you."),
    "answer": ("الرد على العرض", "Accept or decline"),
    "accept": ("قبول العرض", "Accept"),
    "decline": ("رفض العرض", "Decline"),
    "name": ("اسمك (اختياري)", "Your name (optional)"),
    "reason": ("سبب الرفض (اختياري)", "Why you decline (optional)"),
    "accepted": ("قبلتم هذا العرض. شكرًا لكم.", "You accepted this estimate. Thank you."),
    "declined": ("رفضتم هذا العرض.", "You declined this estimate."),
    "expired": (
        "انتهت صلاحية هذا العرض. تواصلوا معنا للحصول على عرض جديد.",
        "This estimate has expired. Ask us for a new one.",
    ),
    "refused": ("تعذّر عرض هذه الصفحة", "This page cannot be shown"),
    "nowhere": ("هذا الرابط لا يعمل", "This link does not work"),
    "ask_sender": (
        "قد يكون الرابط ناقصًا أو منتهيًا أو استُبدل بآخر. اطلبوا رابطًا جديدًا ممن أرسله إليكم.",
        "It may be incomplete, over, or replaced by another. Ask whoever sent it for a new one.",
    ),
}


def spoken(name: str, language: Spoken) -> str:
    """The words in the page's language."""
    return WORDS[name][0 if language == "ar" else 1]
