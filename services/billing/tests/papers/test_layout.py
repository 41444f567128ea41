"""How papers are laid out: what is measured of them where a look found something wrong."""

import pytest

from billing.reports.rules import sheets
from libs.papers.tests.reading import Page, read
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Person, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, issued, remember_client
from services.billing.tests.logos.test_logos import drawn, put

COMPANY = {
    "name": "شركة النور المتقدمة للخدمات الطبية والاستشارات الصحية وإدارة المنشآت المحدودة",
    "settings": {"phone": "+966112345678", "email": "billing@alnoor.example.sa",
                 "website": "https://alnoor.example.sa"},
}  # fmt: skip


@pytest.fixture
def company(owner: Person, identity: Identity) -> None:
    identity.companies[owner.caller.tenant_id] = COMPANY


async def printed(person: Person, path: str, **query: str) -> list[Page]:
    answer = await person.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return read(answer.content)


def height(page: Page, text: str) -> float:
    """Of the first digit of an amount, in points."""
    _, bottom, _, top = page.shown.get_charbox(page.text.index(text))
    return float(top - bottom)


@pytest.mark.parametrize("language", ["ar", "en", "both"])
@pytest.mark.parametrize("size", [(1200, 400), (500, 500)])
async def test_what_one_reaches_a_company_by_is_not_torn_apart(
    owner: Person, company: None, language: str, size: tuple[int, int]
) -> None:
    """BI-03: beside a logo and a long name there is little room."""
    await put(owner, drawn(*size))
    made = await issued(owner)
    [page] = await printed(owner, f"{INVOICES}/{made['id']}/pdf", lang=language)
    for one in ("+966112345678", "billing@alnoor.example.sa", "https://alnoor.example.sa"):
        assert page.says(one), page.text


async def test_days_in_two_calendars_do_not_make_a_statement_small(
    owner: Person, company: None
) -> None:
    """BI-09: only amounts that would not fit do."""
    client_id = str(await remember_client(owner))
    await issued(owner, client_id=client_id, currency="SAR")
    plain = await issued(owner, client_id=client_id, currency="SAR")
    [page] = await printed(owner, "/v1/statements", client_id=client_id, format="pdf", lang="ar")
    [paper] = await printed(owner, f"{INVOICES}/{plain['id']}/pdf", lang="ar")
    assert height(page, "400.00") == pytest.approx(height(paper, "200.00"), rel=0.05)


async def test_a_rate_reads_alike_on_every_paper(owner: Person, company: None) -> None:
    """BI-13: its sign stands right of it, also amid Arabic words."""
    tax = await make_tax(owner)
    await issued(owner, LINE | {"tax_id": tax["id"]}, currency="SAR")
    [page] = await printed(owner, "/v1/billing/reports/taxes", format="pdf", lang="ar")
    at = page.text.index("15%")
    number, sign = (page.shown.get_charbox(place) for place in (at, at + 2))
    assert number[0] < sign[0]


def test_words_of_a_report_keep_their_percentages_together() -> None:
    """BI-13"""
    table = sheets.Table(("kind", "rate", "tax"), [["المبيعات", "خاضع للنسبة 15%", "1.00"]], [])
    report = {"currency": "SAR"}
    [part] = sheets.sheet("taxes", report, table, "x", "ar")["parts"]
    assert "\u206615%\u2069" in part["table"]["rows"][0][1]
