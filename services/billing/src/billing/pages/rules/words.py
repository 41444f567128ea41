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
