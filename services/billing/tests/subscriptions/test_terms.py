"""What staff decide of subscriptions."""

import pytest

from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import remember_client
from services.billing.tests.subscriptions.billing_days import (
    LINE,
    MONTHLY,
    SUBSCRIPTIONS,
    bill,
    invoices,
    on_the,
    subscribe,
)


async def test_a_subscription_shows_when_it_bills_next(owner: Person) -> None:
    """BI-16"""
    tax = await make_tax(owner)
    made = await subscribe(
        owner, starts_on="2026-03-17", anchor_day=31, due_days=14, external_id="S-1",
        lines=[LINE | {"tax_id": tax["id"]}],
    )  # fmt: skip
    assert made["status"] == "active" and made["next_on"] == "2026-03-17"
    assert (made["tax_total"], made["total"], made["billed"]) == ("46.50", "356.50", 0)
    coming = (await owner.get(f"{SUBSCRIPTIONS}/{made['id']}/upcoming", limit=3))["items"]
    assert [(one["period_from"], one["period_to"], one["due_date"]) for one in coming] == [
        ("2026-03-17", "2026-03-30", "2026-03-31"), ("2026-03-31", "2026-04-29", "2026-04-14"),
        ("2026-04-30", "2026-05-30", "2026-05-14"),
    ]  # fmt: skip
    assert [one["prorated"] for one in coming] == [True, False, False]
    # 14 of 31 days: the first period would have begun on 28 February.
    assert [one["subtotal"] for one in coming] == ["140.00", "310.00", "310.00"]
    found = {"external_id": "S-1", "next_on_to": "2026-03-18", "client_id": made["client_id"]}
    assert await owner.ids(SUBSCRIPTIONS, **found) == [made["id"]]


@pytest.mark.parametrize(("first", "next_on", "subtotal"), [
    ("full", "2026-03-17", "310.00"), ("free", "2026-04-01", "310.00"),
])  # fmt: skip
async def test_a_first_period_may_be_whole_or_free(
    owner: Person, first: str, next_on: str, subtotal: str
) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-03-17", anchor_day=1, first_period=first)
    coming = (await owner.get(f"{SUBSCRIPTIONS}/{made['id']}/upcoming", limit=1))["items"]
    assert [one["period_from"] for one in coming] == [made["next_on"]] == [next_on]
    assert coming[0]["subtotal"] == subtotal and not coming[0]["prorated"]


async def test_a_new_price_holds_from_the_next_period_on(owner: Person) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-01-31")
    await bill(owner, "2026-01-31")
    changed = await owner.patch(
        f"{SUBSCRIPTIONS}/{made['id']}", {"lines": [LINE | {"unit_price": "400.00"}]}
    )
    assert changed["total"] == "400.00"
    await bill(owner, "2026-02-28")
    assert [one["total"] for one in await invoices(owner, made)] == ["310.00", "400.00"]
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    refusal = await owner.refused("PATCH", path, {"interval": {"unit": "week"}})
    assert refusal == (409, "subscription_begun")
    assert await owner.refused("DELETE", path) == (409, "subscription_begun")


async def test_what_is_paused_is_not_billed_and_goes_on_with_the_next_period(
    owner: Person, events: Events
) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-01-01")
    await bill(owner, "2026-01-01")
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    paused = await owner.post(f"{path}/pause")
    assert paused["status"] == "paused"
    assert (await owner.get(f"{path}/upcoming"))["items"] == []
    assert (await owner.post(f"{path}/pause"))["version"] == paused["version"]
    async with on_the(owner, "2026-04-11"):
        resumed = await owner.post(f"{path}/resume")
    assert (resumed["status"], resumed["next_on"]) == ("active", "2026-05-01")
    await bill(owner, "2026-05-01")
    billed = [one["period_from"] for one in await invoices(owner, made)]
    assert billed == ["2026-01-01", "2026-05-01"]
    told = [one["type"].removeprefix("billing.subscription.") for one in await events(owner.caller)]
    assert [one for one in told if "." not in one] == ["created", "paused", "resumed"]


async def test_it_ends_with_what_was_billed_or_now(owner: Person) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-01-01")
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    await bill(owner, "2026-01-01")
    async with on_the(owner, "2026-01-15"):
        ending = await owner.post(f"{path}/cancel", {"at": "period_end"})
        assert (ending["status"], ending["cancelled_on"]) == ("active", "2026-02-01")
        again = await owner.post(f"{path}/resume")
        assert (again["cancelled_on"], again["next_on"]) == (None, "2026-02-01")
        over = await owner.post(f"{path}/cancel", {"at": "now"})
        assert (over["status"], over["cancelled_on"]) == ("cancelled", "2026-01-15")
        for action in ("pause", "resume", "cancel"):
            body = {} if action == "cancel" else None
            assert (await owner.refused("POST", f"{path}/{action}", body))[0] == 409
        assert await owner.ids(SUBSCRIPTIONS, status="cancelled") == [made["id"]]


async def test_nothing_is_billed_beyond_its_end(owner: Person, events: Events) -> None:
    """BI-16"""
    few = await subscribe(owner, starts_on="2026-01-01", occurrences=2)
    short = await subscribe(owner, starts_on="2026-01-01", ends_on="2026-02-28")
    await bill(owner, "2026-08-01")
    for one in (few, short):
        assert [i["period_from"] for i in await invoices(owner, one)] == [
            "2026-01-01", "2026-02-01"
        ]  # fmt: skip
    assert sorted(await owner.ids(SUBSCRIPTIONS, status="ended")) == sorted(
        [few["id"], short["id"]]
    )
    told = [one["type"] for one in await events(owner.caller)]
    assert told.count("billing.subscription.ended") == 2
    async with on_the(owner, "2026-08-10"):
        longer = await owner.patch(f"{SUBSCRIPTIONS}/{short['id']}", {"ends_on": None})
    assert (longer["status"], longer["next_on"]) == ("active", "2026-09-01")


@pytest.mark.parametrize(("fields", "code", "named"), [
    ({"interval": {"unit": "fortnight"}}, "validation_failed", "interval.unit"),
    ({"interval": {"unit": "month", "count": 0}}, "validation_failed", "interval.count"),
    ({"interval": {"unit": "week"}, "anchor_day": 3}, "anchor_without_months", "anchor_day"),
    ({"starts_on": "2026-03-01", "ends_on": "2026-02-01"}, "ends_before_start", "ends_on"),
    ({"starts_on": "3000-01-01"}, "validation_failed", "starts_on"),
    ({"lines": []}, "validation_failed", "lines"),
    ({"client_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "unknown_reference", "client_id"),
    ({"currency": "KWD", "lines": [LINE | {"unit_price": "1.2345"}]}, "not_an_amount",
     "lines.0.unit_price"),
])  # fmt: skip
async def test_what_cannot_be_is_refused_by_its_field(
    owner: Person, fields: Json, code: str, named: str
) -> None:
    client_id = str(await remember_client(owner))
    body = {"client_id": client_id, "interval": MONTHLY, "lines": [LINE]} | fields
    assert await owner.wrong("POST", SUBSCRIPTIONS, body) == (code, [named])


async def test_to_have_invoices_issued_needs_the_permission_to_issue(owner: Person) -> None:
    client_id = str(await remember_client(owner))
    body: Json = {"client_id": client_id, "interval": MONTHLY, "lines": [LINE]}
    async with owner.colleague("billing:read", "billing:write", "clients:read") as clerk:
        assert await clerk.refused("POST", SUBSCRIPTIONS, body) == (403, "forbidden")
        drafts = await clerk.post(SUBSCRIPTIONS, body | {"auto_issue": False})
        path = f"{SUBSCRIPTIONS}/{drafts['id']}"
        assert (await clerk.refused("PATCH", path, {"auto_issue": True}))[0] == 403
        issuing = await owner.post(SUBSCRIPTIONS, body)
        dearer = {"lines": [LINE | {"unit_price": "900.00"}]}
        assert (await clerk.refused("PATCH", f"{SUBSCRIPTIONS}/{issuing['id']}", dearer))[0] == 403


async def test_the_same_request_makes_one(owner: Person) -> None:
    made = await subscribe(owner)
    body = {"id": made["id"], "client_id": made["client_id"], "interval": MONTHLY, "lines": [LINE]}
    assert await owner.refused("POST", SUBSCRIPTIONS, body) == (409, "id_taken")
    other = body | {"id": "01890a5d-ac96-774b-bcce-b302099a8051", "external_id": "X"}
    first = await owner.post(SUBSCRIPTIONS, other)
    assert await owner.post(SUBSCRIPTIONS, other) == first
    third = {**other, "id": "01890a5d-ac96-774b-bcce-b302099a8052"}
    assert await owner.refused("POST", SUBSCRIPTIONS, third) == (409, "external_id_taken")


async def test_lines_take_the_taxes_of_their_products(owner: Person) -> None:
    tax = await make_tax(owner)
    product = await make_product(owner, tax_id=tax["id"])
    made = await subscribe(owner, lines=[LINE | {"product_id": product["id"]}])
    assert made["tax_total"] == "46.50"
