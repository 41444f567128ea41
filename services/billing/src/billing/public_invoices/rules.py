"""What a client reads of their invoice beside its figures."""

from collections.abc import Mapping
from typing import Any, Final

from billing.einvoices.rules.states import is_rejected

TITLE: Final = {"ar": "فاتورة", "en": "Invoice"}
# What the client reads of where it stands.
STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "issued": ("بانتظار السداد", "Awaiting payment"),
    "partially_paid": ("مسددة جزئيًا", "Partly paid"), "overdue": ("متأخرة السداد", "Overdue"),
    "paid": ("مسددة", "Paid"), "credited": ("ملغاة بإشعار دائن", "Credited"),
    "written_off": ("مغلقة", "Closed"), "void": ("ملغاة", "Void"),
}  # fmt: skip
# The client owes something of it.
DUE: Final = ("issued", "partially_paid", "overdue")
# How that looks on a page; what is not named here is open.
TONES: Final = {
    "paid": "good", "overdue": "bad", "void": "over", "credited": "over", "written_off": "over",
}  # fmt: skip


_REJECTED: Final = ("مستند رفضته هيئة الضريبة", "Rejected by the tax authority")


def named(invoice: Mapping[str, Any]) -> tuple[str, str]:
    """Where it stands; of what the authority rejected that, before anything else."""
    return _REJECTED if is_rejected(invoice["einvoice"]) else STATUSES[invoice["status"]]


def tone(invoice: Mapping[str, Any]) -> str:
    """How that looks on a page."""
    return "bad" if is_rejected(invoice["einvoice"]) else TONES.get(invoice["status"], "open")


def deposit_asked_for(invoice: Mapping[str, Any]) -> str | None:
    """The deposit, if it is a part of what is left and nothing is paid yet."""
    is_part = invoice["deposit"].strip("0.") and invoice["deposit"] != invoice["balance"]
    return invoice["deposit"] if is_part and not invoice["paid"].strip("0.") else None
