"""What invoices take of their client and of the company where they say nothing."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_client,
    remember_company,
)
from services.billing.tests.payments.making import PAYMENTS, pay

SETTINGS = "/v1/settings/billing"
TERMS = {"ar": "خلال 30 يومًا", "en": "Within 30 days"}


async def test_settings_are_read_and_changed(owner: Person) -> None:
    """CL-22: nothing is said at first; who may manage billing says it."""
    first = await owner.http.get(SETTINGS)
    assert first.headers["ETag"] == '"0"'
    assert first.json() == {
        "version": 0, "updated_at": None, "due_days": 0, "payment_terms": None, "notes": None,
        "terms": None, "credit_limit_mode": "off", "e_invoicing": False,
    }  # fmt: skip
    match = {"If-Match": '"0"'}
    body: Json = {"due_days": 30, "payment_terms": TERMS, "notes": "شكرًا"}
    changed = await owner.http.patch(SETTINGS, json=body, headers=match)
    assert changed.status_code == 200 and changed.headers["ETag"] == '"1"'
    assert changed.json()["notes"] == {"ar": "شكرًا", "en": None}
    stale = await owner.http.patch(SETTINGS, json={"due_days": 1}, headers=match)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (await owner.patch(SETTINGS, {"notes": None}))["payment_terms"] == TERMS
    async with owner.colleague("billing:read", "billing:write") as reader:
        assert (await reader.get(SETTINGS))["due_days"] == 30
        assert await reader.refused("PATCH", SETTINGS, {"due_days": 1}) == (403, "forbidden")
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(SETTINGS)).json()["version"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"due_days": -1}, "due_days"), ({"due_days": 3_651}, "due_days"),
        ({"due_days": None}, "due_days"), ({"due_days": "30"}, "due_days"),
        ({"credit_limit_mode": "maybe"}, "credit_limit_mode"), ({"notes": {}}, "notes"),
        ({"e_invoicing": "yes"}, "e_invoicing"), ({"e_invoices": True}, "e_invoices"),
    ],
)  # fmt: skip
async def test_what_does_not_hold_names_its_field(owner: Person, body: Json, field: str) -> None:
    assert await owner.wrong("PATCH", SETTINGS, body) == ("validation_failed", [field])


async def test_many_say_something_first(owner: Person) -> None:
    """Whatever races, nothing of it is lost."""
    said: list[Json] = [{"due_days": 7}, {"notes": "x"}, {"terms": "y"}, {"payment_terms": "z"}]
    await asyncio.gather(*(owner.patch(SETTINGS, one) for one in said))
    found = await owner.get(SETTINGS)
    assert (found["version"], found["due_days"]) == (4, 7)
    assert all(found[name] for name in ("notes", "terms", "payment_terms"))


async def test_an_invoice_is_due_as_its_client_has_it_else_the_company(owner: Person) -> None:
    """CL-22, BI-07: `credit_days` of 0 is at once; a date that is said stays."""
    await owner.patch(SETTINGS, {"due_days": 10})
    at_once, later, unsaid = [
        str(await remember_client(owner, **told))
        for told in ({"credit_days": 0}, {"credit_days": 45}, {})
    ]
    day = date(2999, 1, 1)
    cases = ((at_once, 0), (later, 45), (unsaid, 10), (None, 10))
    for client_id, days in cases:
        made = await draft(owner, client_id=client_id, issue_date=day.isoformat())
        path = f"{INVOICES}/{made['id']}"
        expected = (day + timedelta(days=days)).isoformat()
        assert made["due_date"] == expected, days
        assert await owner.ids(INVOICES, due_date_from=expected, due_date_to="2999-12-31") != []
        assert (await owner.post(f"{path}/issue"))["due_date"] == expected
    moved = await draft(owner, client_id=later, issue_date=day.isoformat())
    path = f"{INVOICES}/{moved['id']}"
    assert (await owner.patch(path, {"issue_date": "2999-02-01"}))["due_date"] == "2999-03-18"
    assert (await owner.patch(path, {"client_id": at_once}))["due_date"] == "2999-02-01"
    assert (await owner.patch(path, {"client_id": None}))["due_date"] == "2999-02-11"
    said = await owner.patch(path, {"due_date": "2999-12-01", "client_id": later})
    assert said["due_date"] == "2999-12-01"
    last = await draft(owner, client_id=later, issue_date="2999-12-31")
    assert last["due_date"] == "3000-02-14"


async def test_a_new_invoice_starts_from_its_client(owner: Person) -> None:
    """BI-05: whoever names the client and says no more has the client's currency and days, the
    company's terms in the client's language, and with them the same figures as by hand."""
    await remember_company(owner, locale="ar", currency="SAR")
    await owner.patch(SETTINGS, {"payment_terms": TERMS, "due_days": 10})
    client_id = str(
        await remember_client(owner, currency="KWD", language="en", credit_days=45, name="Sara")
    )
    line = LINE | {"unit_price": "100.000"}
    made = await draft(owner, line, client_id=client_id, issue_date="2999-01-01")
    assert (made["client_id"], made["currency"]) == (client_id, "KWD")
    assert (made["due_date"], made["payment_terms"]) == ("2999-02-15", TERMS["en"])
    assert (made["total"], made["url"]) == ("200.000", f"/v1/clients/{client_id}")
    said = {"currency": "SAR", "due_date": "2999-01-02", "payment_terms": "x"}
    own = await draft(owner, client_id=client_id, issue_date="2999-01-01", **said)
    assert {name: own[name] for name in said} == said


async def test_an_invoice_of_an_estimate_is_due_as_its_client_has_it(owner: Person) -> None:
    """CL-22, BI-08: so many days after it is issued."""
    about = {"client_id": str(await remember_client(owner, credit_days=45))}
    estimate = await owner.post("/v1/estimates", {"lines": [LINE], **about})
    await owner.post(f"/v1/estimates/{estimate['id']}/send")
    made = await owner.post(f"/v1/estimates/{estimate['id']}/convert")
    days = date.fromisoformat(made["due_date"]) - date.fromisoformat(made["issue_date"])
    assert days == timedelta(days=45)


async def test_texts_are_in_the_language_of_the_client(owner: Person) -> None:
    """CL-22, BI-07: else of the company; what is said, also nothing, is kept."""
    await remember_company(owner, locale="ar")
    await owner.patch(SETTINGS, {"payment_terms": TERMS, "notes": "شكرًا", "terms": {"en": "x"}})
    english = str(await remember_client(owner, language="en"))
    made = await draft(owner, client_id=english)
    assert (made["payment_terms"], made["notes"], made["terms"]) == (TERMS["en"], "شكرًا", "x")
    walk_in = await draft(owner, notes="", terms="y")
    found = (walk_in["payment_terms"], walk_in["notes"], walk_in["terms"])
    assert found == (TERMS["ar"], "", "y")
    path = f"{INVOICES}/{walk_in['id']}"
    await owner.patch(SETTINGS, {"payment_terms": None})
    assert (await owner.get(path))["payment_terms"] == TERMS["ar"], "a draft keeps what it took"
    assert (await owner.patch(path, {"client_id": english, "notes": None}))["notes"] is None


async def test_a_client_may_owe_so_much(owner: Person) -> None:
    """CL-22: off, warned of, or refused; all of the limit is no more; no number is taken."""
    limited = str(await remember_client(owner, credit_limit="500.00"))
    free = str(await remember_client(owner))
    first = await issued(owner, client_id=limited)
    assert first["total"] == "200.00" and "warnings" not in first
    await owner.patch(SETTINGS, {"credit_limit_mode": "warn"})
    assert "warnings" not in await issued(owner, _line("300.00"), client_id=limited)
    over = await owner.http.post(
        f"{INVOICES}/{(await draft(owner, _line('0.01'), client_id=limited))['id']}/issue",
        headers={"Accept-Language": "ar"},
    )
    assert over.status_code == 200
    [warning] = over.json()["warnings"]
    assert warning["code"] == "credit_limit_exceeded" and "الائتماني" in warning["message"]
    await owner.patch(SETTINGS, {"credit_limit_mode": "refuse"})
    late = await draft(owner, client_id=limited)
    path = f"{INVOICES}/{late['id']}"
    assert await owner.refused("POST", f"{path}/issue") == (409, "credit_limit_exceeded")
    assert (await owner.get(path))["status"] == "draft"
    assert (await issued(owner, _line("9000"), client_id=free))["number"] == "INV-000004"
    assert (await issued(owner, _line("9000")))["number"] == "INV-000005"
    assert (await issued(owner, _line("0"), client_id=limited))["status"] == "paid"


async def test_what_a_client_has_left_counts_for_them(owner: Person) -> None:
    """CL-22: of other currencies what it was worth; a cheque once it has cleared."""
    await owner.patch(SETTINGS, {"credit_limit_mode": "refuse"})
    sara = str(await remember_client(owner, credit_limit="100.00"))
    old = str(await remember_client(owner, merged_into=sara))
    await issued(owner, _line("100.00"), client_id=sara)
    more = await draft(owner, _line("30.00"), client_id=sara)
    path, over = f"{INVOICES}/{more['id']}/issue", (409, "credit_limit_exceeded")
    cheque = await pay(owner, "30.00", sara, method="cheque")
    await pay(owner, "30.000", sara, currency="KWD")
    await pay(owner, "4.00", sara, currency="USD")
    await pay(owner, "14.99", old)
    assert await owner.refused("POST", path) == over
    for step in ("deposit", "bounce"):
        await owner.post(f"{PAYMENTS}/{cheque['id']}/{step}")
    assert await owner.refused("POST", path) == over
    last = await pay(owner, "0.01", sara)
    await owner.post(f"{PAYMENTS}/{last['id']}/refunds", {"amount": "0.01"})
    assert await owner.refused("POST", path) == over
    await pay(owner, "0.01", sara)
    await owner.post(path)
    late = await draft(owner, _line("0.01"), client_id=sara)
    assert await owner.refused("POST", f"{INVOICES}/{late['id']}/issue") == over


async def test_other_currencies_count_by_what_they_are_worth(owner: Person) -> None:
    """CL-22: a limit is in the client's currency, else the company's."""
    await owner.patch(SETTINGS, {"credit_limit_mode": "refuse"})
    at_home = str(await remember_client(owner, credit_limit="750.00"))
    dollars: Json = {"client_id": at_home, "currency": "USD", "issue_date": "2026-02-01"}
    await issued(owner, _line("100.00"), **dollars)
    over = await draft(owner, _line("100.01"), **dollars)
    refused = await owner.refused("POST", f"{INVOICES}/{over['id']}/issue")
    assert refused == (409, "credit_limit_exceeded")
    await issued(owner, _line("100.00"), **dollars)
    kuwaiti = str(await remember_client(owner, currency="KWD", credit_limit="10.000"))
    dinars: Json = {"client_id": kuwaiti, "exchange_rate": "12", "issue_date": "2026-02-01"}
    await issued(owner, _line("9.500"), **dinars)
    over = await draft(owner, _line("0.501"), **dinars)
    refused = await owner.refused("POST", f"{INVOICES}/{over['id']}/issue")
    assert refused == (409, "credit_limit_exceeded")


async def test_many_invoices_at_once_do_not_pass_the_limit(owner: Person) -> None:
    """CL-22: of ten that each fit by themselves, five fit together."""
    await owner.patch(SETTINGS, {"credit_limit_mode": "refuse"})
    sara = str(await remember_client(owner, credit_limit="1000.00"))
    old = str(await remember_client(owner, merged_into=sara))
    drafts = [await draft(owner, client_id=one) for one in (sara, old) for _ in range(5)]
    answers = await asyncio.gather(*(_issue(owner, one) for one in drafts))
    assert sorted(answers) == [200] * 5 + [409] * 5


async def _issue(person: Person, made: Json) -> int:
    code: int = (await person.http.post(f"{INVOICES}/{made['id']}/issue")).status_code
    return code


def _line(price: str, **fields: Any) -> Json:
    return LINE | {"quantity": "1", "unit_price": price, **fields}
