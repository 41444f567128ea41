"""Claims: how far each may go, and who decides when two do."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.ids import new_id
from clients.timeline.rules.entries import SUMMARIES
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person
from services.clients.tests.insurance.making import CLAIMS, POLICIES, claim, insure, insured

STEPS: tuple[tuple[str, Json], ...] = (
    ("submit", {}), ("approve", {}), ("reject", {"reason": "غير مغطى"}), ("pay", {}),
)  # fmt: skip
NOT_POSSIBLE = (409, "insurance_claim_state_not_possible")


async def test_a_claim_is_submitted_approved_and_paid(owner: Person, events: Events) -> None:
    """CL-77: in part, and once; what the insurer was told stays as it is."""
    client, policy = await insured(owner)
    invoice = str(uuid4())
    made = await claim(owner, policy, id=str(new_id()), reference="C-1", invoice_id=invoice)
    assert (made["state"], made["amount"], made["currency"]) == ("draft", "115.00", "SAR")
    assert (made["client_id"], made["url"], made["invoice_id"]) == (
        client["id"], client["url"], invoice,
    )  # fmt: skip
    path = f"{CLAIMS}/{made['id']}"
    assert (await owner.patch(path, {"amount": "100"}))["amount"] == "100.00"
    answer = await owner.http.post(f"{path}/submit")
    assert answer.status_code == 200 and "location" not in answer.headers
    submitted = answer.json()
    assert submitted["state"] == "submitted" and submitted["submitted_at"]
    for changes in ({"amount": "1"}, {"claimed_on": "2026-01-01"}):
        assert await owner.refused("PATCH", path, changes) == (409, "insurance_claim_not_draft")
    assert await owner.refused("DELETE", path) == (409, "insurance_claim_not_draft")
    assert (await owner.patch(path, {"note": "يتابع"}))["note"] == "يتابع"
    above = {"amount": "100.01"}
    assert await owner.refused("POST", f"{path}/approve", above) == (422, "approved_above_claimed")
    approved = await owner.post(f"{path}/approve", {"amount": "92"})
    assert (approved["state"], approved["approved_amount"]) == ("approved", "92.00")
    assert approved["decided_by"] == owner.caller.principal and approved["decided_at"]
    paid = await owner.post(f"{path}/pay")
    assert paid["state"] == "paid" and paid["paid_at"]
    used = f"{POLICIES}/{policy['id']}"
    assert await owner.refused("DELETE", used) == (409, "insurance_policy_in_use")
    told = [e for e in await events(owner.caller) if ".insurance_claim." in e["type"]]
    assert [e["type"].split(".")[-1] for e in told] == [
        "added", "updated", "submitted", "updated", "approved", "paid",
    ]  # fmt: skip
    assert all(e["type"] in SUMMARIES and e["clientid"] == client["id"] for e in told)
    assert told[4]["data"]["claim"]["approved_amount"] == "92.00"
    for event in told:
        message = ParseDict(event["data"], events_pb2.InsuranceClaimChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_a_rejection_has_a_reason_and_is_the_end(owner: Person) -> None:
    """CL-77"""
    _, policy = await insured(owner)
    path = f"{CLAIMS}/{(await claim(owner, policy))['id']}"
    await owner.post(f"{path}/submit")
    for body in ({}, {"reason": " "}):
        answer = await owner.http.post(f"{path}/reject", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "reason"
    rejected = await owner.post(f"{path}/reject", {"reason": "غير مغطى"})
    assert (rejected["state"], rejected["reason"]) == ("rejected", "غير مغطى")
    assert (rejected["approved_amount"], rejected["decided_by"]) == (None, owner.caller.principal)
    for step, body in STEPS:
        assert await owner.refused("POST", f"{path}/{step}", body) == NOT_POSSIBLE


async def test_no_other_step_is_taken(owner: Person) -> None:
    """CL-77: through the door as in the rules; what is refused changes nothing."""
    _, policy = await insured(owner)
    path = f"{CLAIMS}/{(await claim(owner, policy))['id']}"
    for wanted in ("submit", "approve", "pay", None):
        for step, body in STEPS:
            if step != wanted and not (wanted == "approve" and step == "reject"):
                before = await owner.get(path)
                assert await owner.refused("POST", f"{path}/{step}", body) == NOT_POSSIBLE
                assert await owner.get(path) == before
        if wanted:
            await owner.post(f"{path}/{wanted}", {})


async def test_of_two_who_decide_at_once_one_is_refused(owner: Person, events: Events) -> None:
    """CL-77: whoever is first; the claim stands as that one said, and one event tells it."""
    _, policy = await insured(owner)
    async with owner.colleague() as other:
        for _ in range(6):
            made = await claim(owner, policy)
            path = f"{CLAIMS}/{made['id']}"
            await owner.post(f"{path}/submit")
            first, second, third = await asyncio.gather(
                owner.http.post(f"{path}/approve", json={"amount": "50"}),
                other.http.post(f"{path}/reject", json={"reason": "لا"}),
                other.http.post(f"{path}/approve", json={}),
            )
            answers = (first, second, third)
            assert sorted(one.status_code for one in answers) == [200, 409, 409]
            won = next(one.json() for one in answers if one.status_code == 200)
            assert await owner.get(path) == won
            told = [e["type"] for e in await events(owner.caller) if e["subject"] == made["id"]]
            assert len(told) == 3 and told[-1].endswith(won["state"])


async def test_the_list_is_filtered_sorted_and_paged(owner: Person) -> None:
    """CL-77"""
    client, policy = await insured(owner)
    other = await owner.make_client()
    theirs = await insure(owner, other, {"id": policy["provider_id"]})
    invoice = str(uuid4())
    first = await claim(owner, policy, reference="1", claimed_on="2026-03-01")
    await claim(owner, policy, reference="2", claimed_on="2026-01-01", invoice_id=invoice)
    await claim(owner, theirs, reference="3", claimed_on="2026-02-01")
    await owner.post(f"{CLAIMS}/{first['id']}/submit")

    async def references(**query: Any) -> list[str]:
        return [item["reference"] for item in (await owner.get(CLAIMS, **query))["items"]]

    assert await references() == ["3", "2", "1"]
    assert await references(sort="claimed_on") == ["2", "3", "1"]
    assert await references(client_id=client["id"]) == ["2", "1"]
    assert await references(policy_id=theirs["id"]) == ["3"]
    assert await references(invoice_id=invoice) == ["2"]
    assert await references(state=["submitted", "paid"]) == ["1"]
    assert await references(claimed_on_from="2026-02-01", claimed_on_to="2026-02-02") == ["3"]
    assert await references(claimed_on_to="2026-02-01") == ["2"]
    page = await owner.get(CLAIMS, limit=2, count=True)
    rest = await owner.get(CLAIMS, limit=2, cursor=page["next_cursor"])
    assert (page["total"], len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": "1.234"}, "amount"), ({"amount": "-1"}, "amount"),
        ({"amount": 5}, "amount"), ({"claimed_on": "x"}, "claimed_on"),
        ({"policy_id": str(uuid4())}, "policy_id"), ({"file_ids": [str(uuid4())]}, "file_ids"),
        ({"state": "paid"}, "state"), ({"invoice_id": "x"}, "invoice_id"),
    ],
)  # fmt: skip
async def test_bad_claims_are_refused_by_name(owner: Person, more: Any, field: str) -> None:
    """CL-77"""
    _, policy = await insured(owner)
    body = {"policy_id": policy["id"], "claimed_on": "2026-01-01", "amount": "1"}
    answer = await owner.http.post(CLAIMS, json=body | more)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_a_draft_can_be_removed(owner: Person) -> None:
    """CL-77"""
    _, policy = await insured(owner)
    path = f"{CLAIMS}/{(await claim(owner, policy))['id']}"
    assert (await owner.http.delete(path)).status_code == 204
    assert await owner.refused("GET", path) == (404, "insurance_claim_not_found")
    assert (await owner.http.delete(f"{POLICIES}/{policy['id']}")).status_code == 204


async def test_dates_that_nobody_says_are_todays(owner: Person) -> None:
    """CL-77: the day where the company is; one whose zone is not told yet is in Riyadh."""
    _, policy = await insured(owner, starts_on=None)
    made = await claim(owner, policy, claimed_on=None)
    assert policy["starts_on"] == _day_in_riyadh(policy["created_at"])
    assert made["claimed_on"] == _day_in_riyadh(made["created_at"])


def _day_in_riyadh(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Asia/Riyadh")).date().isoformat()
