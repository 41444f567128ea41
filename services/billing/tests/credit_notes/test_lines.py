"""What is credited of the lines of an invoice, and all that is left of one."""

import asyncio
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.credit_notes import rules
from billing.proof.schedules import prove
from billing.totals.rules.written import figures
from chassis.money import Money
from services.billing.tests.credit_notes.test_credit_notes import NOTES, credit, line, note
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, issued
from services.billing.tests.payments.making import client, left, owed, pay, state

OVER = (409, "over_credited")


def of(place: int, quantity: str, price: str, **fields: Any) -> Json:
    return line(price, quantity=quantity, invoice_line=place, **fields)


async def test_what_is_left_is_kept_by_line(owner: Person) -> None:
    """BI-07: quantity and amount, with the tax of the line; what is too much names its line."""
    tax = await make_tax(owner, inclusive=True)
    bill = await issued(
        owner, line("100.00", quantity="3", discount={"type": "amount", "value": "30.00"}),
        line("115.00", quantity="2", tax_id=tax["id"]),
    )  # fmt: skip
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    assert bill["lines_left"] is None
    made = await credit(owner, bill, of(1, "0.5", "115.00"), of(0, "1", "90.00"))
    assert (made["subtotal"], made["tax_total"]) == ("140.00", "7.50")
    assert [one["invoice_line"] for one in made["lines"]] == [1, 0]
    found = await owner.get(f"{INVOICES}/{bill['id']}")
    assert found["lines_left"] == [
        {"quantity": "2", "amount": "180.00"}, {"quantity": "1.5", "amount": "172.50"},
    ]  # fmt: skip
    for body, field in (
        (note(of(1, "1.6", "1.00")), "lines.0"), (note(of(0, "1", "180.01")), "lines.0"),
        (note(of(1, "1", "1.00"), of(1, "1", "1.00")), "lines.1"),
    ):  # fmt: skip
        answer = await owner.http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == OVER
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    other = await make_tax(owner)
    for body, field in (
        (note(of(2, "1", "1.00")), "lines.0.invoice_line"),
        (note(of(1, "1", "1.00", tax_id=other["id"])), "lines.0.tax_id"),
        (note(of(0, "1", "1.00", tax_id=tax["id"])), "lines.0.tax_id"),
    ):  # fmt: skip
        assert await owner.wrong("POST", path, body) == ("unknown_reference", [field])
    assert (await owner.wrong("POST", path, note(of(-1, "1", "1.00"))))[0] == "validation_failed"
    assert (await owner.get(f"{INVOICES}/{bill['id']}"))["lines_left"] == found["lines_left"]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_without_lines_all_that_is_left_is_credited(owner: Person) -> None:
    """BI-07, BI-09: as it stands, or what is left of each tax, to the last minor unit."""
    sara, tax = await client(owner), await make_tax(owner)
    zero = await make_tax(owner, rate="0", category="Z")
    lines = [line("0.30", tax_id=tax["id"]), line("50.00", tax_id=zero["id"]), line("7.00")]
    rest: Json = {"discount": {"type": "percent", "value": "10"}, "shipping": "15.00"}
    whole, partly = [await issued(owner, *lines, client_id=sara, **rest) for _ in range(2)]
    paid = await pay(owner, "20.00", sara, of={whole["id"]: "20.00"})
    made = await owner.post(f"{INVOICES}/{whole['id']}/credit-notes", {"reason": "x"})
    names = ("subtotal", "discount_total", "shipping", "taxes", "tax_total", "total")
    assert [made[one] for one in names] == [whole[one] for one in names]
    assert await state(owner, whole) == ("credited", "0.00", "0.00")
    assert left(await owner.get(f"/v1/payments/{paid['id']}"))[2] == "20.00"
    shown = await owner.get(f"{INVOICES}/{whole['id']}")
    assert {one["quantity"] for one in shown["lines_left"]} == {"0"}
    for _ in range(3):
        await credit(owner, partly, line("0.03", tax_id=tax["id"]), line("1.00"))
    path = f"{INVOICES}/{partly['id']}/credit-notes"
    made = await owner.post(path, {"reason": "x"})
    assert partly["number"] in made["lines"][0]["description"]
    assert await state(owner, partly) == ("credited", "0.00", "0.00")
    assert await owner.refused("POST", path, {"reason": "x"}) == OVER
    assert await owner.wrong("POST", path, {"reason": "x", "shipping": "1.00"}) == (
        "validation_failed", ["body"],
    )  # fmt: skip
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_was_written_off_is_not_the_rest(owner: Person) -> None:
    """BI-09"""
    sara = await client(owner)
    bill = await owed(owner, "50.00", sara)
    await pay(owner, "20.00", sara, of={bill["id"]: "20.00"})
    await owner.post(f"{INVOICES}/{bill['id']}/write-off")
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    assert await owner.wrong("POST", path, {"reason": "x"}) == ("lines_needed", ["lines"])


async def test_all_that_is_left_is_credited_once(owner: Person) -> None:
    """BI-07: of eight at once one; the others find nothing."""
    bill = await owed(owner, "50.00", await client(owner))
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    answers = await asyncio.gather(*(
        owner.http.post(path, json={"reason": "x"}) for _ in range(8)
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7
    assert len(await owner.ids(NOTES, invoice_id=bill["id"])) == 1


TAXES = [None, *(
    {"name": {"ar": "ض", "en": None}, "category": "S", "rate": rate, "inclusive": inclusive,
     "exemption_reason": None}
    for rate in ("0.15", "0.05") for inclusive in (False, True)
)]  # fmt: skip


class Bill:
    """What `rest_of` looks at of an invoice."""

    number = "INV-1"

    def __init__(self, **columns: Any) -> None:
        self.__dict__.update(columns)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.sampled_from(TAXES)), min_size=1, max_size=5),
    st.lists(st.integers(0, 100), min_size=1, max_size=4), st.sampled_from(["SAR", "KWD", "JPY"]),
)  # fmt: skip
def test_the_rest_comes_to_what_is_left(
    items: list[tuple[int, Json | None]], parts: list[int], currency: str
) -> None:
    """BI-07: whatever was credited before; and what is credited of a tax is what was invoiced."""

    def lines(share: int) -> list[Json]:
        return [
            {"description": "x", "quantity": "1", "discount": None, "product_id": None,
             "unit_price": Money(price * share // 100, currency).format(), "invoice_line": None,
             "tax_id": str(TAXES.index(tax)) if tax else None, "tax": tax}
            for price, tax in items
        ]  # fmt: skip

    bill = Bill(**figures(currency, lines(100), {}))
    credited: dict[rules.Key, Decimal] = {}
    left_minor, net = bill.total_minor, 0
    for part in parts:
        found = figures(currency, lines(part // len(parts)), {})
        left_minor -= found["total_minor"]
        net += found["subtotal_minor"]
        for one in found["taxes"]:
            key = one["category"], one["rate"]
            credited[key] = credited.get(key, Decimal(0)) + Decimal(one["taxable"])
    assume(left_minor > 0)
    agreed = Money(left_minor, currency).format()
    last = figures(currency, rules.rest_of(bill, credited, net), {"agreed_total": agreed})
    assert last["total_minor"] == left_minor
    for one in last["taxes"]:
        key = one["category"], one["rate"]
        credited[key] = credited.get(key, Decimal(0)) + Decimal(one["taxable"])
    for one in bill.taxes:
        taken = credited.get((one["category"], one["rate"]), Decimal(0))
        # Nets of parts of prices with tax in them may round to more than that of the whole.
        assert taken >= Decimal(one["taxable"])
