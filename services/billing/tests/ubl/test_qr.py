"""The code on a Saudi invoice, read as a camera's application would."""

from base64 import b64decode
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing.ubl.rules.qr import code, encode

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def decoded(qr: str) -> dict[int, str]:
    """Tag, length in bytes, value; and nothing after the last."""
    raw, found = b64decode(qr, validate=True), {}
    while raw:
        tag, length, raw = raw[0], raw[1], raw[2:]
        assert len(raw) >= length
        found[tag], raw = raw[:length].decode(), raw[length:]
    return found


@given(st.tuples(_TEXTS, _TEXTS, _TEXTS))
def test_whatever_fits_is_read_back(values: tuple[str, ...]) -> None:
    """BI-07: lengths are of bytes, of which Arabic letters have two."""
    found = decoded(encode(values))
    assert list(found) == [1, 2, 3]
    for said, value in zip(values, found.values(), strict=True):
        assert said.startswith(value)
        assert value == said or len(said.encode()) > 255 - 3


def test_a_name_too_long_ends_with_a_whole_letter() -> None:
    """BI-07"""
    assert decoded(encode(("x" + "ش" * 200,))) == {1: "x" + "ش" * 127}


def test_an_arabic_seller() -> None:
    """BI-07: the day on the invoice, at the time it was issued where the seller is."""
    seller: dict[str, Any] = {
        "name": "عيادة النور", "vat_number": "300000000000003", "timezone": "Asia/Riyadh",
    }  # fmt: skip
    invoice = {
        "seller": seller, "issue_date": "2026-03-01", "issued_at": "2026-03-02T22:30:05.123456Z",
        "total": "3462.00", "tax_total": "297.00",
    }  # fmt: skip
    said = {1: "عيادة النور", 2: "300000000000003", 4: "3462.00", 5: "297.00"}
    assert decoded(code(invoice)) == said | {3: "2026-02-28T22:30:05Z"}
    bare = invoice | {"seller": {"name": "x", "vat_number": None, "timezone": "Nowhere/At_All"}}
    assert decoded(code(bare)) == said | {1: "x", 2: "", 3: "2026-02-28T22:30:05Z"}
