"""Statements as rules: cursors, spans, and what follows from what was posted."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.statements import rules
from billing.statements.rules import EndsBeforeItBegins, Position, Wanted, moved
from chassis.ids import new_id
from chassis.paging import InvalidCursor

_MINORS = st.integers(-10_000, 10_000)
CLIENT = new_id()
WANTED = Wanted(CLIENT, None, None, None)


def row(due: int, credit: int, currency: str = "SAR") -> dict[str, object]:
    bare = dict.fromkeys(("invoice_id", "invoice_number", "payment_id", "receipt_number",
                          "credit_note_id", "credit_note_number"))  # fmt: skip
    return bare | {
        "transaction_id": new_id(), "on": date(2026, 3, 1), "at": datetime(2026, 3, 1, tzinfo=UTC),
        "currency": currency, "cause": "invoice:x:issued", "due": due, "credit": credit,
    }  # fmt: skip


@given(st.lists(st.tuples(_MINORS, _MINORS, st.sampled_from(["SAR", "KWD"]))), st.data())
def test_however_it_is_cut_into_pages_the_balances_run_on(
    steps: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    """BI-09: and the last one is where everything ends, in each currency."""
    rows = [row(*step) for step in steps]
    whole = moved(rows, {}, WANTED)
    cut = data.draw(st.integers(0, len(rows)))
    carried: dict[str, Position] = {}
    assert moved(rows[:cut], carried, WANTED) + moved(rows[cut:], carried, WANTED) == whole
    for currency, position in carried.items():
        sums = [(due, credit) for due, credit, one in steps if one == currency]
        assert position == Position(sum(due for due, _ in sums), sum(credit for _, credit in sums))
        last = [one for one in whole if one["currency"] == currency][-1]
        assert last["balance"] == position.written(currency)["balance"]


def test_a_cursor_belongs_to_what_it_was_asked_with() -> None:
    """BI-09"""
    wanted = Wanted(CLIENT, date(2026, 1, 1), None, None)
    last = row(1, 0)
    given = rules.cursor(wanted.mark, last)
    assert rules.after(given, wanted.mark) == {
        "last_currency": "SAR", "last_at": last["at"], "last_id": last["transaction_id"],
    }  # fmt: skip
    other = Wanted(CLIENT, date(2026, 1, 2), None, None)
    for wrong in (rules.cursor(other.mark, last), "x", "e30=", "WzEsMiwzLDRd", "é"):
        with pytest.raises(InvalidCursor):
            rules.after(wrong, wanted.mark)


def test_it_ends_after_it_begins_and_today_at_the_latest() -> None:
    """BI-09"""
    with pytest.raises(EndsBeforeItBegins):
        Wanted(CLIENT, date(2026, 1, 2), date(2026, 1, 2), None)
    assert Wanted(CLIENT, None, date(2026, 2, 1), None).as_of(date(2026, 3, 1)) == date(2026, 1, 31)
    assert Wanted(CLIENT, None, date(2026, 4, 1), None).as_of(date(2026, 3, 1)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("given", "accept", "expected"),
    [(None, "*/*", "json"), (None, "application/pdf, application/json;q=0.5", "pdf"),
     (None, "text/csv; header=present", "csv"), ("json", "application/pdf", "json"),
     (None, "", "json")],
)  # fmt: skip
def test_what_is_asked_for_by_name_or_by_kind(
    given: rules.Format | None, accept: str, expected: str
) -> None:
    """BI-09"""
    assert rules.chosen(given, accept) == expected
