"""Files of every usual kind, read as rows of texts."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from background.imports.rules import cells
from background.imports.rules.encodings import encoding_of
from background.imports.rules.reading import form_of, rows_of
from chassis.errors import Failure

ROWS = [["الاسم", "الجوال"], ["عبد الله، القحطاني", "0501234567"], ["سارة\nأحمد", "٠٥٠"]]


def read(content: bytes) -> list[list[str]]:
    file = io.BytesIO(content)
    found = list(rows_of(file, form_of(file)))
    assert not file.closed
    return found


def text(delimiter: str = ",", end: str = "\r\n") -> str:
    return end.join(
        delimiter.join(f'"{cell}"' if {"\n", delimiter} & set(cell) else cell for cell in row)
        for row in ROWS
    )


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1256", "cp1256")],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables_in_any_common_encoding(encoding: str, name: str, delimiter: str) -> None:
    """CL-24: with and without a mark, whatever separates the cells."""
    rows = ROWS if encoding != "cp1256" else [*ROWS[:2], ["سارة\nأحمد", "050"]]
    content = text(delimiter).replace("٠٥٠", rows[2][1]).encode(encoding)
    assert encoding_of(io.BytesIO(content)) == name
    assert read(content) == rows


def test_a_table_may_name_its_delimiter_itself() -> None:
    assert read(("sep=;\r\n" + text(";")).encode()) == ROWS


def book(*rows: list[Any], **options: Any) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        workbook.add_worksheet("hidden").hide()
        sheet = workbook.add_worksheet("shown")
        sheet.activate()
        workbook.worksheets()[0].hide()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
    return made.getvalue()


def test_a_workbook_is_read_as_it_looks() -> None:
    """CL-24: numbers that are phones, dates, an empty row between, the first sheet shown."""
    content = book(
        ["الاسم", "n", "d", "b"], ["سارة", 966501234567, datetime(1990, 5, 17), True], [],
        ["محمد", 1.5],
    )  # fmt: skip
    assert [row for row in read(content) if any(row)] == [
        ["الاسم", "n", "d", "b"], ["سارة", "966501234567", "1990-05-17", "true"], ["محمد", "1.5"],
    ]  # fmt: skip


def test_address_books_of_any_version() -> None:
    """CL-24: folded lines, quoted-printable, a damaged card between good ones."""
    cards = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:عبد الله\r\nTEL;TYPE=CELL:0501234567\r\n"
        "TEL:0112345678\r\n"
        "EMAIL:a@exam\r\n ple.com\r\nADR:;;شارع العليا;الرياض;;12345;SA\r\nBDAY:1990-05-17\r\n"
        "END:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\n;;;\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
        "=D8=B3=D8=A7=D8=B1=D8=A9;\r\nTEL;CELL:0509999999\r\nEND:VCARD\r\n"
    )
    headings, first, broken, second = read(cards.encode())
    found = dict(zip(headings, first, strict=True))
    assert (found["FN"], found["TEL"]) == ("عبد الله", "0501234567\n0112345678")
    assert (found["EMAIL"], found["ADR.city"]) == ("a@example.com", "الرياض")
    assert (found["ADR.country"], found["BDAY"]) == ("SA", "1990-05-17")
    assert set(broken) == {""}
    assert dict(zip(headings, second, strict=True))["FN"] == "سارة"


def packed(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(xl__workbook_xml=b"<x/>", big=b"\0" * 30_000_000), "too_large"),
        (packed(word__document_xml=b"<x/>"), "unreadable_file"),
        (packed(xl__workbook_xml=b"no xml"), "unreadable_file"),
        (b"PK\x03\x04" + b"x" * 100, "unreadable_file"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "unreadable_file"),
    ],
    ids=["bomb", "a text document", "damaged", "cut off", "xls"],
)
def test_what_is_no_table_or_far_too_large_is_refused(content: bytes, code: str) -> None:
    """CL-24: a packed file is judged by what it says of itself before anything is unpacked."""
    with pytest.raises(Failure) as refused:
        read(content)
    assert refused.value.code == code


def test_a_cell_longer_than_any_is_refused() -> None:
    with pytest.raises(Failure) as refused:
        read(("a,b\n" + "x" * 200_000 + ",y\n").encode())
    assert refused.value.code == "unreadable_file"


@pytest.mark.parametrize(
    ("typed", "day"),
    [("1990-5-7", "1990-05-07"), ("7/5/1990", "1990-05-07"), ("05-17-1990", "1990-05-17"),
     ("١٩٩٠/٥/٧", "1990-05-07"), ("19900507", "1990-05-07"), ("1990-05-07T00:00:00", "1990-05-07"),
     ("1410-10-22", "1990-05-17"), ("22/10/1410", "1990-05-17"), ("14101022", "1990-05-17"),
     ("١٤١٠/١٠/٢٢ هـ", "1990-05-17"), ("1410-10-22T00:00:00", "1990-05-17"),
     ("1447-02-30", "1447-02-30"), ("31/31/1990", "31/31/1990"), ("ربيع", "ربيع")],
)  # fmt: skip
def test_dates_as_people_write_them(typed: str, day: str) -> None:
    """CL-24: the day before the month unless that cannot be; what is none is left to be refused."""
    assert cells.day(typed) == day


def test_numbers_have_the_digits_that_a_sheet_shows() -> None:
    """CL-24: not those of the sums that made them."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for place, number in enumerate((0.1 + 0.2, 115.00000000000001, 7.0, 1234.5)):
            sheet.write_number(0, place, number)
    assert read(made.getvalue()) == [["0.3", "115", "7", "1234.5"]]


@given(
    st.decimals(min_value=0, max_value=10**9, places=2), st.booleans(),
    st.sampled_from(("{}", "-{}", "({})", "{}-", "\u2212{}")),
)  # fmt: skip
def test_amounts_as_accounts_write_them(amount: Decimal, is_arabic: bool, form: str) -> None:
    """CL-24, BI-11: below zero by a sign before or after, or in brackets; in any digits."""
    text = form.format(f"{amount:,.2f}")
    if is_arabic:
        text = text.replace(",", "٬").replace(".", "٫")
        text = text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert Decimal(cells.amount(text)) == (amount if form == "{}" else -amount)
