"""What was earned in a time, by what one asks for."""

from typing import Any

import pytest

from chassis.ids import new_id
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import issued, remember_company, user
from services.billing.tests.payments.making import client
from services.billing.tests.reports.days import on_day

REVENUE = "/v1/billing/reports/revenue"
YEAR: Json = {"date_from": "2026-01-01", "date_to": "2027-01-01"}
FIGURES = ("net", "tax", "total", "invoices", "credit_notes")


def line(amount: str, **fields: Any) -> Json:
    return {"description": "x", "quantity": "1", "unit_price": amount, **fields}


async def groups(person: Person, by: str, **query: Any) -> dict[str | None, Json]:
    """What each group brought in, by currency."""
    found = await person.get(REVENUE, group_by=by, **YEAR, **query)
    return {
        one["key"]: {each["currency"]: [each[name] for name in FIGURES]
                     for each in one["currencies"]}
        for one in found["items"]
    }  # fmt: skip


async def credit(person: Person, invoice: Json, *lines: Json) -> Json:
    path = f"/v1/invoices/{invoice['id']}/credit-notes"
    return await person.post(path, {"lines": list(lines), "reason": "x"})


async def test_months_in_their_order_less_what_was_credited_and_voided(owner: Person) -> None:
    """BI-13: with the tax beside, by currency, and at home by the rates on the documents."""
    vat, sara = (await make_tax(owner))["id"], await client(owner)
    await issued(owner, line("100.00", tax_id=vat), client_id=sara, issue_date="2026-01-15")
    bill = await issued(owner, line("40.00", tax_id=vat), client_id=sara, issue_date="2026-02-10")
    await issued(owner, line("10.00"), client_id=sara, issue_date="2026-02-11", currency="USD",
                 exchange_rate="4")  # fmt: skip
    gone = await issued(owner, line("7.00"), client_id=sara, issue_date="2026-02-12")
    await owner.post(f"/v1/invoices/{gone['id']}/void")
    await issued(owner, line("9.00"), client_id=sara, issue_date="2025-12-31")
    with on_day(owner, "2026-03-01"):
        await credit(owner, bill, line("10.00", tax_id=vat))
    report = await owner.get(REVENUE, **YEAR)
    assert [one["key"] for one in report["items"]] == ["2026-01", "2026-02", "2026-03"]
    assert await groups(owner, "month") == {
        "2026-01": {"SAR": ["100.00", "15.00", "115.00", 1, 0]},
        "2026-02": {"SAR": ["40.00", "6.00", "46.00", 1, 0],
                    "USD": ["10.00", "0.00", "10.00", 1, 0]},
        "2026-03": {"SAR": ["-10.00", "-1.50", "-11.50", 0, 1]},
    }  # fmt: skip
    at_home = [one["net_at_home"] for one in report["items"]]
    assert at_home == ["100.00", "80.00", "-10.00"]
    totals = report["totals"]
    assert (totals["net_at_home"], totals["total_at_home"]) == ("170.00", "189.50")
    assert [one["total"] for one in totals["currencies"]] == ["149.50", "10.00"]
    with on_day(owner, "2026-01-31"):
        report = await owner.get(REVENUE)
    assert (report["date_from"], report["date_to"]) == ("2026-01-01", "2026-02-01")
    assert report["totals"]["net_at_home"] == "100.00"


async def test_products_have_their_share_of_discounts_shipping_and_tax(owner: Person) -> None:
    """BI-13: a document's figures are shared over its lines, and nothing is lost."""
    vat, zero = await make_tax(owner), await make_tax(owner, rate="0", category="Z")
    tea, cup = [(await make_product(owner, name=name))["id"] for name in ("شاي", "كوب")]
    sold = await issued(
        owner, line("10.00", product_id=tea, tax_id=vat["id"]),
        line("20.00", product_id=cup, tax_id=vat["id"]), line("3.33", tax_id=zero["id"]),
        line("0.00", product_id=cup), line("5.00"),
        discount={"type": "amount", "value": "7.77"}, shipping="2.00", issue_date="2026-05-01",
    )  # fmt: skip
    found = await groups(owner, "product")
    assert set(found) == {tea, cup, None}
    nets = [float(one["SAR"][0]) for one in found.values()]
    taxes = [float(one["SAR"][1]) for one in found.values()]
    assert round(sum(nets), 2) == float(sold["subtotal"]) - 7.77 + 2.00
    assert round(sum(taxes), 2) == float(sold["tax_total"])
    tea_net, cup_net = float(found[tea]["SAR"][0]), float(found[cup]["SAR"][0])
    assert abs(cup_net - 2 * tea_net) < 0.02 and 0 < tea_net < 10
    by_tax = await groups(owner, "tax")
    assert {key: one["SAR"][0] for key, one in by_tax.items() if key} == {
        f"{one['category']} {one['rate']}": one["taxable"] for one in sold["taxes"]
    }
    report = await owner.get(REVENUE, group_by="product", **YEAR)
    names = {one["key"]: one["name"] for one in report["items"]}
    assert names[tea] == {"ar": "شاي"} and names[None] is None


async def test_clients_their_folders_and_their_tags(owner: Person) -> None:
    """BI-13, CL-87: who has two tags is in both, and once in the sums; merged ones are one."""
    folder = str(new_id())
    sara = await client(owner, name="سارة", folder_id=folder, tags=["VIP", "gold"])
    omar = await client(owner, tags=[])
    for one, amount in ((sara, "1.00"), (omar, "2.00"), (None, "4.00")):
        await issued(owner, line(amount), client_id=one, issue_date="2026-05-01")

    def nets(found: dict[str | None, Json]) -> dict[str | None, str]:
        return {key: one["SAR"][0] for key, one in found.items()}

    assert nets(await groups(owner, "client")) == {None: "4.00", omar: "2.00", sara: "1.00"}
    assert nets(await groups(owner, "tag")) == {None: "6.00", "VIP": "1.00", "gold": "1.00"}
    assert nets(await groups(owner, "folder"))[folder] == "1.00"
    assert nets(await groups(owner, "tag", tag="VIP")) == {"VIP": "1.00", "gold": "1.00"}
    report = await owner.get(REVENUE, group_by="client", tag="VIP", **YEAR)
    [item] = report["items"]
    assert (item["client_id"], item["url"], item["name"]) == (sara, f"/v1/clients/{sara}", "سارة")
    await client(owner, id=omar, version=2, merged_into=sara)
    assert nets(await groups(owner, "client")) == {None: "4.00", sara: "3.00"}
    assert nets(await groups(owner, "tag")) == {None: "4.00", "VIP": "3.00", "gold": "3.00"}
    report = await owner.get(REVENUE, group_by="tag", **YEAR)
    assert report["totals"]["net_at_home"] == "7.00"


async def test_branches_and_salespeople_by_their_names(owner: Person) -> None:
    """BI-13: the groups come in pages, the sums are of all."""
    noura = user()
    await remember_company(owner, noura)
    branch = (await owner.post("/v1/branches", {"name": {"ar": "الرياض", "en": "Riyadh"}}))["id"]
    await issued(owner, line("5.00"), branch_id=branch, salesperson_id=noura["id"],
                 issue_date="2026-05-01")  # fmt: skip
    await issued(owner, line("6.00"), issue_date="2026-05-01")
    for by, key, name in (("branch", branch, {"ar": "الرياض", "en": "Riyadh"}),
                          ("salesperson", noura["id"], "نورة")):  # fmt: skip
        first = await owner.get(REVENUE, group_by=by, limit=1, count=True, **YEAR)
        assert [one["key"] for one in first["items"]] == [None]
        assert (first["totals"]["net_at_home"], first["total"]) == ("11.00", 2)
        cursor = first["next_cursor"]
        rest = await owner.get(REVENUE, group_by=by, limit=1, cursor=cursor, **YEAR)
        assert [(one["key"], one["name"]) for one in rest["items"]] == [(key, name)]
        assert rest["next_cursor"] is None
    assert (await owner.get(REVENUE, branch_id=branch, **YEAR))["totals"]["net_at_home"] == "5.00"


async def test_who_sees_some_clients_sees_their_sums(owner: Person) -> None:
    """GW-02, GW-03: also of what was credited of them."""
    async with owner.colleague("billing:read", visibility="assigned") as clerk:
        mine = await client(
            owner, staff=[{"user_id": str(clerk.caller.user_id), "role": "watcher"}]
        )
        hidden = await client(owner)
        for one in (mine, hidden, None):
            bill = await issued(owner, line("5.00"), client_id=one, issue_date="2026-05-01")
            with on_day(owner, "2026-06-01"):
                await credit(owner, bill, line("1.00"))
        for by in ("month", "client", "product", "tax", "tag", "folder", "branch", "salesperson"):
            report = await clerk.get(REVENUE, group_by=by, **YEAR)
            assert report["totals"]["net_at_home"] == "4.00", by
            shown = sum(float(one["net_at_home"]) for one in report["items"])
            assert shown == 4, by


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("group_by=week", "validation_failed"), ("cursor=x", "invalid_cursor"),
     ("date_from=2026-02-01&date_to=2026-02-01", "period_ends_first")],
)  # fmt: skip
async def test_what_is_no_question_is_refused(owner: Person, wrong: str, code: str) -> None:
    """GW-09"""
    assert (await owner.refused("GET", f"{REVENUE}?{wrong}"))[1] == code
