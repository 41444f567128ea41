"""Drafts of invoices: what they come to, what is refused, how they change."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.ids import new_id
from refs.home import day
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    amounts,
    draft,
    remember_client,
    remember_company,
    user,
)


async def test_an_invoice_has_its_figures_from_its_lines(owner: Person) -> None:
    """BI-01, BI-03, BI-07: two at 100.00 with 15 % are 230.00, on screen and in the API."""
    tax = await make_tax(owner)
    client_id = await remember_client(owner)
    answer = await owner.http.post(INVOICES, json={
        "client_id": str(client_id), "lines": [LINE | {"tax_id": tax["id"]}],
    })  # fmt: skip
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{INVOICES}/{made['id']}"
    assert (made["status"], made["number"], made["issued_at"]) == ("draft", None, None)
    assert (made["client_id"], made["url"]) == (str(client_id), f"/v1/clients/{client_id}")
    assert amounts(made) == {"subtotal": "200.00", "tax_total": "30.00", "total": "230.00"}
    assert (made["paid"], made["balance"]) == ("0.00", "230.00")
    assert made["taxes"] == [
        {"category": "S", "rate": "0.15", "taxable": "200.00", "amount": "30.00"}
    ]
    [line] = made["lines"]
    assert line["tax"] == {"name": tax["name"], "category": "S", "rate": "0.15",
                           "inclusive": False, "exemption_reason": None,
                           "exemption_code": None}  # fmt: skip
    assert (line["net"], line["discount_amount"]) == ("200.00", "0.00")
    assert await owner.get(f"{INVOICES}/{made['id']}") == made
    assert (await owner.get(INVOICES))["items"] == [made]


async def test_discounts_shipping_and_several_taxes(owner: Person) -> None:
    """BI-07: a line's discount, one of the document split over the taxes, shipping, a deposit."""
    full, none = await make_tax(owner), await make_tax(owner, rate="0", category="Z")
    made = await draft(
        owner,
        LINE | {"tax_id": full["id"], "discount": {"type": "percent", "value": "10"}},
        LINE | {"tax_id": none["id"], "quantity": "0.5", "unit_price": "240"},
        discount={"type": "amount", "value": "30"}, shipping="15.00", deposit="100",
    )  # fmt: skip
    assert [line["net"] for line in made["lines"]] == ["180.00", "120.00"]
    assert made["taxes"] == [
        {"category": "S", "rate": "0.15", "taxable": "171.00", "amount": "25.65"},
        {"category": "Z", "rate": "0", "taxable": "114.00", "amount": "0.00"},
    ]
    assert amounts(made) == {
        "subtotal": "300.00", "discount_total": "30.00", "shipping": "15.00",
        "tax_total": "25.65", "total": "310.65",
    }  # fmt: skip
    assert made["deposit"] == "100.00"
    assert made["lines"][1]["unit_price"] == "240.00"
    assert made["discount"] == {"type": "amount", "value": "30.00"}


async def test_prices_with_tax_in_them_are_what_is_paid(owner: Person) -> None:
    """BI-07: what does not divide is shown as rounding."""
    tax = await make_tax(owner, inclusive=True)
    line = LINE | {"quantity": "1", "unit_price": "10.00", "tax_id": tax["id"]}
    assert amounts(await draft(owner, line)) == {
        "subtotal": "8.70", "tax_total": "1.31", "rounding": "-0.01", "total": "10.00",
    }  # fmt: skip


async def test_a_line_has_the_tax_of_its_product(owner: Person) -> None:
    """BI-07, BI-10: unless it names one itself; without either it has none."""
    of_product, own = await make_tax(owner), await make_tax(owner, rate="0.05")
    product = await make_product(owner, tax_id=of_product["id"])
    line = LINE | {"product_id": product["id"]}
    made = await draft(owner, line, line | {"tax_id": own["id"]}, LINE)
    assert [one["tax_id"] for one in made["lines"]] == [of_product["id"], own["id"], None]
    assert made["tax_total"] == "40.00"
    assert [one["rate"] for one in made["taxes"]] == ["0.05", "0.15"]
    await owner.patch(f"/v1/taxes/{own['id']}", {"rate": "0.1"})
    known = await owner.get(f"{INVOICES}/{made['id']}")
    assert known == made, "a draft keeps what it was told, until its lines or dates are"


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [("SAR", "3.33", "3.33"), ("KWD", "3.333", "3.333"), ("JPY", "333", "333")],
)
async def test_amounts_have_the_digits_of_their_currency(
    owner: Person, currency: str, price: str, total: str
) -> None:
    """BI-07: and no more."""
    line = LINE | {"quantity": "1", "unit_price": price}
    made = await draft(owner, line, currency=currency.lower())
    assert (made["currency"], made["total"]) == (currency, total)
    more = line | {"unit_price": price + (".0001" if currency == "JPY" else "1")}
    assert await owner.wrong("POST", INVOICES, {"lines": [LINE, more], "currency": currency}) == (
        "not_an_amount", ["lines.1.unit_price"],
    )  # fmt: skip


async def test_what_is_not_said_is_the_client_s_and_the_company_s(owner: Person) -> None:
    """BI-07: currency, and days where the company is."""
    await remember_company(owner, currency="EGP", timezone="Pacific/Kiritimati")
    ours, theirs = await remember_client(owner), await remember_client(owner, currency="KWD")
    here = day(datetime.now(UTC), "Pacific/Kiritimati").isoformat()
    made = [await draft(owner, client_id=str(one)) for one in (ours, theirs)]
    assert [one["currency"] for one in made] == ["EGP", "KWD"]
    for one in made:
        assert here <= one["issue_date"] == one["supply_date"] == one["due_date"]
    dated = await draft(owner, issue_date="2020-05-01")
    assert dated["supply_date"] == "2020-05-01" and here <= dated["due_date"]
    later = await draft(owner, issue_date="2999-05-01")
    assert later["due_date"] == "2999-05-01"


async def test_what_does_not_fit_names_its_field(owner: Person) -> None:
    """BI-07"""
    cheap = LINE | {"unit_price": "1.00", "quantity": "1"}
    cases: list[tuple[Json, str, str]] = [
        ({"lines": []}, "validation_failed", "lines"),
        ({"lines": [LINE] * 501}, "validation_failed", "lines"),
        ({"lines": [LINE | {"quantity": 2}]}, "validation_failed", "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": "0"}]}, "validation_failed", "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": "-1"}]}, "validation_failed", "lines.0.quantity"),
        ({"lines": [LINE | {"unit_price": "-1"}]}, "validation_failed", "lines.0.unit_price"),
        ({"lines": [LINE | {"unit_price": "1e3"}]}, "validation_failed", "lines.0.unit_price"),
        ({"lines": [LINE | {"description": " "}]}, "validation_failed", "lines.0.description"),
        ({"lines": [LINE | {"surprise": 1}]}, "validation_failed", "lines.0.surprise"),
        ({"discount": {"type": "percent", "value": "100.01"}}, "validation_failed", "discount"),
        ({"lines": [LINE, cheap | {"discount": {"type": "amount", "value": "1.01"}}]},
         "discount_too_large", "lines.1.discount"),
        ({"discount": {"type": "amount", "value": "200.01"}}, "discount_too_large", "discount"),
        ({"deposit": "200.01"}, "deposit_too_large", "deposit"),
        ({"shipping": "1.001"}, "not_an_amount", "shipping"),
        ({"lines": [LINE | {"quantity": "999999999", "unit_price": "999999999999"}]},
         "amount_too_large", "lines.0"),
        ({"currency": "XAU"}, "validation_failed", "currency"),
        ({"due_date": "2020-01-01", "issue_date": "2020-01-02"}, "due_before_issue", "due_date"),
        ({"number": "INV-1"}, "validation_failed", "number"),
        ({"status": "paid"}, "validation_failed", "status"),
    ]  # fmt: skip
    for fields, code, field in cases:
        found = await owner.wrong("POST", INVOICES, {"lines": [LINE], **fields})
        assert found == (code, [field]), fields
    made = await draft(owner)
    for fields, code, field in cases:
        found = await owner.wrong("PATCH", f"{INVOICES}/{made['id']}", fields)
        assert found == (code, [field]), fields
    assert await owner.get(f"{INVOICES}/{made['id']}") == made


async def test_what_is_named_has_to_be_there(owner: Person) -> None:
    """BI-07: a client, a product, a tax, a branch and a salesperson, each in use."""
    gone = user(is_active=False)
    await remember_company(owner, gone)
    off = await make_tax(owner, active=False)
    past = await make_tax(owner, valid_to="2026-01-01")
    put_away = await make_product(owner, active=False)
    cases: list[tuple[Json, str, str]] = [
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"branch_id": str(new_id())}, "unknown_branch", "branch_id"),
        ({"salesperson_id": str(new_id())}, "unknown_reference", "salesperson_id"),
        ({"salesperson_id": gone["id"]}, "unknown_reference", "salesperson_id"),
        (_lines(tax_id=str(new_id())), "unknown_tax", "lines.1.tax_id"),
        (_lines(tax_id=off["id"]), "unknown_tax", "lines.1.tax_id"),
        (_lines(tax_id=past["id"]) | {"issue_date": "2026-01-01"}, "tax_not_valid",
         "lines.1.tax_id"),
        (_lines(product_id=str(new_id())), "unknown_reference", "lines.1.product_id"),
        (_lines(product_id=put_away["id"]), "unknown_reference", "lines.1.product_id"),
    ]  # fmt: skip
    made = await draft(owner)
    for fields, code, field in cases:
        body = {"lines": [LINE], **fields}
        assert await owner.wrong("POST", INVOICES, body) == (code, [field]), fields
        found = await owner.wrong("PATCH", f"{INVOICES}/{made['id']}", fields)
        assert found == (code, [field]), fields
    in_time = _lines(tax_id=past["id"]) | {"issue_date": "2026-02-01", "supply_date": "2025-12-31"}
    late = await draft(owner, **in_time)
    path = f"{INVOICES}/{late['id']}"
    assert await owner.wrong("PATCH", path, {"supply_date": None}) == (
        "tax_not_valid", ["lines.1.tax_id"],
    )  # fmt: skip


def _lines(**fields: Any) -> Json:
    return {"lines": [LINE, LINE | fields]}


async def test_a_draft_changes_and_its_figures_with_it(owner: Person) -> None:
    """BI-07: what is not named stays; lines are replaced as a whole."""
    tax = await make_tax(owner)
    client_id = await remember_client(owner)
    made = await draft(owner, LINE | {"tax_id": tax["id"]}, shipping="10.00", notes="x")
    path = f"{INVOICES}/{made['id']}"
    steps: list[tuple[Json, Json]] = [
        ({"notes": None}, {"notes": None, "total": "241.50", "version": 2}),
        ({"shipping": None}, {"shipping": "0.00", "total": "230.00"}),
        ({"discount": {"type": "percent", "value": "50"}},
         {"discount_total": "100.00", "total": "115.00"}),
        ({"lines": [LINE]}, {"discount_total": "100.00", "total": "100.00", "taxes": []}),
        ({"currency": "KWD"}, {"total": "100.000", "currency": "KWD"}),
        ({"discount": None}, {"discount": None, "total": "200.000"}),
        ({"client_id": str(client_id)}, {"client_id": str(client_id)}),
        ({"client_id": None}, {"client_id": None, "url": None}),
        ({"issue_date": "2026-01-01", "due_date": "2026-02-01"},
         {"issue_date": "2026-01-01", "supply_date": "2026-01-01", "due_date": "2026-02-01"}),
        ({}, {"version": 10}),
    ]  # fmt: skip
    for changes, expected in steps:
        changed = await owner.patch(path, changes)
        assert {name: changed[name] for name in expected} == expected, changes
    stale = await owner.http.patch(path, json={"notes": "y"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    for empty in ({"lines": None}, {"currency": None}, {"issue_date": None}):
        assert (await owner.wrong("PATCH", path, empty))[0] == "validation_failed"


async def test_the_same_id_makes_one_invoice(owner: Person) -> None:
    """BI-14: an id of the caller's own, and what a partner's system calls it."""
    body = {"id": str(new_id()), "lines": [LINE], "external_id": "ORDER-1"}
    answers = [await owner.http.post(INVOICES, json=body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert await owner.refused("POST", INVOICES, body | {"notes": "x"}) == (409, "id_taken")
    again = {"lines": [LINE], "external_id": "ORDER-1"}
    assert await owner.refused("POST", INVOICES, again) == (409, "external_id_taken")
    other = await draft(owner)
    path = f"{INVOICES}/{other['id']}"
    assert await owner.refused("PATCH", path, {"external_id": "ORDER-1"}) == (
        409, "external_id_taken",
    )  # fmt: skip


async def test_a_draft_can_be_removed(owner: Person) -> None:
    """BI-01"""
    made = await draft(owner)
    await owner.delete(f"{INVOICES}/{made['id']}")
    assert await owner.refused("GET", f"{INVOICES}/{made['id']}") == (404, "invoice_not_found")
    assert await owner.ids(INVOICES) == []


async def test_lists_are_narrowed_and_sorted(owner: Person) -> None:
    """BI-02, BI-11: by client, state, dates, branch and what others call them."""
    noura = user()
    await remember_company(owner, noura)
    branch = await owner.post("/v1/branches", {"name": "الرياض"})
    sara, cycle = await remember_client(owner), str(uuid4())
    cheap = LINE | {"unit_price": "1.00"}
    one = await draft(owner, client_id=str(sara), issue_date="2026-01-10", due_date="2030-01-01",
                      external_id="A")  # fmt: skip
    two = await draft(owner, cheap, issue_date="2026-01-20", branch_id=branch["id"],
                      currency="KWD", salesperson_id=noura["id"], work_cycle_id=cycle)  # fmt: skip
    a, b = one["id"], two["id"]
    cases: list[tuple[Json, list[str]]] = [
        ({}, [b, a]), ({"sort": "created_at"}, [a, b]), ({"sort": "-issue_date"}, [b, a]),
        ({"sort": "total"}, [b, a]), ({"sort": "-due_date"}, [a, b]),
        ({"client_id": str(sara)}, [a]), ({"client_id": "none"}, [b]),
        ({"client_id": ["none", str(sara)]}, [b, a]), ({"status": "draft"}, [b, a]),
        ({"status": ["issued", "paid", "overdue"]}, []), ({"external_id": "A"}, [a]),
        ({"branch_id": branch["id"]}, [b]), ({"salesperson_id": noura["id"]}, [b]),
        ({"work_cycle_id": cycle}, [b]), ({"currency": "KWD"}, [b]),
        ({"issue_date_from": "2026-01-20"}, [b]), ({"issue_date_to": "2026-01-20"}, [a]),
        ({"due_date_from": "2029-01-01"}, [a]), ({"number": "INV-000001"}, []),
        ({"created_from": two["created_at"]}, [b]), ({"updated_to": two["updated_at"]}, [a]),
    ]  # fmt: skip
    for given, expected in cases:
        assert await owner.ids(INVOICES, **given) == expected, given
    merged = await remember_client(owner, merged_into=str(sara))
    assert await owner.ids(INVOICES, client_id=str(merged)) == [a]
