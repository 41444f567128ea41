"""What cells of files of open invoices mean, and what is open of one."""

from datetime import date
from decimal import Decimal

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st

from billing.invoice_imports import rules
from billing.invoices.rules import due_after

_ARABIC, _EASTERN = (str.maketrans("0123456789", one) for one in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"))
AMOUNTS = st.decimals(min_value=0, max_value=999_999_999, places=2)
MINORS = st.integers(min_value=0, max_value=10**12)


def read(**cells: str) -> dict[str, object]:
    """What a row with these cells says."""
    places = {path.replace("__", "."): [(place, path)] for place, path in enumerate(cells)}
    return rules.body_of(list(cells.values()), places).values


@given(AMOUNTS, st.booleans(), st.sampled_from(("plain", "arabic", "eastern")))
def test_amounts_in_any_digits(amount: Decimal, is_grouped: bool, digits: str) -> None:
    """BI-11: Arabic-Indic and Eastern ones too, thousands apart or not."""
    text = f"{amount:,.2f}" if is_grouped else f"{amount:.2f}"
    if digits != "plain":
        text = text.replace(",", "٬").replace(".", "٫")
        text = text.translate(_ARABIC if digits == "arabic" else _EASTERN)
    assert Decimal(str(read(total=text)["total"])) == amount


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2070, 12, 31)), st.booleans())
def test_days_in_either_calendar(day: date, is_arabic: bool) -> None:
    """BI-11: Gregorian with the day or the year first, and Hijri of Umm al-Qura."""
    year, month, number = Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    for text in (
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%Y/%m/%d}", f"{year}-{month:02}-{number:02}",
        f"{number}/{month}/{year}",
    ):  # fmt: skip
        typed = text.translate(_ARABIC) if is_arabic else text
        assert read(issue_date=typed)["issue_date"] == day.isoformat(), typed


@given(MINORS, MINORS)
def test_what_is_open_is_the_total_less_what_was_paid(left: int, paid: int) -> None:
    """BI-11: said in any two of the three, or all of them."""
    total = left + paid
    if not left:
        with pytest.raises(rules.NothingOpen):
            rules.open_part(total, paid, None)
        return
    for said in ((total, paid, None), (total, None, left), (None, paid, left), (total, paid, left)):
        assert rules.open_part(*said) == (total, left)
    assert rules.open_part(None, None, left) == (left, left)
    with pytest.raises(rules.AmountsDiffer):
        rules.open_part(total, paid, left + 1)
    with pytest.raises(rules.AmountsDiffer):
        rules.open_part(left, None, left + 1)
    with pytest.raises(rules.AmountsDiffer):
        rules.open_part(left, left + 1, None)


@given(st.dates(), st.integers(min_value=0, max_value=10**6))
def test_it_is_due_so_long_after_its_own_day(day: date, days: int) -> None:
    """BI-11: whatever day it is taken over."""
    last = date.max.toordinal()
    assert due_after(day, days).toordinal() == min(day.toordinal() + days, last)


def test_the_surest_key_counts() -> None:
    """BI-11"""
    row = {"client__phone": "0501234567", "client__code": "", "client__email": "a@b.sa"}
    assert read(**row)["client"] == ("phone", "0501234567")
    assert read(**row | {"client__code": "C-1"})["client"] == ("code", "C-1")
    assert "client" not in read(client__code=" ", number="1")
    assert read(**row | {"client__code": "x" * 501})["client"] == ("phone", "0501234567")


@pytest.mark.parametrize(
    ("heading", "path"),
    [("رقم الفاتورة", "number"), ("Invoice No", "number"), ("تاريخ الإستحقاق", "due_date"),
     ("Due Date", "due_date"), ("المبلغ المتبقي", "balance"), ("جوال العميل", "client.phone"),
     ("Customer code", "client.code"), ("الاجمالي", "total"), ("Amount paid", "paid")],
)  # fmt: skip
def test_headings_in_both_languages(heading: str, path: str) -> None:
    """BI-11"""
    assert rules.suggested([heading, ""]) == {path: [heading]}
    assert rules.suggested([heading, heading]) == {}
