"""Expenses and incomes: what they come to, what is refused, how they are found and summed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.books.use_cases import written
from chassis.ids import new_id
from chassis.money import Money
from refs.home import day
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import remember_client, remember_company, user

EXPENSES, INCOMES = "/v1/expenses", "/v1/incomes"
BOOKS = pytest.mark.parametrize("book", [EXPENSES, INCOMES])


@BOOKS
async def test_an_amount_holds_its_tax(owner: Person, book: str) -> None:
    """CL-82, CL-83: 115.00 with 15 % are 100.00 and 15.00; without a tax it is all net."""
    tax, client_id = await make_tax(owner), str(await remember_client(owner))
    cycle = str(uuid4())
    body = {
        "amount": "115", "tax_id": tax["id"], "client_id": client_id, "party": "شركة العقار",
        "method": "card", "reference": "TRX-1", "notes": "x", "work_cycle_id": cycle,
        "date": "2026-03-01",
    }  # fmt: skip
    answer = await owner.http.post(book, json=body)
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{book}/{made['id']}"
    assert {name: made[name] for name in body} == body | {"amount": "115.00"}
    assert (made["net"], made["tax_amount"], made["rounding"]) == ("100.00", "15.00", "0.00")
    assert made["tax"] == {"name": tax["name"], "category": "S", "rate": "0.15",
                           "inclusive": True, "exemption_reason": None,
                           "exemption_code": None}  # fmt: skip
    assert made["url"] == f"/v1/clients/{client_id}"
    assert await owner.get(f"{book}/{made['id']}") == made
    assert (await owner.get(book))["items"] == [made]
    plain = await owner.post(book, {"amount": "115.00"})
    assert (plain["net"], plain["tax_amount"], plain["tax"]) == ("115.00", "0.00", None)
    assert plain["url"] is None


@given(
    amount=st.integers(1, 10**12 - 1), currency=st.sampled_from(["SAR", "KWD", "JPY"]),
    rate=st.none() | st.integers(0, 10_000),
)  # fmt: skip
def test_parts_make_the_whole(amount: int, currency: str, rate: int | None) -> None:
    """CL-83: not a minor unit is lost or made; the tax is never more than its rate."""
    tax = None if rate is None else {
        "category": "S" if rate else "Z", "rate": str(Decimal(rate).scaleb(-4)), "inclusive": False,
    }  # fmt: skip
    found = written(Money(amount, currency).format(), currency, tax)
    assert found["amount_minor"] == amount
    parts = (found["net_minor"], found["tax_minor"], found["rounding_minor"])
    assert sum(parts) == amount and abs(parts[2]) <= 1
    assert (parts[1] == 0) if not rate else (0 <= parts[1] <= amount)


async def test_what_is_not_said_is_the_client_s_and_the_company_s(owner: Person) -> None:
    """CL-82: currency, and the day where the company is."""
    await remember_company(owner, currency="EGP", timezone="Pacific/Kiritimati")
    kuwaiti = str(await remember_client(owner, currency="KWD"))
    here = day(datetime.now(UTC), "Pacific/Kiritimati").isoformat()
    ours, theirs = [
        await owner.post(EXPENSES, {"amount": "1", **about})
        for about in ({}, {"client_id": kuwaiti})
    ]
    assert (ours["currency"], ours["amount"]) == ("EGP", "1.00")
    assert (theirs["currency"], theirs["amount"]) == ("KWD", "1.000")
    assert here <= ours["date"] <= day(datetime.now(UTC), "Pacific/Kiritimati").isoformat()


@BOOKS
async def test_what_does_not_fit_names_its_field(owner: Person, book: str) -> None:
    """CL-82: also what is named and not there, not in use, or of the other book."""
    gone = user(is_active=False)
    await remember_company(owner, gone)
    off, past = await make_tax(owner, active=False), await make_tax(owner, valid_to="2026-01-01")
    other = "income" if book == EXPENSES else "expense"
    others = await owner.post("/v1/entry-categories", {"kind": other, "name": "x"})
    cases: list[tuple[Json, str, str]] = [
        ({"amount": "0.00"}, "validation_failed", "amount"),
        ({"amount": "-1"}, "validation_failed", "amount"),
        ({"amount": 1}, "validation_failed", "amount"),
        ({"amount": None}, "validation_failed", "amount"),
        ({"amount": "1.001"}, "not_an_amount", "amount"),
        ({"currency": "XYZ"}, "validation_failed", "currency"),
        ({"method": "barter"}, "validation_failed", "method"),
        ({"party": " "}, "validation_failed", "party"),
        ({"number": "1"}, "validation_failed", "number"),
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"branch_id": str(new_id())}, "unknown_branch", "branch_id"),
        ({"staff_id": str(new_id())}, "unknown_reference", "staff_id"),
        ({"staff_id": gone["id"]}, "unknown_reference", "staff_id"),
        ({"entry_category_id": str(new_id())}, "unknown_entry_category", "entry_category_id"),
        ({"entry_category_id": others["id"]}, "unknown_entry_category", "entry_category_id"),
        ({"tax_id": str(new_id())}, "unknown_tax", "tax_id"),
        ({"tax_id": off["id"]}, "unknown_tax", "tax_id"),
        ({"tax_id": past["id"], "date": "2026-01-01"}, "tax_not_valid", "tax_id"),
    ]  # fmt: skip
    made = await owner.post(book, {"amount": "1"})
    for fields, code, field in cases:
        assert await owner.wrong("POST", book, {"amount": "1", **fields}) == (code, [field]), fields
        found = await owner.wrong("PATCH", f"{book}/{made['id']}", fields)
        assert found == (code, [field]), fields
    assert await owner.get(f"{book}/{made['id']}") == made


async def test_an_entry_changes_and_its_figures_with_it(owner: Person, events: Events) -> None:
    """CL-83: each change is told once, with what it changed."""
    tax, client_id = await make_tax(owner), str(await remember_client(owner))
    made = await owner.post(EXPENSES, {"amount": "115.00", "tax_id": tax["id"]})
    path = f"{EXPENSES}/{made['id']}"
    await owner.patch(f"/v1/taxes/{tax['id']}", {"rate": "0.05"})
    steps: list[tuple[Json, Json]] = [
        ({"amount": "230.00"}, {"net": "200.00", "tax_amount": "30.00", "version": 2}),
        ({"date": "2026-01-01"}, {"net": "219.05", "tax_amount": "10.95"}),
        ({"currency": "KWD"}, {"amount": "230.000", "net": "219.048", "tax_amount": "10.952"}),
        ({"tax_id": None}, {"net": "230.000", "tax_amount": "0.000", "tax": None}),
        ({"client_id": client_id, "party": "x"}, {"client_id": client_id, "party": "x"}),
        ({"party": "x"}, {"version": 6}), ({}, {"version": 6}),
    ]  # fmt: skip
    for changes, expected in steps:
        changed = await owner.patch(path, changes)
        assert {name: changed[name] for name in expected} == expected, changes
    stale = await owner.http.patch(path, json={"notes": "y"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "expense_not_found")
    told = [one for one in await events(owner.caller) if ".expense." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in told] == [
        "recorded", *["updated"] * 5, "deleted",
    ]  # fmt: skip
    assert told[1]["data"]["changed"] == ["amount"]
    assert told[-1]["clientid"] == client_id
    entry = told[-1]["data"]["expense"]
    assert (entry["amount"], entry["currency"], entry["date"]) == ("230.000", "KWD", "2026-01-01")


@BOOKS
async def test_the_same_id_makes_one_entry(owner: Person, book: str) -> None:
    """BI-14: an id of the caller's own, and what a partner's system calls it."""
    body = {"id": str(new_id()), "amount": "1", "external_id": "RENT-1"}
    answers = [await owner.http.post(book, json=body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert await owner.refused("POST", book, body | {"amount": "2"}) == (409, "id_taken")
    again = {"amount": "1", "external_id": "RENT-1"}
    assert await owner.refused("POST", book, again) == (409, "external_id_taken")
    other = await owner.post(book, {"amount": "1"})
    named = {"external_id": "RENT-1"}
    taken = await owner.refused("PATCH", f"{book}/{other['id']}", named)
    assert taken == (409, "external_id_taken")


async def test_the_books_are_apart(owner: Person) -> None:
    """CL-83: an expense is no income, by whatever it is looked for; one id is one entry."""
    body = {"id": str(new_id()), "amount": "1", "external_id": "A"}
    spent = await owner.post(EXPENSES, body)
    path = f"{INCOMES}/{spent['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        sent = {"amount": "2"} if method == "PATCH" else None
        assert await owner.refused(method, path, sent) == (404, "income_not_found")
    assert await owner.refused("POST", INCOMES, body) == (409, "id_taken")
    came = await owner.post(INCOMES, {"amount": "2", "external_id": "A"})
    assert await owner.ids(INCOMES) == [came["id"]]
    assert (await owner.get(f"{INCOMES}/sums"))["items"][0]["amount"] == "2.00"


async def test_lists_are_narrowed_sorted_and_summed(owner: Person) -> None:
    """CL-82, CL-83: by every field and by dates; the sums are those of what the list shows."""
    noura = user()
    await remember_company(owner, noura)
    branch = await owner.post("/v1/branches", {"name": "الرياض"})
    rent = await owner.post("/v1/entry-categories", {"kind": "expense", "name": "x"})
    tax, sara, cycle = await make_tax(owner), await remember_client(owner), str(uuid4())
    one = await owner.post(EXPENSES, {
        "amount": "115", "date": "2026-01-10", "client_id": str(sara), "tax_id": tax["id"],
        "party": "none", "external_id": "A", "method": "cash", "work_cycle_id": cycle,
    })  # fmt: skip
    two = await owner.post(EXPENSES, {
        "amount": "10", "date": "2026-01-20", "branch_id": branch["id"], "reference": "R",
        "staff_id": noura["id"], "entry_category_id": rent["id"],
    })  # fmt: skip
    dinars = await owner.post(EXPENSES, {"amount": "1.5", "currency": "KWD", "date": "2026-01-15"})
    a, b, c = one["id"], two["id"], dinars["id"]
    cases: list[tuple[Json, list[str]]] = [
        ({}, [b, c, a]), ({"sort": "created_at"}, [a, b, c]), ({"sort": "-amount"}, [a, c, b]),
        ({"sort": "-updated_at"}, [c, b, a]), ({"client_id": str(sara)}, [a]),
        ({"client_id": "none"}, [b, c]), ({"client_id": ["none", str(sara)]}, [b, c, a]),
        ({"tax_id": tax["id"]}, [a]), ({"entry_category_id": rent["id"]}, [b]),
        ({"entry_category_id": "none"}, [c, a]), ({"branch_id": branch["id"]}, [b]),
        ({"staff_id": noura["id"]}, [b]), ({"work_cycle_id": cycle}, [a]),
        ({"party": "none"}, [a]), ({"method": ["cash", "card"]}, [a]), ({"reference": "R"}, [b]),
        ({"external_id": "A"}, [a]), ({"currency": "kwd"}, [c]),
        ({"date_from": "2026-01-15"}, [b, c]), ({"date_to": "2026-01-15"}, [a]),
        ({"created_from": two["created_at"]}, [b, c]), ({"updated_to": two["updated_at"]}, [a]),
    ]  # fmt: skip
    for asked, expected in cases:
        assert await owner.ids(EXPENSES, **asked) == expected, asked
    shown = await _sums(owner)
    assert shown == {
        "KWD": ("1.500", "1.500", "0.000", 1), "SAR": ("125.00", "110.00", "15.00", 2),
    }  # fmt: skip
    assert await _sums(owner, work_cycle_id=cycle) == {"SAR": ("115.00", "100.00", "15.00", 1)}
    assert await _sums(owner, date_from="2027-01-01") == {}
    merged = await remember_client(owner, merged_into=str(sara))
    assert await owner.ids(EXPENSES, client_id=str(merged)) == [a]


async def _sums(person: Person, **asked: Any) -> dict[str, tuple[str, str, str, int]]:
    found = await person.get(f"{EXPENSES}/sums", **asked)
    return {
        one["currency"]: (one["amount"], one["net"], one["tax_amount"], one["count"])
        for one in found["items"]
    }
