"""Exchange rates of a company, and invoices in other currencies."""

from datetime import date, timedelta
from typing import Any

import pytest

from billing.exchange_rates.repository import ExchangeRateRepository
from billing.exchange_rates.use_cases import rates_on
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_company,
)

RATES = "/v1/exchange-rates"
AT_HOME = ("exchange_rate", "exchange_rate_source", "exchange_rate_on", "home_currency",
           "home_total", "home_tax_total")  # fmt: skip


async def rate(person: Person, currency: str, value: str, on: str, **fields: str) -> Json:
    return await person.post(RATES, {"currency": currency, "rate": value, "on": on, **fields})


async def test_a_rate_is_kept_changed_and_removed(owner: Person) -> None:
    """BI-07: one for a currency and a day."""
    body = {"id": str(new_id()), "currency": "eur", "rate": "4.0800", "on": "2026-01-01",
            "source": "SAMA"}  # fmt: skip
    answer = await owner.http.post(RATES, json=body)
    made, path = answer.json(), f"{RATES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["currency"], made["rate"], made["home_currency"]) == ("EUR", "4.08", "SAR")
    again = await owner.http.post(RATES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    twice = {name: body[name] for name in ("currency", "rate", "on")}
    assert await owner.refused("POST", RATES, twice) == (409, "exchange_rate_taken")
    changed = await owner.patch(path, {"rate": "4.1", "source": None})
    assert (changed["rate"], changed["source"], changed["version"]) == ("4.1", None, 2)
    stale = await owner.http.patch(path, json={"rate": "5"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    later = await rate(owner, "EUR", "4.2", "2026-02-01")
    pounds = await rate(owner, "GBP", "5", "2026-01-15", source="x")
    a, b, c = made["id"], later["id"], pounds["id"]
    cases: list[tuple[Json, list[str]]] = [
        ({}, [b, c, a]), ({"sort": "updated_at"}, [a, b, c]), ({"currency": "gbp"}, [c]),
        ({"on_from": "2026-01-15"}, [b, c]), ({"on_to": "2026-01-15"}, [a]), ({"source": "x"}, [c]),
    ]  # fmt: skip
    for asked, expected in cases:
        assert await owner.ids(RATES, **asked) == expected, asked
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "exchange_rate_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    path = f"{RATES}/{(await rate(owner, 'EUR', '4', '2026-01-01'))['id']}"
    body = {"currency": "EUR", "rate": "4"}
    cases: list[tuple[str, str, Json, str, str]] = [
        ("POST", RATES, body | {"rate": "0.0"}, "validation_failed", "rate"),
        ("POST", RATES, body | {"rate": "-1"}, "validation_failed", "rate"),
        ("POST", RATES, body | {"rate": 4}, "validation_failed", "rate"),
        ("POST", RATES, body | {"rate": "4.00000000001"}, "validation_failed", "rate"),
        ("POST", RATES, body | {"currency": "XAU"}, "validation_failed", "currency"),
        ("POST", RATES, body | {"currency": "SAR"}, "own_currency", "currency"),
        ("PATCH", path, {"currency": "GBP"}, "validation_failed", "currency"),
        ("PATCH", path, {"rate": None}, "validation_failed", "rate"),
        ("POST", INVOICES, {"lines": [LINE], "exchange_rate": "0"}, "validation_failed",
         "exchange_rate"),
    ]  # fmt: skip
    for method, place, sent, code, field in cases:
        assert await owner.wrong(method, place, sent) == (code, [field]), sent
    async with owner.colleague("billing:read", "billing:write", "billing:delete") as reader:
        assert (await reader.get(path))["rate"] == "4"
        for method, place in (("POST", RATES), ("PATCH", path), ("DELETE", path)):
            asked = {"POST": body, "PATCH": {"rate": "5"}}.get(method)
            assert await reader.refused(method, place, asked) == (403, "forbidden")


async def test_an_invoice_is_worth_something_at_home(owner: Person, events: Events) -> None:
    """BI-07: at the rate of its date, from where it was taken; a draft needs none."""
    tax = await make_tax(owner)
    line = LINE | {"tax_id": tax["id"]}
    first = await rate(owner, "EUR", "4.08", "2026-01-01", source="SAMA")
    await rate(owner, "EUR", "4.2", "2026-03-01")
    made = await draft(owner, line, currency="EUR", issue_date="2026-02-28")
    assert {made[name] for name in AT_HOME} == {None}
    path = f"{INVOICES}/{made['id']}"
    done = await owner.post(f"{path}/issue")
    assert [done[name] for name in AT_HOME] == [
        "4.08", "SAMA", "2026-01-01", "SAR", "938.40", "122.40",
    ]  # fmt: skip
    assert (done["total"], done["tax_total"]) == ("230.00", "30.00")
    await owner.patch(f"{RATES}/{first['id']}", {"rate": "9"})
    await owner.delete(f"{RATES}/{first['id']}")
    assert await owner.get(path) == done, "it stays as it was issued"
    told = (await events(owner.caller))[-1]["data"]["invoice"]
    assert [told[name] for name in ("exchange_rate", "home_currency", "home_total")] == [
        "4.08", "SAR", "938.40",
    ]  # fmt: skip
    ours = await issued(owner, line)
    assert [ours[name] for name in AT_HOME] == ["1", None, None, "SAR", "230.00", "30.00"]


async def test_the_dirham_the_dollar_and_the_riyal_need_no_rate(owner: Person) -> None:
    """BI-07: their central banks have fixed it; the company's own rate comes first."""
    dirhams = await issued(owner, currency="AED", issue_date="2026-02-01")
    assert [dirhams[name] for name in AT_HOME] == [
        "1.021102791", "peg", None, "SAR", "204.22", "0.00",
    ]  # fmt: skip
    assert (await issued(owner, currency="USD", issue_date="2026-02-01"))["home_total"] == "750.00"
    dinars = await issued(owner, currency="BHD", issue_date="2026-02-01")
    assert (dinars["total"], dinars["home_total"]) == ("200.000", "1994.68")
    await rate(owner, "USD", "3.7512", "2026-01-01", source="bank")
    dollars = await issued(owner, currency="USD", issue_date="2026-02-01")
    assert [dollars[name] for name in AT_HOME[:3]] == ["3.7512", "bank", "2026-01-01"]


async def test_an_invoice_may_have_a_rate_of_its_own(owner: Person) -> None:
    """BI-07: it is changed and taken back as the rest of a draft."""
    made = await draft(owner, currency="KWD", issue_date="2026-02-01", exchange_rate="12.20")
    assert made["exchange_rate"] == "12.2" and made["home_total"] is None
    path = f"{INVOICES}/{made['id']}"
    assert (await owner.patch(path, {"exchange_rate": None}))["exchange_rate"] is None
    await owner.patch(path, {"exchange_rate": "12.2345"})
    done = await owner.post(f"{path}/issue")
    assert [done[name] for name in AT_HOME] == [
        "12.2345", "document", "2026-02-01", "SAR", "2446.90", "0.00",
    ]  # fmt: skip


async def test_without_any_rate_nothing_is_issued(owner: Person) -> None:
    """BI-07: the refusal says what to do; no number is taken for it."""
    made = await draft(owner, currency="KWD", issue_date="2026-02-01")
    path = f"{INVOICES}/{made['id']}/issue"
    await rate(owner, "KWD", "12.2", "2026-02-02")
    answer = await owner.http.post(path, headers={"Accept-Language": "en"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "exchange_rate_unknown")
    assert "from KWD to SAR is known for 2026-02-01" in problem["detail"]
    await rate(owner, "KWD", "12.1", "2026-01-31")
    done = await owner.post(path)
    assert (done["number"], done["home_total"]) == ("INV-000001", "2420.00")


async def test_what_a_day_knows(owner: Person) -> None:
    """BI-07: the company's own rates, the last before it; then the fixed ones."""
    await rate(owner, "EUR", "4.08", "2026-01-01", source="SAMA")
    await rate(owner, "EUR", "4.2", "2026-03-01")
    found = await owner.get(f"{RATES}/effective", on="2026-02-01")
    assert (found["home_currency"], found["on"]) == ("SAR", "2026-02-01")
    known = {one.pop("currency"): one for one in found["items"]}
    assert known["EUR"] == {"rate": "4.08", "on": "2026-01-01", "source": "SAMA"}
    assert known["USD"] == {"rate": "3.75", "on": None, "source": "peg"}
    assert set(known) == {"EUR", "USD", "AED", "BHD", "JOD", "OMR", "QAR"}
    now = {one["currency"]: one["rate"] for one in (await owner.get(f"{RATES}/effective"))["items"]}
    assert now["EUR"] == "4.2"
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        other = Person(owner.service, stranger, http)
        await remember_company(other, currency="EGP")
        assert (await other.get(f"{RATES}/effective"))["items"] == []


async def test_many_days_cost_one_look(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """BI-14: and each currency is worth on each day what it is when asked for alone."""
    await remember_company(owner)
    for on, value in (("2026-01-03", "12.1"), ("2026-01-10", "12.2"), ("2026-01-11", "12.3")):
        await rate(owner, "KWD", value, on)
    await rate(owner, "EUR", "4.1", "2026-01-05")
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(14)]
    asked = {(code, on) for code in ("KWD", "EUR", "USD", "JPY", "SAR") for on in days}
    looks: list[int] = []
    look = ExchangeRateRepository.newest

    async def counted(self: Any, home: str, some: Any) -> Any:
        looks.append(len(some))
        return await look(self, home, some)

    async with owner.service.context.database.work(owner.caller) as work:
        alone = [(await rates_on(work, {one})).rates for one in asked]
        monkeypatch.setattr(ExchangeRateRepository, "newest", counted)
        together = (await rates_on(work, asked)).rates
    assert together == {one: found for each in alone for one, found in each.items()}
    assert looks == [4 * len(days)] and len(together) == 12 + 10 + 14
