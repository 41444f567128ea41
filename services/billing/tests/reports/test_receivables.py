"""Who owes how much since when: the ageing of what is not paid."""

from datetime import date, timedelta
from typing import Any

import pytest

from chassis.ids import new_id
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import draft, remember_company
from services.billing.tests.openings.test_openings import hear
from services.billing.tests.payments.making import PAYMENTS, client, owed, pay
from services.billing.tests.reports.days import on_day

RECEIVABLES = "/v1/billing/reports/receivables"
BUCKETS = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
AS_OF = date(2999, 6, 30)
Aged = dict[str | None, dict[str, list[str]]]


def told(each: Json) -> list[str]:
    return [each[name] for name in (*BUCKETS, "due", "credit")]


async def aged(person: Person, **query: Any) -> Aged:
    """Per client and currency the buckets, what is due in all, and credit."""
    found = await person.get(RECEIVABLES, **{"as_of": AS_OF.isoformat(), **query})
    return {
        one["client_id"]: {each["currency"]: told(each) for each in one["currencies"]}
        for one in found["items"]
    }


async def due(person: Person, client_id: str | None, late: int, amount: str, **fields: Any) -> Json:
    """An invoice that is so many days late on that day."""
    on = (AS_OF - timedelta(days=late)).isoformat()
    return await owed(person, amount, client_id, issue_date="2026-01-01", due_date=on, **fields)


async def test_what_is_owed_is_put_by_how_late_it_is(owner: Person) -> None:
    """BI-13: current, 1 to 30, 31 to 60, 61 to 90, over 90 days; credit stands beside."""
    sara, omar = await client(owner, name="سارة"), await client(owner, name="Omar")
    for place, late in enumerate((-5, 0, 1, 30, 31, 60, 61, 90, 91)):
        await due(owner, sara, late, f"{2**place}.00")
    await due(owner, None, 3, "7.00")
    bill = await due(owner, omar, 3, "9.00")
    await pay(owner, "30.00", omar, of={bill["id"]: "4.00"})
    await pay(owner, "5.00", omar, currency="AED")
    await draft(owner, client_id=sara)
    answer = await owner.get(RECEIVABLES, as_of=AS_OF.isoformat(), count=True)
    assert [(one["client_id"], one["name"], one["url"], one["due_at_home"])
            for one in answer["items"]] == [
        (sara, "سارة", f"/v1/clients/{sara}", "511.00"), (None, None, None, "7.00"),
        (omar, "Omar", f"/v1/clients/{omar}", "5.00"),
    ]  # fmt: skip
    found = await aged(owner)
    assert found[sara]["SAR"] == ["3.00", "12.00", "48.00", "192.00", "256.00", "511.00", "0.00"]
    assert found[omar] == {
        "AED": ["0.00"] * 6 + ["5.00"],
        "SAR": ["0.00", "5.00", "0.00", "0.00", "0.00", "5.00", "26.00"],
    }
    assert found[None]["SAR"][1] == "7.00"
    assert [told(one) for one in answer["totals"]] == [
        ["0.00"] * 6 + ["5.00"],
        ["3.00", "24.00", "48.00", "192.00", "256.00", "523.00", "26.00"],
    ]
    assert (answer["total"], answer["due_at_home"]) == (3, "523.00")
    assert answer["totals"][1]["overdue"] == "520.00"


async def test_pages_of_clients_have_the_sums_of_all(owner: Person) -> None:
    """BI-13: by what they owe or by their names, each once; merged ones are one."""
    made = [await client(owner, name=f"client {place}") for place in range(5)]
    for place, one in enumerate(made):
        await due(owner, one, 0, f"{place + 1}.00")
    await client(owner, id=made[4], version=2, name="client 4", merged_into=made[0])
    for sort, expected in (("-due", [0, 3, 2, 1]), ("name", [0, 1, 2, 3])):
        seen: list[str] = []
        more: Json = {"sort": sort, "limit": 3}
        while True:
            page = await owner.get(RECEIVABLES, as_of=AS_OF.isoformat(), **more)
            seen += [one["client_id"] for one in page["items"]]
            assert page["due_at_home"] == "15.00"
            if page["next_cursor"] is None:
                break
            more["cursor"] = page["next_cursor"]
        assert seen == [made[place] for place in expected]
    assert (await owner.refused("GET", f"{RECEIVABLES}?sort=size"))[1] == "validation_failed"


async def test_it_is_narrowed_to_documents_and_clients(owner: Person) -> None:
    """BI-13, CL-87: by branch, salesperson, folder and tag."""
    folder, seller = str(new_id()), str(owner.caller.user_id)
    branch = (await owner.post("/v1/branches", {"name": "الرياض"}))["id"]
    sara = await client(owner, folder_id=folder, tags=["VIP", "gold"])
    omar = await client(owner, tags=["gold"])
    await remember_company(owner)
    await due(owner, sara, 0, "1.00", branch_id=branch)
    await due(owner, sara, 0, "2.00")
    await due(owner, omar, 0, "4.00", branch_id=branch)
    await pay(owner, "50.00", sara, currency="AED")

    async def summed(**query: Any) -> list[tuple[str, str, str | None]]:
        report = await owner.get(RECEIVABLES, as_of=AS_OF.isoformat(), **query)
        return [(one["currency"], one["due"], one["credit"]) for one in report["totals"]]

    assert await summed(branch_id=branch) == [("SAR", "5.00", None)]
    assert await summed(branch_id=branch, tag="VIP") == [("SAR", "1.00", None)]
    assert await summed(tag=["VIP", "gold"]) == [("AED", "0.00", "50.00"), ("SAR", "7.00", "0.00")]
    assert await summed(folder_id=folder) == [("AED", "0.00", "50.00"), ("SAR", "3.00", "0.00")]
    assert await summed(salesperson_id=seller) == []
    await client(owner, id=omar, version=2, merged_into=sara)
    assert await summed(folder_id=folder) == [("AED", "0.00", "50.00"), ("SAR", "7.00", "0.00")]


async def test_it_stands_as_it_did_on_a_day(owner: Person) -> None:
    """BI-13: what was issued, paid, credited and voided since is not there yet."""
    sara = await client(owner)
    with on_day(owner, "2026-03-01"):
        first = await owed(owner, "100.00", sara, issue_date="2026-03-01", due_date="2026-03-10")
        voided = await owed(owner, "10.00", sara, issue_date="2026-03-01", due_date="2026-05-01")
    with on_day(owner, "2026-03-05"):
        await pay(owner, "130.00", sara, of={first["id"]: "30.00"})
    with on_day(owner, "2026-04-01"):
        await owner.post(f"/v1/invoices/{voided['id']}/void")
        await pay(owner, "50.00", sara, method="credit", of={first["id"]: "50.00"})
        await owed(owner, "1000.00", sara, issue_date="2026-01-01", due_date="2026-01-01")
    none = "0.00"
    expected = {
        "2026-02-28": {},
        "2026-03-01": {"SAR": ["110.00", none, none, none, none, "110.00", none]},
        "2026-03-31": {"SAR": ["10.00", "70.00", none, none, none, "80.00", "100.00"]},
        "2026-04-01": {"SAR": [none, "20.00", none, "1000.00", none, "1020.00", "50.00"]},
    }
    for day, one in expected.items():
        assert await aged(owner, as_of=day) == ({sara: one} if one else {}), day
    with on_day(owner, "2026-04-01"):
        report = await owner.get(RECEIVABLES)
    assert report["as_of"] == "2026-04-01"
    assert report["totals"][0]["due"] == "1020.00"


async def test_who_sees_some_clients_sees_their_sums(owner: Person) -> None:
    """GW-02, GW-03: of walk-in sales one's own; other companies nothing."""
    async with owner.colleague("billing:read", visibility="assigned") as clerk:
        mine = await client(
            owner, staff=[{"user_id": str(clerk.caller.user_id), "role": "watcher"}]
        )
        hidden = await client(owner)
        for one, amount in ((mine, "5.00"), (hidden, "6.00"), (None, "7.00")):
            await due(owner, one, 0, amount)
            if one:
                await pay(owner, amount, one, currency="AED")
        assert await aged(clerk) == {
            mine: {"AED": ["0.00"] * 6 + ["5.00"],
                   "SAR": ["5.00", *["0.00"] * 4, "5.00", "0.00"]},
        }  # fmt: skip
        report = await clerk.get(RECEIVABLES, as_of=AS_OF.isoformat())
        assert [(one["due"], one["credit"]) for one in report["totals"]] == [
            ("0.00", "5.00"), ("5.00", "0.00"),
        ]  # fmt: skip
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(RECEIVABLES)).json()["totals"] == []
    async with owner.colleague("billing:write") as writer:
        assert (await writer.refused("GET", RECEIVABLES))[0] == 403


@pytest.mark.parametrize("wrong", ["as_of=x", "tag=", "folder_id=x", "format=xml", "lang=fr"])
async def test_what_is_no_question_is_refused(owner: Person, wrong: str) -> None:
    """GW-09"""
    assert await owner.refused("GET", f"{RECEIVABLES}?{wrong}") == (422, "validation_failed")


async def test_cheques_that_bounce_are_owed_again(owner: Person) -> None:
    """BI-13"""
    sara = await client(owner)
    bill = await due(owner, sara, 0, "8.00")
    cheque = await pay(owner, "10.00", sara, method="cheque", of={bill["id"]: "8.00"})
    assert (await aged(owner))[sara]["SAR"][5:] == ["0.00", "2.00"]
    await owner.post(f"{PAYMENTS}/{cheque['id']}/deposit")
    await owner.post(f"{PAYMENTS}/{cheque['id']}/bounce")
    assert (await aged(owner))[sara]["SAR"][5:] == ["8.00", "0.00"]


async def test_what_was_owed_before_is_owed_and_no_revenue(owner: Person) -> None:
    """CL-22, BI-13: nor an invoice of the client; what was left before is credit."""
    sara, omar = await client(owner), await client(owner)
    await hear(owner, sara, "40.00")
    await hear(owner, omar, "-9.00")
    await due(owner, sara, 0, "5.00")
    found = await aged(owner)
    assert (found[sara]["SAR"][5], found[omar]["SAR"][6]) == ("45.00", "9.00")
    ever = {"date_from": "2020-01-01", "date_to": "2999-01-01"}
    revenue = await owner.get("/v1/billing/reports/revenue", **ever)
    assert revenue["totals"]["net_at_home"] == "5.00"
    taxes = await owner.get("/v1/billing/reports/taxes", **ever)
    assert [one["taxable"] for one in taxes["sales"]] == ["5.00"]
    [value] = (await owner.get("/v1/billing/reports/lifetime-value"))["totals"]
    assert (value["invoices"], value["due"], value["paid"]) == (1, "45.00", "0.00")
