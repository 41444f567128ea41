"""What stands on reports that are taken out, in Arabic and in English."""

from typing import Any, Final

from papers.words import Label, Language, chosen, percent

WORDS: Final[dict[str, tuple[str, str]]] = {
    "receivables": ("أعمار الذمم المدينة", "Receivables ageing"),
    "revenue": ("الإيرادات", "Revenue"),
    "taxes": ("أرقام الإقرار الضريبي", "Tax return figures"),
    "lifetime-value": ("القيمة الكلية للعملاء", "Client lifetime value"),
    "as_of": ("كما في", "As of"),
    "date_from": ("من", "From"),
    "date_to": ("حتى", "Until"),
    "home_currency": ("عملة الشركة", "Company currency"),
    "currency": ("العملة", "Currency"),
    "client": ("العميل", "Client"),
    "month": ("الشهر", "Month"),
    "tag": ("الوسم", "Tag"),
    "folder": ("المجلد", "Folder"),
    "product": ("المنتج", "Product"),
    "branch": ("الفرع", "Branch"),
    "salesperson": ("البائع", "Salesperson"),
    "tax": ("الضريبة", "Tax"),
    "current": ("غير مستحق بعد", "Current"),
    "days_1_30": ("1–30 يومًا", "1–30 days"),
    "days_31_60": ("31–60 يومًا", "31–60 days"),
    "days_61_90": ("61–90 يومًا", "61–90 days"),
    "days_over_90": ("أكثر من 90 يومًا", "Over 90 days"),
    "due": ("المستحق", "Due"),
    "overdue": ("المتأخر", "Overdue"),
    "credit": ("رصيد غير مخصص", "Unallocated credit"),
    "due_at_home": ("المستحق بعملة الشركة", "Due in company currency"),
    "invoices": ("الفواتير", "Invoices"),
    "credit_notes": ("الإشعارات الدائنة", "Credit notes"),
    "net": ("الصافي", "Net"),
    "rounding": ("تقريب", "Rounding"),
    "total": ("الإجمالي", "Total"),
    "total_at_home": ("الإجمالي بعملة الشركة", "Total in company currency"),
    "net_at_home": ("الصافي بعملة الشركة", "Net in company currency"),
    "kind": ("البند", "Item"),
    "sales": ("المبيعات", "Sales"),
    "credited": ("إشعارات دائنة", "Credit notes"),
    "incomes": ("إيرادات أخرى", "Other incomes"),
    "expenses": ("المصروفات", "Expenses"),
    "rate": ("النسبة", "Rate"),
    "taxable": ("الوعاء الضريبي", "Taxable amount"),
    "output_tax": ("ضريبة المخرجات", "Output tax"),
    "input_tax": ("ضريبة المدخلات", "Input tax"),
    "net_due": ("صافي الضريبة المستحقة", "Net tax due"),
    "paid": ("المدفوع", "Paid"),
    "refunded": ("المسترد", "Refunded"),
    "lifetime_value": ("القيمة الكلية", "Lifetime value"),
    "first_invoice_on": ("أول فاتورة", "First invoice"),
    "last_invoice_on": ("آخر فاتورة", "Last invoice"),
    "S": ("خاضع للنسبة الأساسية", "Standard rated"),
    "Z": ("خاضع لنسبة الصفر", "Zero rated"),
    "E": ("معفى", "Exempt"),
    "O": ("خارج نطاق الضريبة", "Out of scope"),
    "untaxed": ("بدون ضريبة", "Without tax"),
    "none": ("غير محدد", "Not set"),
    "walk_in": ("مبيعات بدون عميل", "Walk-in sales"),
    "unrated": ("بلا سعر صرف، غير محسوبة", "No exchange rate, not counted"),
}


def label(name: str, language: Language) -> Label:
    """What a thing is called: in one language, or in Arabic and English."""
    return chosen(*WORDS[name], language)


def plain(name: str, language: Language) -> str:
    """The same in one line."""
    return " / ".join(part.strip("\u2066\u2069") for part in label(name, language))


def named(name: Any, language: Language) -> str | None:
    """What something calls itself: a text, or one in each language."""
    if not isinstance(name, dict):
        return name or None
    first, second = ("en", "ar") if language == "en" else ("ar", "en")
    return name.get(first) or name.get(second)


def taxed(category: str | None, rate: str | None, language: Language) -> str:
    """A category and its rate: Standard rated 15%."""
    if category is None:
        return plain("untaxed", language)
    shown = f" {percent(rate)}" if rate and category == "S" else ""
    return f"{plain(category, language)}{shown}"
