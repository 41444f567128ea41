"""How each step of an explanation reads, in Arabic and in English."""

from typing import Final

from papers.words import ltr, text

Said = dict[str, str]
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "made": ("أُعدَّت يدويًا.", "It was written by hand."),
    "made_by_key": ("أنشأها تكامل مع نظام آخر.", "An integration made it."),
    "made_of_estimate": ("أُعدَّت من عرض سعر قُبِل.", "It was made of an estimate."),
    "made_of_order": ("أُعدَّت من أمر بيع.", "It was made of an order."),
    "made_of_period": (
        "أُعدَّت من اشتراك عن المدة من {since} إلى {until}.",
        "A subscription made it for {since} to {until}.",
    ),
    "made_of_change": (
        "أُعدَّت لأن الاشتراك تغيّر ضمن المدة من {since} إلى {until}.",
        "It was made as a subscription was changed within {since} to {until}.",
    ),
    "made_by_cause": ("طلبها نظام آخر: {cause}.", "Another system asked for it: {cause}."),
    "made_of_balance": (
        "هي ما كان على العميل قبل البدء هنا.", "It is what the client owed before coming here.",
    ),
    "made_of_import": (
        "استوردت من نظام سابق برقمها القديم.",
        "It was imported from a former system under its old number.",
    ),
    "line": ("{description}: {quantity} × {price} = {net}",) * 2,
    "discounted_line": (
        "{description}: {quantity} × {price} − خصم {discount} = {net}",
        "{description}: {quantity} × {price} − discount {discount} = {net}",
    ),
    "inclusive_line": (
        "{description}: {quantity} × {price} شاملًا الضريبة، صافيه {net}",
        "{description}: {quantity} × {price} with tax in it, {net} without",
    ),
    "discounted_inclusive_line": (
        "{description}: {quantity} × {price} − خصم {discount} شاملًا الضريبة، صافيه {net}",
        "{description}: {quantity} × {price} − discount {discount} with tax in it, {net} without",
    ),
    "discount": ("خصم على الفاتورة كلها.", "A discount on the whole invoice."),
    "shipping": ("الشحن.", "Shipping."),
    "tax": ("ضريبة {rate} على {taxable}.", "Tax of {rate} on {taxable}."),
    "rounding": (
        "تقريب: الأسعار شاملة الضريبة تُحفظ كما وُعد بها.",
        "Rounding: prices with tax in them are kept as promised.",
    ),
    "total": ("الإجمالي.", "The total."),
    "invoice.issued": ("أُصدرت برقم {number}، فصارت مستحقة.", "Issued as {number}: now it is owed."),
    "invoice.taken_over": ("كان هذا ما بقي منها.", "This was left of it."),
    "invoice.voided": ("أُلغيت.", "It was voided."),
    "invoice.written_off": ("شُطب الباقي.", "What was left was written off."),
    "payment.allocated": ("سُدِّد من الدفعة {number}.", "Paid from payment {number}."),
    "payment.deallocated": (
        "استُرجع ما سُدِّد من الدفعة {number}.", "What payment {number} had paid was taken back.",
    ),
    "credit_note.issued": ("إشعار دائن {number}.", "Credit note {number}."),
    "opening_balance.changed": ("الرصيد السابق للعميل.", "The client's balance from before."),
    "movement": ("حركة.", "A movement."),
    "is_draft": ("مسودة: لا يُستحق شيء حتى تُصدر.", "A draft: nothing is owed until it is issued."),
    "is_void": ("ملغاة: لا يُستحق شيء.", "Void: nothing is owed."),
    "is_settled": ("لم يبقَ منها شيء.", "Nothing is left of it."),
    "is_due": ("الباقي يُستحق في {due}.", "What is left is due on {due}."),
    "is_overdue": (
        "الباقي متأخر {days} يومًا منذ {due}.", "What is left is {days} days past its date, {due}.",
    ),
}  # fmt: skip
_WRITTEN: Final = {"description", "cause"}
MOVED: Final = frozenset(one for one in _TEXTS if "." in one)


def said(name: str, **values: str) -> Said:
    """A step in words; what stands in Arabic keeps its own direction."""
    arabic, english = _TEXTS[name]
    kept = {key: text(value) if key in _WRITTEN else ltr(value) for key, value in values.items()}
    return {"ar": arabic.format(**kept), "en": english.format(**values)}
