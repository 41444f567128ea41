"""Issued invoices: numbered without gaps, and as they are from then on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from diwan.billing.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from refs.home import day
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_client,
    remember_company,
)

NOT_DRAFT = (409, "invoice_not_draft")


async def test_an_issued_invoice_has_a_number_and_stays_as_it_is(
    owner: Person, events: Events
) -> None:
    """BI-01, BI-07: draft → issued; nobody changes, removes or issues it again."""
    tax, client_id = await make_tax(owner), await remember_client(owner)
    made = await draft(owner, LINE | {"tax_id": tax["id"]}, client_id=str(client_id),
                       due_date="2999-01-01")  # fmt: skip
    path = f"{INVOICES}/{made['id']}"
    after = await owner.post(f"{path}/issue")
    assert (after["number"], after["status"], after["version"]) == ("INV-000001", "issued", 2)
    changed = {"number", "status", "issued_at", "version", "updated_at", "seller", "buyer", "chain",
               "exchange_rate", "home_currency", "home_total", "home_tax_total"}  # fmt: skip
    assert {name for name in made if made[name] != after[name]} == changed
    for body in ({"notes": "x"}, {"lines": [LINE]}, {"due_date": "2999-02-01"}):
        assert await owner.refused("PATCH", path, body) == NOT_DRAFT
    assert await owner.refused("DELETE", path) == NOT_DRAFT
    assert await owner.refused("POST", f"{path}/issue") == NOT_DRAFT
    await owner.patch(f"/v1/taxes/{tax['id']}", {"rate": "0.2", "active": False})
    assert await owner.get(path) == after
    assert await owner.ids(INVOICES, status="issued", number="INV-000001") == [made["id"]]
    told = [e for e in await events(owner.caller) if e["type"].startswith("billing.invoice.")]
    assert [e["type"].split(".")[-1] for e in told] == ["created", "issued"]
    assert {e["clientid"] for e in told} == {str(client_id)}
    invoice = told[1]["data"]["invoice"]
    assert (invoice["number"], invoice["total"], invoice["balance"]) == (
        "INV-000001", "230.00", "230.00",
    )  # fmt: skip


async def test_nothing_to_pay_is_paid_at_issue(owner: Person, events: Events) -> None:
    """BI-07, BI-11: and both are told."""
    free = LINE | {"discount": {"type": "percent", "value": "100"}}
    made = await issued(owner, free, issue_date="2020-01-01")
    assert (made["status"], made["total"], made["balance"]) == ("paid", "0.00", "0.00")
    kinds = [e["type"] for e in await events(owner.caller)]
    assert kinds == [f"billing.invoice.{verb}" for verb in ("created", "issued", "paid")]


async def test_events_are_their_contract(owner: Person, events: Events) -> None:
    """BI-14: whatever becomes of a draft is told, whole; of a walk-in sale, too."""
    made = await draft(owner)
    path = f"{INVOICES}/{made['id']}"
    await owner.patch(path, {"notes": "x", "shipping": "1.00"})
    await owner.patch(path, {"notes": "x"})
    await owner.delete(path)
    told = await events(owner.caller)
    assert [e["type"].split(".")[-1] for e in told] == ["created", "updated", "deleted"]
    assert told[1]["data"]["changed"] == ["notes", "shipping"]
    for event in told:
        assert "clientid" not in event and event["subject"] == made["id"]
        message = ParseDict(event["data"], events_pb2.InvoiceChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_numbers_have_no_gaps_however_many_issue_at_once(owner: Person) -> None:
    """BI-07: 24 at once, with drafts among them that are issued twice or were removed."""
    ids = [(await draft(owner))["id"] for _ in range(24)]
    gone = [(await draft(owner))["id"] for _ in range(4)]
    for one in gone:
        await owner.delete(f"{INVOICES}/{one}")
    asked = [*ids, *gone, *ids[:8]]
    answers = await asyncio.gather(*(
        owner.http.post(f"{INVOICES}/{one}/issue") for one in asked
    ))  # fmt: skip
    done = [one.json()["number"] for one in answers if one.status_code == 200]
    assert sorted(done) == [f"INV-{place:06}" for place in range(1, 25)]
    refused = [one for one in answers if one.status_code != 200]
    assert sorted(one.status_code for one in refused) == [404] * 4 + [409] * 8
    assert {one.json()["code"] for one in refused} == {"invoice_not_found", "invoice_not_draft"}
    kept = {(await owner.get(f"{INVOICES}/{one}"))["number"] for one in ids}
    assert kept == set(done)
    assert (await issued(owner))["number"] == "INV-000025"


async def test_what_fails_takes_no_number(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """BI-07: a number is on an invoice, or it is still there to be taken."""
    made = await draft(owner)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("after the number was taken")

    with monkeypatch.context() as patch:
        patch.setattr("billing.invoices.use_cases.issuing.events.invoice_changed", fail)
        answer = await owner.http.post(f"{INVOICES}/{made['id']}/issue")
    assert answer.status_code == 500
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["status"] == "draft"
    assert (await owner.post(f"{INVOICES}/{made['id']}/issue"))["number"] == "INV-000001"


async def test_a_branch_numbers_its_own(owner: Person) -> None:
    """BI-07: by its own series, else by the company's."""
    north, south = [
        await owner.post("/v1/branches", {"name": name}) for name in ("الشمال", "الجنوب")
    ]
    await owner.post("/v1/series", {
        "document_type": "invoice", "branch_id": north["id"], "prefix": "N-", "digits": 4,
    })  # fmt: skip
    found = [
        (await issued(owner, branch_id=branch and branch["id"]))["number"]
        for branch in (north, south, None, north)
    ]
    assert found == ["N-0001", "INV-000001", "INV-000002", "N-0002"]
    code = await owner.refused("DELETE", f"/v1/branches/{south['id']}")
    assert code == (409, "branch_in_use")


async def test_what_was_due_yesterday_is_overdue(owner: Person) -> None:
    """BI-11: from the day after, where the company is; a draft is not."""
    await remember_company(owner, timezone="Pacific/Kiritimati")
    here = day(datetime.now(UTC), "Pacific/Kiritimati")
    late = str(here - timedelta(days=1))
    found: dict[str, str] = {}
    for name, due in (("late", late), ("today", str(here))):
        made = await issued(owner, issue_date="2020-01-01", due_date=due)
        found[name] = made["id"]
        expected = {"late": "overdue", "today": "issued"}[name]
        # Midnight may pass meanwhile.
        assert made["status"] == expected or _today() != here
    await draft(owner, issue_date="2020-01-01", due_date="2020-01-01")
    assert (await issued(owner, issue_date="2020-01-01"))["due_date"] >= str(here)
    if _today() == here:
        assert await owner.ids(INVOICES, status="overdue") == [found["late"]]
        assert found["late"] not in await owner.ids(INVOICES, status=["issued"])


def _today() -> Any:
    return day(datetime.now(UTC), "Pacific/Kiritimati")


async def test_issuing_needs_a_permission_of_its_own(owner: Person) -> None:
    """GW-02, BI-14"""
    made: Json = await draft(owner)
    path = f"{INVOICES}/{made['id']}"
    async with owner.colleague("billing:read", "billing:write") as clerk:
        assert (await clerk.refused("POST", f"{path}/issue"))[0] == 403
        assert (await clerk.refused("DELETE", path))[0] == 403
        assert (await clerk.patch(path, {"notes": "x"}))["notes"] == "x"
    async with owner.colleague("billing:read", "billing:issue", "billing:delete") as issuer:
        assert (await issuer.refused("PATCH", path, {"notes": "y"}))[0] == 403
        assert (await issuer.post(f"{path}/issue"))["status"] == "issued"
