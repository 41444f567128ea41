"""The figures of a tax return."""

from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import issued
from services.billing.tests.payments.making import client
from services.billing.tests.reports.days import on_day
from services.billing.tests.reports.test_revenue import credit, line

TAXES = "/v1/billing/reports/taxes"
QUARTER: Json = {"date_from": "2026-04-01", "date_to": "2026-07-01"}


def rows(items: list[Json]) -> list[tuple[str | None, ...]]:
    return [tuple(one.values()) for one in items]


async def _book(owner: Person, vat: str) -> None:
    entries: list[tuple[str, str, Json]] = [
        ("expenses", "23.00", {}), ("expenses", "3.00", {"tax_id": None}),
        ("expenses", "11.50", {"currency": "USD"}), ("expenses", "1.15", {"currency": "EUR"}),
        ("incomes", "46.00", {}), ("expenses", "99.00", {"date": "2026-07-01"}),
    ]  # fmt: skip
    for kind, amount, more in entries:
        entry = {"amount": amount, "currency": "SAR", "tax_id": vat, "date": "2026-05-05", **more}
        await owner.post(f"/v1/{kind}", entry)


async def test_sales_credits_and_input_tax_make_what_is_due(owner: Person) -> None:
    """BI-13: by category and rate, in the company's currency, by the day of issue."""
    vat, sara = (await make_tax(owner))["id"], await client(owner)
    zero = (await make_tax(owner, rate="0", category="Z"))["id"]
    bill = await issued(owner, line("100.00", tax_id=vat), line("50.00", tax_id=zero),
                        line("5.00"), client_id=sara, issue_date="2026-04-01")  # fmt: skip
    await issued(owner, line("10.00", tax_id=vat), client_id=sara, issue_date="2026-06-30",
                 supply_date="2026-07-02", currency="USD", exchange_rate="4")  # fmt: skip
    gone = await issued(owner, line("7.00", tax_id=vat), issue_date="2026-05-12")
    await owner.post(f"/v1/invoices/{gone['id']}/void")
    await issued(owner, line("900.00", tax_id=vat), issue_date="2026-07-01")
    with on_day(owner, "2026-06-01"):
        await credit(owner, bill, line("20.00", tax_id=vat))
    await _book(owner, vat)
    report = await owner.get(TAXES, **QUARTER)
    assert rows(report["sales"]) == [
        ("S", "0.15", "140.00", "21.00", "20.00", "3.00", "120.00", "18.00"),
        ("Z", "0", "50.00", "0.00", "0.00", "0.00", "50.00", "0.00"),
        (None, None, "5.00", "0.00", "0.00", "0.00", "5.00", "0.00"),
    ]
    assert rows(report["incomes"]) == [("S", "0.15", "40.00", "6.00")]
    # 10 dollars are 37.50, by the peg.
    assert rows(report["expenses"]) == [
        ("S", "0.15", "57.50", "8.63"), (None, None, "3.00", "0.00"),
    ]  # fmt: skip
    assert rows(report["unrated"]) == [("expense", "EUR", "1.00", "0.15")]
    assert (report["currency"], report["output_tax"], report["input_tax"], report["net_due"]) == (
        "SAR", "24.00", "8.63", "15.37",
    )  # fmt: skip
    by_supply = await owner.get(TAXES, basis="supply_date", **QUARTER)
    assert by_supply["sales"][0]["taxable"] == "100.00"
    rate = {"currency": "EUR", "rate": "4.5", "on": "2026-05-01"}
    await owner.post("/v1/exchange-rates", rate)
    await owner.post("/v1/exchange-rates", rate | {"currency": "USD", "rate": "4"})
    report = await owner.get(TAXES, **QUARTER)
    assert (report["unrated"], report["input_tax"]) == ([], "9.68")


async def test_the_quarter_is_the_companys(owner: Person) -> None:
    """BI-13: up to today; to a day, the quarter that it is in."""
    with on_day(owner, "2026-05-20"):
        for query, expected in (
            ({}, ("2026-04-01", "2026-05-21")), ({"date_to": "2026-04-01"},
                                                 ("2026-01-01", "2026-04-01")),
            ({"date_from": "2026-05-05"}, ("2026-05-05", "2026-05-21")),
            ({"date_from": "2026-06-05"}, ("2026-06-05", "2026-06-06")),
        ):  # fmt: skip
            report = await owner.get(TAXES, **query)
            assert (report["date_from"], report["date_to"]) == expected
    answer = await owner.refused("GET", f"{TAXES}?date_from=2026-06-05&date_to=2026-06-05")
    assert answer == (422, "period_ends_first")


async def test_who_sees_some_clients_sees_their_taxes(owner: Person) -> None:
    """GW-02, GW-03: also of expenses and incomes."""
    vat = (await make_tax(owner))["id"]
    async with owner.colleague("billing:read", visibility="assigned") as clerk:
        mine = await client(
            owner, staff=[{"user_id": str(clerk.caller.user_id), "role": "watcher"}]
        )
        for one in (mine, await client(owner), None):
            await issued(owner, line("100.00", tax_id=vat), client_id=one, issue_date="2026-05-01")
            about = {"client_id": one} if one else {}
            entry = {"amount": "11.50", "currency": "SAR", "tax_id": vat, "date": "2026-05-05"}
            await owner.post("/v1/expenses", entry | about)
        report = await clerk.get(TAXES, **QUARTER)
        assert (report["output_tax"], report["input_tax"]) == ("15.00", "1.50")
