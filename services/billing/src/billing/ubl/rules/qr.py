"""The QR code of a Saudi invoice: ZATCA's tags, each as tag, length and value (TLV)."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A length is one byte.
_LONGEST: Final = 255
_USUAL: Final = "Asia/Riyadh"


def code(invoice: Mapping[str, Any], *, as_written: bool = False) -> str:
    """The code of an issued invoice as it is shown, in base64.

    ZATCA, "QR code creation", phase 1: the seller's name and VAT number, the time of the invoice,
    its total with VAT and the VAT. What a seller has not said is empty.
    """
    seller, moment = invoice["seller"], issued_at(invoice)
    if as_written:  # phase 2: the time that stands on it, wherever that is
        written = moment.strftime("%Y-%m-%dT%H:%M:%S")
    else:
        written = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return encode((
        seller["name"], seller["vat_number"] or "", written, invoice["total"], invoice["tax_total"],
    ))  # fmt: skip


def encode(values: tuple[str, ...]) -> str:
    """Tags from 1 on; a length is that of the value's bytes in UTF-8."""
    return b64encode(tagged(tuple(_fitting(value) for value in values), 1)).decode()


def tagged(parts: tuple[bytes, ...], first: int) -> bytes:
    """Each part after its tag and its length."""
    return b"".join(bytes((tag, len(part))) + part for tag, part in enumerate(parts, first))


def issued_at(invoice: Mapping[str, Any]) -> datetime:
    """The day that stands on the invoice, at the time it was issued where the seller is."""
    zone = _zone(invoice["seller"]["timezone"])
    moment = datetime.fromisoformat(invoice["issued_at"]).astimezone(zone)
    on = date.fromisoformat(invoice["issue_date"])
    return datetime.combine(on, moment.time(), zone)


def _fitting(value: str) -> bytes:
    """The value's bytes; of one too long as many as fit, and no part of a character."""
    return value.encode()[:_LONGEST].decode(errors="ignore").encode()


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or _USUAL)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(_USUAL)
