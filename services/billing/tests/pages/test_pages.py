"""The pages behind links: what JSON says, to be read, and nothing that runs."""

import asyncio
import re

import pytest

from services.billing.tests.estimates.making import anybody
from services.billing.tests.estimates.making import sent as sent_estimate
from services.billing.tests.factories import Person, clients_say, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    remember_client,
    remember_company,
)
from services.billing.tests.pages.reading import BROWSER, Page, look
from services.billing.tests.public_invoices.making import PUBLIC, sent

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7 * 7 }}"
FORM = {"Content-Type": "application/x-www-form-urlencoded", **BROWSER}


async def test_an_invoice_is_a_page_for_browsers_and_json_for_the_rest(owner: Person) -> None:
    """BI-03: the same address, and each look counts alike."""
    made, url = await sent(owner)
    async with anybody(owner) as http:
        page = await look(http, url)
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.5", ""):
            answer = await http.get(url, headers={"Accept": accept})
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["vary"] == "Accept, Accept-Language"
    assert page.answer.status_code == 200
    assert page.answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.answer.headers["vary"] == "Accept, Accept-Language"
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["views"] == 5


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("en", "ltr")])
async def test_a_page_has_the_figures_of_the_json(owner: Person, lang: str, direction: str) -> None:
    """BI-03: title, lines, taxes, totals, days and what is paid, in either language."""
    await remember_company(owner)
    tax = await make_tax(owner)
    client_id = str(await remember_client(owner))
    made, url = await sent(
        owner, LINE | {"tax_id": tax["id"]}, client_id=client_id, currency="SAR",
        due_date="2999-01-31", notes="شكرًا\nThank you",
    )  # fmt: skip
    await owner.post("/v1/payments", {
        "client_id": client_id, "amount": "30.00", "currency": "SAR", "method": "cash",
        "allocations": [{"invoice_id": made["id"], "amount": "30.00"}],
    })  # fmt: skip
    async with anybody(owner) as http:
        told = (await http.get(url)).json()
        page = await look(http, f"{url}?lang={lang}")
    assert page.all("/html/@lang") == [lang] and page.all("/html/@dir") == [direction]
    assert (
        page.all("//h1") == [("فاتورة INV-000001" if lang == "ar" else "Invoice INV-000001")]
        and told["number"] == "INV-000001"
    )
    assert page.all("//*[contains(@class, 'badge')]") == [told["status_name"][lang]]
    assert page.all("//*[@class='figure']") == [told["balance"]] == ["200.00"]
    cells = page.all("//tbody/tr/td")
    [line] = told["lines"]
    assert {line["description"], line["quantity"], line["unit_price"], line["net"]} <= set(cells)
    figures = page.all("//*[@class='sums']//dd")
    expected = [told["subtotal"], told["taxes"][0]["amount"], told["total"], told["paid"]]
    assert figures == [*expected, told["balance"]]
    assert told["due_date"] in page.text and "سارة" in page.text and "Thank you" in page.text
    assert page.all("//a[contains(@href, '/pdf')]/@href") == [f"{url}/pdf?lang={lang}"]
    assert not page.root.xpath("//script")


async def test_the_due_day_is_told_in_both_calendars(owner: Person) -> None:
    """BI-03: as on paper."""
    _, url = await sent(owner, due_date="2999-01-31", issue_date="2026-03-01")
    _, near = await sent(owner, due_date="2026-12-31", issue_date="2026-03-01")
    async with anybody(owner) as http:
        far = await look(http, url)
        page = await look(http, f"{near}?lang=en")
    assert "2026-12-31 · 22 Rajab 1448 AH" in page.text
    assert "2999-01-31" in far.text


async def test_the_language_is_the_buyers_unless_it_is_asked_for(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-03: Arabic first."""
    _, url = await sent(owner)
    english = str(await remember_client(owner, language="en"))
    clients_say(monkeypatch, _english)
    _, theirs = await sent(owner, client_id=english)
    async with anybody(owner) as http:
        found = [
            (await look(http, one)).all("/html/@lang")
            for one in (url, theirs, f"{theirs}?lang=ar", f"{url}?lang=en")
        ]
        wrong = await look(http, f"{url}?lang=xx")
    assert found == [["ar"], ["en"], ["ar"], ["en"]]
    assert wrong.answer.status_code == 422 and wrong.all("/html/@lang") == ["ar"]


async def _english() -> dict[str, object]:
    return {"name": "Sara", "language": "en"}


async def test_nothing_that_somebody_wrote_runs(owner: Person) -> None:
    """BI-03, GW-03: a client's name, descriptions, notes and terms are only ever text."""
    client_id = str(await remember_client(owner, name=EVIL))
    fields = {"client_id": client_id, "notes": EVIL, "terms": f"\u2069{EVIL}\u2066"}
    line = LINE | {"description": EVIL}
    _, invoice = await sent(owner, line, **fields)
    _, estimate = await sent_estimate(owner, line, **fields)
    async with anybody(owner) as http:
        await http.post(f"{estimate}/accept", json={"name": EVIL})
        for url in (invoice, estimate):
            page = await look(http, url)
            assert page.answer.status_code == 200
            assert not page.root.xpath("//script | //img | //@onerror | //iframe | //object")
            assert page.text.count("<script>alert('x')</script>") >= 3
            assert "49" not in page.all("//section//p")
            policy = page.answer.headers["content-security-policy"]
            assert "script-src" not in policy and "default-src 'none'" in policy


async def test_a_page_keeps_its_address_to_itself(owner: Person) -> None:
    """GW-03: the token is in it: no referrer, no cache, no robots, nothing from elsewhere."""
    _, url = await sent(owner)
    async with anybody(owner) as http:
        pages = [await look(http, one) for one in (url, f"{PUBLIC}/{'x' * 43}")]
    for page in pages:
        headers = page.answer.headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert not re.findall(r"https?://", page.answer.text)
        [nonce] = page.all("//style/@nonce")
        assert f"style-src 'nonce-{nonce}'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert pages[0].all("//style/@nonce") != pages[1].all("//style/@nonce")


@pytest.mark.parametrize(
    ("language", "title"), [("ar", "هذا الرابط لا يعمل"), ("en", "This link does not work")]
)
async def test_a_link_that_leads_nowhere_is_a_page_too(
    owner: Person, language: str, title: str
) -> None:
    """BI-03: with the status that the API answers."""
    async with anybody(owner) as http:
        for url in (f"{PUBLIC}/{'x' * 43}", f"{PUBLIC}/{'x' * 43}/pdf",
                    f"/v1/public/estimates/{'x' * 43}"):  # fmt: skip
            page = await look(http, url, **{"Accept-Language": language})
            assert page.answer.status_code == 404
            assert page.all("//h1") == [title] and page.all("/html/@lang") == [language]


async def test_an_invoice_that_was_voided_says_so_and_asks_for_nothing(owner: Person) -> None:
    """BI-03"""
    made, url = await sent(owner)
    await owner.post(f"{INVOICES}/{made['id']}/void")
    async with anybody(owner) as http:
        page = await look(http, f"{url}?lang=en")
    assert page.all("//*[contains(@class, 'badge')]") == ["Void"]
    assert page.all("//*[@class='headline']//p")[0].startswith("Total")


async def test_an_estimate_is_accepted_by_a_form(owner: Person) -> None:
    """BI-04: without a script, sent twice it is one, and the page shows what became of it."""
    made, url = await sent_estimate(owner)
    async with anybody(owner) as http:
        page = await look(http, f"{url}?lang=en")
        actions = page.all("//form/@action")
        assert actions == [f"{url}/accept?lang=en", f"{url}/decline?lang=en"]
        answers = await asyncio.gather(*(
            http.post(actions[0], data={"name": "سارة القحطاني"}, headers=FORM) for _ in range(5)
        ))  # fmt: skip
        assert {(one.status_code, one.headers["location"]) for one in answers} == {
            (303, f"{url}?lang=en")
        }
        after = await look(http, f"{url}?lang=en")
    assert "You accepted this estimate" in after.text and "سارة القحطاني" in after.text
    assert not after.root.xpath("//form")
    shown = await owner.get(f"/v1/estimates/{made['id']}")
    assert (shown["status"], shown["decided_name"]) == ("accepted", "سارة القحطاني")


async def test_an_estimate_is_declined_by_a_form(owner: Person) -> None:
    """BI-04: what is left empty is not told; what is too long is a page that says so."""
    made, url = await sent_estimate(owner)
    async with anybody(owner) as http:
        long = await http.post(f"{url}/decline", data={"name": "x" * 201}, headers=FORM)
        assert long.status_code == 422 and "200" in Page(long).text
        assert Page(long).all("//article//a/@href") == [f"{url}?lang=ar"]
        answer = await http.post(f"{url}/decline", data={"name": "", "reason": "غالٍ"}, headers=FORM)
        assert answer.status_code == 303
        after = await look(http, url)
    assert "رفضتم هذا العرض" in after.text
    shown = await owner.get(f"/v1/estimates/{made['id']}")
    assert (shown["status"], shown["decline_reason"]) == ("declined", "غالٍ")
    assert shown["decided_name"] is None


async def test_forms_are_taken_where_pages_are(owner: Person) -> None:
    """GW-08: everywhere else it is JSON, as it was."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await owner.http.post("/v1/estimates", content=b"a=1", headers=form)
    assert answer.status_code == 415
    _, url = await sent_estimate(owner)
    async with anybody(owner) as http:
        many = "&".join(f"a{place}=1" for place in range(60))
        for body in (many, "name=%00", "nobody=1"):
            refused = await http.post(f"{url}/accept", content=body, headers=form)
            assert refused.status_code in (400, 422)
            assert refused.headers["content-type"] == "application/problem+json"


async def test_an_expired_estimate_cannot_be_answered(owner: Person) -> None:
    """BI-04"""
    _, url = await sent_estimate(owner, issue_date="2020-01-01", expires_on="2020-01-31")
    async with anybody(owner) as http:
        page = await look(http, f"{url}?lang=en")
        assert not page.root.xpath("//form") and "has expired" in page.text
        assert page.all("//*[contains(@class, 'badge')]") == ["Expired"]
        late = await http.post(f"{url}/accept", headers=FORM)
        assert (late.status_code, late.headers["location"]) == (303, url)
