"""Money comes in, and pays what is owed."""

from typing import Any

from diwan.billing.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import draft
from services.billing.tests.payments.making import (
    PAYMENTS,
    body,
    client,
    left,
    owed,
    pay,
    state,
)


async def test_a_payment_pays_what_it_is_allocated_to(owner: Person, events: Events) -> None:
    """BI-09, BI-11, BI-12: partly, wholly; the rest is credit; each is told once."""
    sara = await client(owner)
    one, two = [await owed(owner, amount, sara) for amount in ("100.00", "50.00")]
    made = await pay(owner, "120.00", sara, of={one["id"]: "70.00", two["id"]: "50.00"},
                     reference="TRF-1", received_at="2026-03-01T10:00:00Z")  # fmt: skip
    assert (made["receipt_number"], made["status"]) == ("RCT-000001", "received")
    assert left(made) == ("120.00", "0.00", "0.00")
    assert made["url"] == f"/v1/clients/{sara}"
    shown = [(a["invoice_id"], a["invoice_number"], a["amount"]) for a in made["allocations"]]
    assert shown == [
        (one["id"], one["number"], "70.00"), (two["id"], two["number"], "50.00"),
    ]  # fmt: skip
    assert await state(owner, one) == ("partially_paid", "70.00", "30.00")
    assert await state(owner, two) == ("paid", "50.00", "0.00")
    rest = await pay(owner, "40.00", sara, of={one["id"]: "30.00"})
    assert left(rest) == ("30.00", "0.00", "10.00")
    assert await state(owner, one) == ("paid", "100.00", "0.00")
    told = [e for e in await events(owner.caller) if e["data"].get("payment")]
    assert [e["type"] for e in told] == ["billing.payment.received"] * 2
    first = told[0]["data"]
    assert (first["payment"]["amount"], first["payment"]["method"]) == ("120.00", "cash")
    assert [a["invoice_id"] for a in first["allocations"]] == [one["id"], two["id"]]
    verbs = [
        e["type"].removeprefix("billing.invoice.") for e in await events(owner.caller)
        if e["subject"] == one["id"]
    ]  # fmt: skip
    assert verbs == ["created", "issued", "balance_changed", "paid"]


async def test_what_is_left_is_spread_over_the_oldest_due(owner: Person) -> None:
    """BI-09: after what was asked for; other currencies, drafts and clients are left alone."""
    sara, omar = await client(owner), await client(owner)
    late, soon, later = [
        await owed(owner, "100.00", sara, issue_date="2020-01-01", due_date=due)
        for due in ("2020-02-01", "2020-03-01", "2020-04-01")
    ]
    other = await owed(owner, "100.00", omar, due_date="2999-01-01")
    await draft(owner, client_id=sara)
    made = await pay(owner, "250.00", sara, of={later["id"]: "60.00"}, auto_allocate=True)
    assert {a["invoice_id"]: a["amount"] for a in made["allocations"]} == {
        later["id"]: "60.00", late["id"]: "100.00", soon["id"]: "90.00",
    }  # fmt: skip
    more = await pay(owner, "100.00", sara, auto_allocate=True)
    assert left(more) == ("50.00", "0.00", "50.00")
    assert (await state(owner, other))[0] == "issued"


async def test_what_is_too_much_is_refused_and_nothing_is_stored(
    owner: Person, events: Events
) -> None:
    """BI-09: 409 over_allocated."""
    sara = await client(owner)
    one, two = [await owed(owner, "50.00", sara) for _ in range(2)]
    before = len(await events(owner.caller))
    too_much = (409, "over_allocated")
    for asked in (
        body("100.00", sara, of={one["id"]: "50.01"}),
        body("60.00", sara, of={one["id"]: "50.00", two["id"]: "10.01"}),
        body("100.00", sara, of={one["id"]: "10.00", two["id"]: "50.01"}),
    ):
        assert await owner.refused("POST", PAYMENTS, asked) == too_much
    asked = body("10.00", sara, of={(await draft(owner, client_id=sara))["id"]: "10.00"})
    assert await owner.refused("POST", PAYMENTS, asked) == (409, "invoice_not_owed")
    assert await owner.ids(PAYMENTS) == []
    assert await state(owner, one) == ("issued", "0.00", "50.00")
    assert len(await events(owner.caller)) == before + 1
    assert (await pay(owner, "1.00", sara))["receipt_number"] == "RCT-000001"


async def test_bodies_are_checked_and_name_the_field(owner: Person) -> None:
    sara, omar = await client(owner), await client(owner)
    mine, other = await owed(owner, "50.00", sara), await owed(owner, "50.00", omar)
    walk_in = await owed(owner, "50.00")
    part = {"invoice_id": mine["id"], "amount": "1.00"}
    cases: list[tuple[Any, str, str]] = [
        (body("0", sara), "not_an_amount", "amount"),
        (body("1.001", sara), "not_an_amount", "amount"),
        (body("1.00", sara, currency="XYZ"), "validation_failed", "currency"),
        (body("1.00", sara, method="shells"), "validation_failed", "method"),
        (body("1.00", sara, of={mine["id"]: "0.00"}), "not_an_amount", "allocations.0.amount"),
        (body("1.00", sara, of={other["id"]: "1.00"}), "unknown_reference",
         "allocations.0.invoice_id"),
        (body("1.00", sara, of={walk_in["id"]: "1.00"}), "unknown_reference",
         "allocations.0.invoice_id"),
        (body("1.00", of={mine["id"]: "1.00"}), "unknown_reference", "allocations.0.invoice_id"),
        (body("3.00", sara, allocations=[part, part]), "named_twice", "allocations.1.invoice_id"),
        (body("1.00", str(new_id())), "unknown_reference", "client_id"),
        (body("1.00"), "client_needed", "client_id"),
        (body("2.00", of={walk_in["id"]: "1.00"}), "client_needed", "client_id"),
    ]  # fmt: skip
    for asked, code, field in cases:
        assert await owner.wrong("POST", PAYMENTS, asked) == (code, [field]), asked
    assert await owner.ids(PAYMENTS) == []


async def test_a_walk_in_sale_is_paid_without_a_client(owner: Person) -> None:
    """BI-09: as a whole, as nobody has the rest."""
    sale = await owed(owner, "50.00")
    made = await pay(owner, "50.00", of={sale["id"]: "50.00"}, method="card")
    assert (made["client_id"], made["url"], left(made)[0]) == (None, None, "50.00")
    assert (await state(owner, sale))[0] == "paid"
    assert await owner.ids(PAYMENTS, client_id="none") == [made["id"]]


async def test_allocations_come_later_and_are_undone(owner: Person, events: Events) -> None:
    """BI-09, BI-11: what is owed again is reopened, once."""
    sara = await client(owner)
    one, two = await owed(owner, "50.00", sara), await owed(owner, "30.00", sara)
    made = await pay(owner, "100.00", sara)
    path = f"{PAYMENTS}/{made['id']}"
    parts = [{"invoice_id": one["id"], "amount": "20.00"}]
    for expected in ("20.00", "40.00"):
        after = await owner.post(f"{path}/allocations", {"allocations": parts})
        assert left(after)[0] == expected
    [allocation] = after["allocations"]
    assert allocation["amount"] == "40.00"
    refused = await owner.refused("POST", f"{path}/allocations", {"allocations": parts})
    assert refused == (409, "over_allocated")
    after = await owner.post(f"{path}/allocations", {"auto_allocate": True})
    assert left(after) == ("80.00", "0.00", "20.00")
    assert await owner.post(f"{path}/allocations", {"auto_allocate": True}) == after
    await owner.delete(f"{path}/allocations/{allocation['id']}")
    assert await state(owner, one) == ("issued", "0.00", "50.00")
    assert (await state(owner, two))[0] == "paid"
    assert left(await owner.get(path)) == ("30.00", "0.00", "70.00")
    gone = await owner.refused("DELETE", f"{path}/allocations/{allocation['id']}")
    assert gone == (404, "allocation_not_found")
    kinds = [e["type"] for e in await events(owner.caller) if e["subject"] == one["id"]]
    assert kinds[2:] == [
        "billing.invoice.balance_changed", "billing.invoice.balance_changed",
        "billing.invoice.paid", "billing.invoice.reopened",
    ]  # fmt: skip
    told = [e["type"] for e in await events(owner.caller) if e["subject"] == made["id"]]
    verbs = ("received", "allocated", "allocated", "allocated", "deallocated")
    assert told == [f"billing.payment.{verb}" for verb in verbs]


async def test_a_payment_is_found_by_whatever_is_known_of_it(owner: Person) -> None:
    """BI-14: every state, and a merged client by both ids."""
    sara, omar = await client(owner), await client(owner)
    cycle = str(new_id())
    bill = await owed(owner, "50.00", sara, work_cycle_id=cycle)
    ids = [(await pay(owner, *asked, **more))["id"] for asked, more in (
        (("10.00", sara), {"received_at": "2026-01-01T00:00:00Z", "reference": "A",
                           "external_id": "x-1"}),
        (("50.00", sara), {"received_at": "2026-01-02T00:00:00Z", "method": "cheque",
                           "of": {bill["id"]: "50.00"}}),
        (("20.00", omar), {"received_at": "2026-01-03T00:00:00Z", "currency": "AED"}),
    )]  # fmt: skip
    await owner.post(f"{PAYMENTS}/{ids[2]}/refunds", {"amount": "5.00"})
    for filters, found in (
        ({}, ids[::-1]), ({"sort": "amount"}, [ids[0], ids[2], ids[1]]),
        ({"sort": "created_at"}, ids), ({"client_id": sara}, [ids[1], ids[0]]),
        ({"method": ["cheque", "card"]}, [ids[1]]), ({"currency": "AED"}, [ids[2]]),
        ({"reference": "A"}, [ids[0]]), ({"external_id": "x-1"}, [ids[0]]),
        ({"receipt_number": "RCT-000002"}, [ids[1]]), ({"invoice_id": bill["id"]}, [ids[1]]),
        ({"work_cycle_id": cycle}, [ids[1]]), ({"work_cycle_id": str(new_id())}, []),
        ({"unallocated": True}, [ids[2], ids[0]]), ({"unallocated": False}, [ids[1]]),
        ({"status": "received"}, [ids[1], ids[0]]), ({"status": "partially_refunded"}, [ids[2]]),
        ({"status": ["refunded", "bounced", "cleared", "deposited"]}, []),
        ({"received_at_from": "2026-01-02T00:00:00Z", "received_at_to": "2026-01-03T00:00:00Z"},
         [ids[1]]),
        ({"created_to": "2020-01-01T00:00:00Z"}, []), ({"updated_from": "2020-01-01T00:00:00Z"},
                                                       ids[::-1]),
    ):  # fmt: skip
        assert await owner.ids(PAYMENTS, **filters) == found, filters
    await client(owner, id=omar, version=2, merged_into=sara)
    assert await owner.ids(PAYMENTS, client_id=sara) == ids[::-1]
    assert (await owner.get(f"{PAYMENTS}/{ids[2]}"))["client_id"] == sara


async def test_what_is_sent_twice_is_there_once(owner: Person) -> None:
    """BI-14: by its id, and by what a partner calls it."""
    sara = await client(owner)
    asked = body("10.00", sara, id=str(new_id()), external_id="p-1")
    first, again = [await owner.http.post(PAYMENTS, json=asked) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["location"] == f"{PAYMENTS}/{asked['id']}"
    for other, code in (
        (asked | {"amount": "11.00"}, "id_taken"),
        (body("11.00", sara, external_id="p-1"), "external_id_taken"),
    ):
        assert await owner.refused("POST", PAYMENTS, other) == (409, code)
    path = f"{PAYMENTS}/{asked['id']}/refunds"
    back = {"id": str(new_id()), "amount": "4.00", "reason": "x"}
    done = [await owner.http.post(path, json=back) for _ in range(2)]
    assert [one.status_code for one in done] == [201, 200]
    assert await owner.refused("POST", path, back | {"amount": "5.00"}) == (409, "id_taken")
    assert left(await owner.get(f"{PAYMENTS}/{asked['id']}")) == ("0.00", "4.00", "6.00")


async def test_events_are_their_contract(owner: Person, events: Events) -> None:
    """BI-12"""
    sara = await client(owner)
    bill = await owed(owner, "10.00", sara)
    made = await pay(owner, "10.00", sara, of={bill["id"]: "10.00"})
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "4.00", "reason": "x"})
    told = [e for e in await events(owner.caller) if e["subject"] == made["id"]]
    assert [e["type"].split(".")[-1] for e in told] == ["received", "refunded"]
    assert told[1]["data"]["refund"]["amount"] == "4.00"
    assert told[1]["data"]["allocations"] == [
        {"invoice_id": bill["id"], "amount": "4.00", "currency": "SAR", "payment_amount": "4.00"}
    ]
    for event in told:
        assert event["clientid"] == sara
        message = ParseDict(event["data"], events_pb2.PaymentChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
