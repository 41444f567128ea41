"""What stands printed on papers, in Arabic and in English, and how values are written there."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from hijridate import Gregorian

Language = Literal["ar", "en", "both"]
Label = list[str]
WORDS: Final[dict[str, tuple[str, str]]] = {
    "tax_invoice": ("فاتورة ضريبية", "Tax invoice"),
    "simplified_tax_invoice": ("فاتورة ضريبية مبسطة", "Simplified tax invoice"),
    "invoice": ("فاتورة", "Invoice"),
    "draft": ("مسودة", "Draft"),
    "paid": ("مدفوعة", "Paid"),
    "credited": ("مقيّدة دائنة", "Credited"),
    "void": ("ملغاة", "Void"),
    "rejected": ("مستند رفضته هيئة الضريبة", "Rejected by the tax authority"),
    "number": ("الرقم", "Number"),
    "issue_date": ("تاريخ الإصدار", "Issue date"),
    "supply_date": ("تاريخ التوريد", "Supply date"),
    "due_date": ("تاريخ الاستحقاق", "Due date"),
    "payment_terms": ("شروط السداد", "Payment terms"),
    "currency": ("العملة", "Currency"),
    "buyer": ("فاتورة إلى", "Bill to"),
    "for_client": ("عن", "For"),
    "vat_number": ("الرقم الضريبي", "VAT no."),
    "registration_number": ("السجل التجاري", "CR no."),
    "line": ("م", "#"),
    "description": ("الوصف", "Description"),
    "quantity": ("الكمية", "Quantity"),
    "unit_price": ("سعر الوحدة", "Unit price"),
    "discount": ("الخصم", "Discount"),
    "tax": ("الضريبة", "Tax"),
    "net": ("الصافي", "Net"),
    "subtotal": ("المجموع قبل الضريبة", "Subtotal"),
    "shipping": ("الشحن", "Shipping"),
    "taxed": ("ضريبة {rate} على {taxable}", "Tax {rate} on {taxable}"),
    "untaxed": ("غير خاضع للضريبة على {taxable}", "No tax on {taxable}"),
    "rounding": ("تقريب", "Rounding"),
    "total": ("الإجمالي", "Total"),
    "total_with_tax": ("الإجمالي شامل الضريبة", "Total with tax"),
    "home_tax": ("الضريبة بعملة {home}", "Tax in {home}"),
    "deposit": ("العربون المطلوب", "Deposit asked for"),
    "amount_paid": ("المدفوع", "Paid"),
    "amount_credited": ("إشعارات دائنة", "Credit notes"),
    "amount_written_off": ("المشطوب", "Written off"),
    "balance": ("المبلغ المستحق", "Balance due"),
    "in_words": ("المبلغ كتابةً", "Amount in words"),
    "exemption": ("سبب الإعفاء من الضريبة", "Reason of tax exemption"),
    "notes": ("ملاحظات", "Notes"),
    "terms": ("الشروط والأحكام", "Terms and conditions"),
    "estimate": ("عرض سعر", "Estimate"),
    "accepted": ("مقبول", "Accepted"),
    "declined": ("مرفوض", "Declined"),
    "expired": ("منتهي الصلاحية", "Expired"),
    "expires_on": ("صالح حتى", "Valid until"),
    "offered_to": ("مقدَّم إلى", "Prepared for"),
    "accepted_by": ("قَبِله", "Accepted by"),
    "order": ("أمر بيع", "Sales order"),
    "fulfilled": ("منفَّذ", "Fulfilled"),
    "cancelled": ("ملغى", "Cancelled"),
    "delivery_date": ("تاريخ التسليم", "Delivery date"),
    "client": ("العميل", "Client"),
    "credit_note": ("إشعار دائن", "Credit note"),
    "tax_credit_note": ("إشعار دائن ضريبي", "Tax credit note"),
    "for_invoice": ("عن الفاتورة", "For invoice"),
    "credited_to": ("إشعار إلى", "Credit to"),
    "reason": ("السبب", "Reason"),
    "receipt": ("سند قبض", "Receipt"),
    "received_from": ("استلمنا من", "Received from"),
    "received_on": ("تاريخ الاستلام", "Received on"),
    "method": ("طريقة الدفع", "Paid by"),
    "by_cash": ("نقدًا", "Cash"),
    "by_bank_transfer": ("تحويل بنكي", "Bank transfer"),
    "by_card": ("بطاقة", "Card"),
    "by_cheque": ("شيك", "Cheque"),
    "by_online": ("دفع إلكتروني", "Online payment"),
    "reference": ("المرجع", "Reference"),
    "cheque_number": ("رقم الشيك", "Cheque no."),
    "cheque_status": ("حالة الشيك", "Cheque"),
    "deposited": ("أُودِع", "Deposited"),
    "cleared": ("حُصِّل", "Cleared"),
    "bounced": ("مرتجع", "Bounced"),
    "refunded": ("مُسترَد", "Refunded"),
    "partially_refunded": ("مُسترَد جزئيًا", "Partially refunded"),
    "invoice_number": ("الفاتورة", "Invoice"),
    "invoice_total": ("إجماليها", "Total"),
    "left": ("المتبقي", "Left"),
    "amount_received": ("المبلغ المستلم", "Amount received"),
    "amount_allocated": ("سُدِّد به فواتير", "Paid to invoices"),
    "amount_used": ("استُخدم رصيدًا", "Used as credit"),
    "amount_refunded": ("أُعيد إليكم", "Refunded to you"),
    "unallocated": ("رصيد لكم", "Left as your credit"),
    "due_now": ("المستحق عليكم الآن", "You owe now"),
    "statement": ("كشف حساب", "Statement of account"),
    "from": ("من", "From"),
    "to": ("إلى", "To"),
    "on": ("التاريخ", "Date"),
    "document": ("المستند", "Document"),
    "charged": ("مدين", "Debit"),
    "settled": ("دائن", "Credit"),
    "running": ("الرصيد", "Balance"),
    "opening": ("الرصيد الافتتاحي", "Opening balance"),
    "closing": ("الرصيد الختامي", "Closing balance"),
    "still_due": ("المستحق على الفواتير", "Due on invoices"),
    "change_due": ("تغيّر المستحق", "Change of due"),
    "change_credit": ("تغيّر رصيد العميل", "Change of credit"),
    "change": ("التغيّر", "Change"),
    "ageing": (
        "أعمار المستحق بالأيام بعد تاريخ الاستحقاق",
        "What is due, by days past its due date",
    ),
    "current": ("لم يتأخر", "Not overdue"),
    "days_1_30": ("\u20661–30\u2069", "1–30"),
    "days_31_60": ("\u206631–60\u2069", "31–60"),
    "days_61_90": ("\u206661–90\u2069", "61–90"),
    "days_over_90": ("أكثر من 90", "Over 90"),
    "invoice.issued": ("فاتورة", "Invoice"),
    "invoice.voided": ("إلغاء فاتورة", "Invoice voided"),
    "invoice.written_off": ("شطب من فاتورة", "Written off"),
    "payment.received": ("دفعة", "Payment"),
    "payment.bounced": ("شيك مرتجع", "Bounced cheque"),
    "payment.allocated": ("سداد فاتورة من دفعة", "Payment used for an invoice"),
    "payment.deallocated": ("تراجع عن سداد فاتورة", "Payment taken back from an invoice"),
    "refund.made": ("استرداد", "Refund"),
    "credit_note.issued": ("إشعار دائن", "Credit note"),
    "opening_balance.changed": ("رصيد سابق", "Balance from before"),
    "invoice.taken_over": ("فاتورة سابقة", "Invoice from before"),
    "movement": ("حركة", "Movement"),
}
# Directions are ours to give: a value's own could turn what stands around it.
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Nothing breaks within a word: what is this long would run out of its column.
_ENDLESS: Final = re.compile(r"\S{30}(?=\S)")
_HIJRI_YEARS: Final = (date(1924, 8, 1), date(2077, 11, 16))


def label(name: str, language: Language, **values: str) -> Label:
    """What a thing is called: in one language, or in Arabic and English."""
    arabic, english = (one.format(**values) for one in WORDS[name])
    return chosen(arabic, english, language)


def chosen(arabic: str, english: str, language: Language) -> Label:
    """Of two texts those that are to be read."""
    return {"ar": [arabic], "en": [english], "both": [arabic, ltr(english)]}[language]


def ltr(value: str) -> str:
    """What reads from left to right amid whatever text: a number, a date, an amount."""
    return f"\u2066{value}\u2069"


def text(value: str) -> str:
    """What somebody wrote: it reads as its own first letter does, and fits into a column."""
    plain = "".join(
        one for one in _TURNING.sub("", value).replace("\r\n", "\n")
        if one == "\n" or unicodedata.category(one) != "Cc"
    )  # fmt: skip
    broken = _ENDLESS.sub("\\g<0>\u200b", plain)
    return "\n".join(f"\u2068{line}\u2069" if line else "" for line in broken.split("\n"))


def grouped(amount: str) -> str:
    """1234567.50 as it is read: 1,234,567.50, with a minus where there is one."""
    sign = "-" if amount.startswith("-") else ""
    whole, point, rest = amount.removeprefix("-").partition(".")
    return ltr(f"{sign}{int(whole):,}{point}{rest}")


def percent(rate: str) -> str:
    """0.15 as it is read: 15%."""
    return f"{(Decimal(rate) * 100).normalize():f}%"


def hijri(day: date, language: Language) -> str | None:
    """The day in the calendar of Umm al-Qura; None outside the years that it is known for."""
    if not _HIJRI_YEARS[0] <= day <= _HIJRI_YEARS[1]:
        return None
    found = Gregorian(day.year, day.month, day.day).to_hijri()
    if language == "en":
        return ltr(f"{found.day} {found.month_name('en')} {found.year} AH")
    return f"\u2067{found.day} {found.month_name('ar')} {found.year} هـ\u2069"
