"""What clients brought in since they are clients."""

from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import draft
from services.billing.tests.payments.making import PAYMENTS, client, owed, pay

LIFETIME = "/v1/billing/reports/lifetime-value"


async def test_what_a_client_paid_less_what_went_back(owner: Person) -> None:
    """BI-13: with the first and the last invoice, how many, and what is open."""
    sara, omar, idle = [await client(owner, name=name) for name in ("سارة", "Omar", "Idle")]
    for on in ("2025-03-04", "2026-01-02"):
        await owed(owner, "100.00", sara, issue_date=on)
    gone = await owed(owner, "9.00", sara, issue_date="2026-02-02")
    await owner.post(f"/v1/invoices/{gone['id']}/void")
    await draft(owner, client_id=idle)
    made = await pay(owner, "150.00", sara, auto_allocate=True)
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "20.00"})
    await pay(owner, "30.00", sara, currency="AED")
    await pay(owner, "500.00", omar, method="cheque")
    await pay(owner, "77.00", omar, currency="AED", method="cheque")
    await owed(owner, "8.00", None)
    report = await owner.get(LIFETIME, count=True)
    assert [(one["client_id"], one["url"], one["name"]) for one in report["items"]] == [
        (omar, f"/v1/clients/{omar}", "Omar"), (sara, f"/v1/clients/{sara}", "سارة"),
    ]  # fmt: skip
    assert [tuple(one.values()) for one in report["items"][1]["currencies"]] == [
        ("AED", "30.00", "0.00", "30.00", "0.00", 0, None, None),
        ("SAR", "150.00", "20.00", "130.00", "70.00", 2, "2025-03-04", "2026-01-02"),
    ]
    assert [tuple(one.values()) for one in report["totals"]] == [
        ("AED", "107.00", "0.00", "107.00", "0.00", 0),
        ("SAR", "650.00", "20.00", "630.00", "70.00", 2),
    ]
    balance = (await owner.get("/v1/balances", client_id=sara))["items"][1]
    assert (balance["lifetime_value"], balance["due"]) == ("130.00", "70.00")
    by_name = await owner.get(LIFETIME, sort="name")
    assert [one["name"] for one in by_name["items"]] == ["Omar", "سارة"]
    await client(owner, id=omar, version=2, merged_into=sara)
    assert (await owner.get(LIFETIME))["items"][0]["currencies"][1]["lifetime_value"] == "630.00"


async def test_who_sees_some_clients_sees_theirs(owner: Person) -> None:
    """GW-02, GW-03; narrowed by folder and tag."""
    async with owner.colleague("billing:read", visibility="assigned") as clerk:
        staff = [{"user_id": str(clerk.caller.user_id), "role": "watcher"}]
        mine, other = await client(owner, staff=staff), await client(owner, tags=["VIP"])
        for one in (mine, other):
            await pay(owner, "5.00", one)
        assert [one["client_id"] for one in (await clerk.get(LIFETIME))["items"]] == [mine]
        assert [one["paid"] for one in (await clerk.get(LIFETIME))["totals"]] == ["5.00"]
        assert [one["client_id"] for one in (await owner.get(LIFETIME, tag="VIP"))["items"]] == [
            other
        ]
