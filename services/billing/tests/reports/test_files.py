"""Reports as files: CSV, and printed."""

import csv
import io
from typing import Any

import pytest

from billing.reports.use_cases import taking_out
from libs.papers.tests.reading import read
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import issued, remember_company
from services.billing.tests.payments.making import client, owed, pay

REPORTS = "/v1/billing/reports"
NAMES = ("receivables", "revenue", "taxes", "lifetime-value")


async def taken(person: Person, name: str, **query: Any) -> tuple[str, bytes]:
    """The name of the file, and what is in it."""
    answer = await person.http.get(f"{REPORTS}/{name}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.headers["content-disposition"], answer.content


async def table(person: Person, name: str, **query: Any) -> list[list[str]]:
    _, content = await taken(person, name, format="csv", **query)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


async def _sold(owner: Person) -> str:
    vat = (await make_tax(owner))["id"]
    sara = await client(owner, name="=سارة()")
    sold = {"description": "x", "quantity": "1", "unit_price": "1000.00", "tax_id": vat}
    await issued(owner, sold, client_id=sara, issue_date="2026-05-01", due_date="2999-01-01")
    await owed(owner, "7.00", None, issue_date="2026-05-02", due_date="2026-05-10")
    await pay(owner, "40.00", sara)
    return sara


async def test_a_report_is_taken_out_as_csv(owner: Person) -> None:
    """BI-13: in the language asked for, and harmless to open."""
    await _sold(owner)
    rows = await table(owner, "receivables", lang="en", as_of="2026-05-20")
    assert rows == [["Client", "Currency", "Current", "1–30 days", "31–60 days", "61–90 days",
                     "Over 90 days", "Due", "Unallocated credit"]]  # fmt: skip
    rows = await table(owner, "receivables", lang="en", as_of="2999-01-01")
    assert [row[0] for row in rows] == ["Client", "'=سارة()", "Walk-in sales"]
    assert rows[1][1:] == ["SAR", "1150.00", *["0.00"] * 4, "1150.00", "40.00"]
    rows = await table(owner, "revenue", lang="en", group_by="tax", date_from="2026-01-01")
    assert rows[1:] == [
        ["Standard rated 15%", "SAR", "1", "0", "1000.00", "150.00", "1150.00"],
        ["Without tax", "SAR", "1", "0", "7.00", "0.00", "7.00"],
    ]
    rows = await table(owner, "taxes", date_from="2026-04-01", date_to="2026-07-01")
    assert rows[1] == ["المبيعات", "خاضع للنسبة الأساسية 15%", "1000.00", "150.00"]
    rows = await table(owner, "lifetime-value", lang="both")
    assert rows[0][0] == "العميل / Client"
    assert rows[1][2:] == ["1", "2026-05-01", "2026-05-01", "40.00", "0.00", "40.00", "1150.00"]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [("receivables", {"as_of": "2999-01-01"}, ("1,157.00", "2999-01-01", "Walk-in sales")),
     ("revenue", {"date_to": "2026-06-01"}, ("1,157.00", "2026-01-01", "2026-05-31", "2026-05")),
     ("taxes", {"date_to": "2026-07-01"}, ("150.00", "2026-04-01", "Net tax due")),
     ("lifetime-value", {}, ("1,150.00", "40.00", "2026-05-01"))],
)  # fmt: skip
async def test_a_report_is_printed(
    owner: Person, name: str, query: Json, said: tuple[str, ...]
) -> None:
    """BI-13: with what it comes to, in Arabic, in English or in both."""
    await _sold(owner)
    await remember_company(owner, name="Noor Clinic", locale="en")
    file, content = await taken(owner, name, format="pdf", **query)
    assert f"{name}-" in file and ".pdf" in file
    [page] = read(content)
    for one in ("Noor Clinic", "SAR", *said):
        assert page.says(one), (one, page.text)
    for lang in ("ar", "both"):
        assert (await taken(owner, name, format="pdf", lang=lang, **query))[1].startswith(b"%PDF")


async def test_files_ask_for_the_right_to_take_out(owner: Person) -> None:
    """GW-03: to read is not to take out."""
    async with owner.colleague("billing:read") as reader:
        for name in NAMES:
            await reader.get(f"{REPORTS}/{name}")
            for kind in ("csv", "pdf"):
                refused = await reader.refused("GET", f"{REPORTS}/{name}?format={kind}")
                assert refused[0] == 403
    async with owner.colleague("billing:read", "billing:export") as auditor:
        for name in NAMES:
            await taken(auditor, name, format="csv")


async def test_too_much_for_paper_is_refused(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-13"""
    await _sold(owner)
    monkeypatch.setitem(taking_out._MOST, "pdf", 1)
    path = f"{REPORTS}/receivables?as_of=2999-01-01&format=pdf"
    assert await owner.refused("GET", path) == (422, "report_too_long")
