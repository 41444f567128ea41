"""Estimates: what becomes of a draft, what is refused, and the invoice that is made of one."""

import asyncio
from typing import Any

import pytest
from diwan.billing.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.making import ESTIMATES, act, draft, sent
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, amounts, remember_client

NOT_DRAFT = (409, "estimate_not_draft")
NOT_OPEN = (409, "estimate_not_open")


async def test_an_estimate_is_sent_accepted_and_becomes_an_invoice(
    owner: Person, events: Events
) -> None:
    """BI-04, BI-06, BI-08: without typing anything again, linked both ways, and all of it told."""
    tax = await make_tax(owner)
    client_id = str(await remember_client(owner))
    made = await draft(
        owner, LINE | {"tax_id": tax["id"]}, client_id=client_id, shipping="15.00", notes="x",
        discount={"type": "percent", "value": "10"}, payment_terms="30", due_date="2999-01-01",
        expires_on="2999-01-01",
    )  # fmt: skip
    assert (made["status"], made["number"], made["views"]) == ("draft", None, 0)
    after = await act(owner, made, "send")
    assert (after["status"], after["number"]) == ("sent", "EST-000001")
    accepted = await act(owner, made, "accept", {"name": "سارة"})
    assert (accepted["status"], accepted["decided_name"]) == ("accepted", "سارة")
    invoice = await act(owner, made, "convert")
    assert (invoice["status"], invoice["number"]) == ("draft", None)
    assert invoice["estimate_id"] == made["id"]
    shared = ("client_id", "url", "lines", "discount", "taxes", "notes", "payment_terms",
              "due_date", "deposit", "currency")  # fmt: skip
    assert {name: invoice[name] for name in shared} == {name: made[name] for name in shared}
    assert amounts(invoice) == amounts(made)
    converted = await owner.get(f"{ESTIMATES}/{made['id']}")
    assert (converted["status"], converted["invoice_id"]) == ("converted", invoice["id"])
    assert await owner.ids(INVOICES, estimate_id=made["id"]) == [invoice["id"]]
    told = [e for e in await events(owner.caller) if e["type"].startswith("billing.estimate.")]
    verbs = [e["type"].rpartition(".")[2] for e in told]
    assert verbs == ["created", "sent", "accepted", "converted"]
    states = [e["data"]["estimate"]["status"] for e in told]
    assert states == ["draft", "sent", "accepted", "converted"]
    for event in told:
        assert event["clientid"] == client_id and "share" not in str(event)
        message = ParseDict(event["data"], events_pb2.EstimateChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_it_is_converted_once(owner: Person, events: Events) -> None:
    """BI-08: again is the same invoice; when its draft is removed it can become another one."""
    made, _ = await sent(owner)
    path = f"{ESTIMATES}/{made['id']}/convert"
    answers = [await owner.http.post(path) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    first = answers[0].json()
    assert answers[0].headers["Location"] == f"{INVOICES}/{first['id']}"
    assert answers[1].json() == first
    told = [e["type"] for e in await events(owner.caller) if "estimate" in e["type"]]
    assert told[-2:] == ["billing.estimate.accepted", "billing.estimate.converted"]
    for action in ("send", "accept", "decline", "reopen"):
        assert await owner.refused("POST", f"{ESTIMATES}/{made['id']}/{action}") == NOT_OPEN
    await owner.delete(f"{INVOICES}/{first['id']}")
    freed = await owner.get(f"{ESTIMATES}/{made['id']}")
    assert (freed["status"], freed["invoice_id"]) == ("accepted", None)
    second = await owner.http.post(path)
    assert second.status_code == 201 and second.json()["id"] != first["id"]


async def test_twenty_converts_at_once_are_one_invoice(owner: Person) -> None:
    """BI-08"""
    made, _ = await sent(owner)
    path = f"{ESTIMATES}/{made['id']}/convert"
    answers = await asyncio.gather(*(owner.http.post(path) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [200] * 19 + [201]
    [invoice_id] = {one.json()["id"] for one in answers}
    assert await owner.ids(INVOICES) == [invoice_id]


async def test_numbers_have_no_gaps_however_many_are_sent(owner: Person) -> None:
    """BI-04: taken as it is first sent or answered, and kept; a draft has none."""
    ids = [(await draft(owner))["id"] for _ in range(16)]
    actions = ("send", "accept", "decline", "convert")
    answers = await asyncio.gather(*(
        owner.http.post(f"{ESTIMATES}/{one}/{actions[place % 4]}") for place, one in enumerate(ids)
    ))  # fmt: skip
    assert all(one.is_success for one in answers)
    numbers = [(await owner.get(f"{ESTIMATES}/{one}"))["number"] for one in ids]
    assert sorted(numbers) == [f"EST-{place:06}" for place in range(1, 17)]
    await owner.post(f"{ESTIMATES}/{ids[0]}/send")
    assert (await owner.get(f"{ESTIMATES}/{ids[0]}"))["number"] == numbers[0]


async def test_what_the_client_has_stays_until_it_is_reopened(owner: Person) -> None:
    """BI-04"""
    made, _ = await sent(owner)
    path = f"{ESTIMATES}/{made['id']}"
    assert await owner.refused("PATCH", path, {"notes": "x"}) == NOT_DRAFT
    assert await owner.refused("DELETE", path) == NOT_DRAFT
    declined = await act(owner, made, "decline", {"reason": "غالٍ"})
    assert (declined["status"], declined["decline_reason"]) == ("declined", "غالٍ")
    for action in ("send", "accept", "decline", "convert"):
        assert await owner.refused("POST", f"{path}/{action}") == NOT_OPEN
    opened = await act(owner, made, "reopen")
    assert (opened["status"], opened["decline_reason"]) == ("draft", None)
    assert opened["number"] == made["number"]
    assert await owner.refused("POST", f"{path}/reopen") == NOT_OPEN
    assert await owner.refused("DELETE", path) == (409, "estimate_numbered")
    assert (await owner.patch(path, {"notes": "y"}))["notes"] == "y"
    assert (await act(owner, made, "send"))["number"] == made["number"]
    fresh = await draft(owner)
    await owner.delete(f"{ESTIMATES}/{fresh['id']}")
    assert await owner.refused("GET", f"{ESTIMATES}/{fresh['id']}") == (404, "estimate_not_found")


async def test_an_invoice_has_taxes_that_hold(owner: Person) -> None:
    """BI-08: what was promised is kept, unless the law has another tax by now."""
    tax = await make_tax(owner)
    product = await make_product(owner, tax_id=tax["id"])
    made, _ = await sent(owner, LINE | {"product_id": product["id"]})
    await owner.patch(f"/v1/taxes/{tax['id']}", {"active": False})
    await owner.patch(f"/v1/products/{product['id']}", {"active": False})
    assert (await act(owner, made, "duplicate"))["total"] == made["total"] == "230.00"
    await owner.patch(f"/v1/taxes/{tax['id']}", {"valid_to": "2026-01-01"})
    found = await owner.wrong("POST", f"{ESTIMATES}/{made['id']}/convert", None)
    assert found == ("tax_not_valid", ["lines.0.tax_id"])
    assert (await owner.get(f"{ESTIMATES}/{made['id']}"))["status"] == "sent"
    await act(owner, made, "reopen")
    await owner.patch(f"{ESTIMATES}/{made['id']}", {"lines": [LINE]})
    assert (await act(owner, made, "convert"))["total"] == "200.00"


async def test_a_duplicate_is_a_draft_of_its_own(owner: Person) -> None:
    """BI-04"""
    made, _ = await sent(owner, expires_on="2999-01-01", external_id="A", issue_date="2020-01-01")
    again = await act(owner, made, "duplicate")
    assert (again["status"], again["number"], again["external_id"]) == ("draft", None, None)
    assert again["lines"] == made["lines"] and again["expires_on"] is None
    assert again["issue_date"] > made["issue_date"]


async def test_statuses_of_the_company_s_own(owner: Person) -> None:
    """BI-04: beside where an estimate stands, whatever that is."""
    body = {"id": str(new_id()), "name": "بانتظار التأمين", "color": "#f2994a", "order": 2}
    late = await owner.post("/v1/estimate-statuses", body)
    soon = await owner.post("/v1/estimate-statuses", {"name": {"en": "To call"}, "order": 1})
    assert await owner.ids("/v1/estimate-statuses") == [soon["id"], late["id"]]
    assert await owner.post("/v1/estimate-statuses", body) == late
    made, _ = await sent(owner)
    path = f"{ESTIMATES}/{made['id']}"
    chosen = await act(owner, made, "status", {"estimate_status_id": late["id"]})
    assert (chosen["status"], chosen["estimate_status_id"]) == ("sent", late["id"])
    assert await owner.ids(ESTIMATES, estimate_status_id=late["id"]) == [made["id"]]
    own = f"/v1/estimate-statuses/{late['id']}"
    assert await owner.refused("DELETE", own) == (409, "estimate_status_in_use")
    assert (await owner.patch(own, {"name": "x"}))["name"] == {"ar": None, "en": "x"}
    nothing = {"estimate_status_id": str(new_id())}
    assert await owner.wrong("POST", f"{path}/status", nothing) == (
        "unknown_reference", ["estimate_status_id"],
    )  # fmt: skip
    given = {"estimate_status_id": soon["id"]}
    assert await owner.wrong("PATCH", path, given) == (
        "validation_failed", ["estimate_status_id"],
    )  # fmt: skip
    assert (await act(owner, made, "status", {"estimate_status_id": None}))["version"] == 4
    await owner.delete(own)
    assert await owner.refused("GET", own) == (404, "estimate_status_not_found")


async def test_what_does_not_fit_names_its_field(owner: Person) -> None:
    """BI-04: as in invoices, and besides."""
    cases: list[tuple[Json, str, str]] = [
        ({"lines": []}, "validation_failed", "lines"),
        ({"expires_on": "2020-01-01", "issue_date": "2020-01-02"}, "expires_before_issue",
         "expires_on"),
        ({"due_date": "2020-01-01", "issue_date": "2020-01-02"}, "due_before_issue", "due_date"),
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"shipping": "1.001"}, "not_an_amount", "shipping"),
        ({"invoice_id": str(new_id())}, "validation_failed", "invoice_id"),
    ]  # fmt: skip
    made = await draft(owner)
    for fields, code, field in cases:
        found = await owner.wrong("POST", ESTIMATES, {"lines": [LINE], **fields})
        assert found == (code, [field]), fields
        found = await owner.wrong("PATCH", f"{ESTIMATES}/{made['id']}", fields)
        assert found == (code, [field]), fields
    for end in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        found = await owner.wrong(
            "POST", f"{ESTIMATES}/{made['id']}/send", {"link_expires_at": end}
        )
        assert found == ("expiry_not_possible", ["link_expires_at"])
    assert await owner.get(f"{ESTIMATES}/{made['id']}") == made
    body = {"id": str(new_id()), "lines": [LINE], "external_id": "A"}
    answers = [await owner.http.post(ESTIMATES, json=body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    again = {"lines": [LINE], "external_id": "A"}
    assert await owner.refused("POST", ESTIMATES, again) == (409, "external_id_taken")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"status": "draft"}, "a"), ({"status": ["sent", "viewed"]}, "b"),
        ({"status": "expired"}, "c"), ({"status": "converted"}, "d"),
        ({"status": ["accepted", "declined"]}, ""), ({"expires_on_to": "2021-01-01"}, "c"),
        ({"number": "EST-000001"}, "b"), ({"sort": "-total"}, "abcd"),
        ({"sort": "created_at"}, "abcd"), ({"currency": "KWD"}, "d"),
    ],
)  # fmt: skip
async def test_lists_are_narrowed_by_what_is_shown(owner: Person, given: Any, found: str) -> None:
    """BI-04"""
    lines = [LINE | {"unit_price": f"{price}.00"} for price in (9, 8, 7, 6)]
    ids = {"a": (await draft(owner, lines[0]))["id"], "b": (await sent(owner, lines[1]))[0]["id"]}
    past = await sent(owner, lines[2], issue_date="2020-01-01", expires_on="2020-02-01")
    kuwaiti = await sent(owner, lines[3], currency="KWD")
    await act(owner, kuwaiti[0], "convert")
    ids |= {"c": past[0]["id"], "d": kuwaiti[0]["id"]}
    names = {one: name for name, one in ids.items()}
    listed = [names[one] for one in await owner.ids(ESTIMATES, **given)]
    assert "".join(listed if "sort" in given and given["sort"] == "created_at" else sorted(listed)
                   ) == found  # fmt: skip
