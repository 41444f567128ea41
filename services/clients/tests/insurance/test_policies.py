"""Insurers and the policies of clients."""

from typing import Any
from uuid import uuid4

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.ids import new_id
from clients.timeline.rules.entries import SUMMARIES
from services.clients.tests.conftest import Events
from services.clients.tests.factories import AGENT, Person
from services.clients.tests.files.uploading import add as add_file
from services.clients.tests.insurance.making import (
    POLICIES,
    PROVIDERS,
    add_provider,
    claim,
    insure,
    insured,
    switch,
)


async def test_a_provider_is_kept_put_away_and_removed(owner: Person) -> None:
    """CL-77: its code is its own; one with policies can only be put away."""
    contacts = [{"name": "الموافقات", "phone": "+966112223344", "email": "a@insurer.example"}]
    provider = await add_provider(owner, code="BUPA", contacts=contacts, id=str(new_id()))
    assert (provider["name"], provider["archived"]) == ({"ar": "شركة التأمين", "en": None}, False)
    assert provider["contacts"] == contacts
    path = f"{PROVIDERS}/{provider['id']}"
    other = await add_provider(owner, code="B2")
    taken = (409, "insurance_provider_code_taken")
    assert await owner.refused("POST", PROVIDERS, {"name": "x", "code": "BUPA"}) == taken
    assert await owner.refused("PATCH", path, {"code": "B2"}) == taken
    assert [p["id"] for p in (await owner.get(PROVIDERS, code="B2"))["items"]] == [other["id"]]
    await switch(owner)
    client = await owner.make_client()
    await insure(owner, client, provider)
    assert await owner.refused("DELETE", path) == (409, "insurance_provider_in_use")
    assert (await owner.patch(path, {"archived": True}))["archived"] is True
    body = {"client_id": client["id"], "provider_id": provider["id"], "number": "2",
            "starts_on": "2026-01-01"}  # fmt: skip
    assert await owner.refused("POST", POLICIES, body) == (422, "unknown_insurance_provider")
    page = await owner.get(PROVIDERS, archived=False, count=True)
    assert ([p["id"] for p in page["items"]], page["total"]) == ([other["id"]], 1)
    assert (await owner.http.delete(f"{PROVIDERS}/{other['id']}")).status_code == 204
    async with owner.colleague(permissions=AGENT) as agent:
        assert await agent.get(path)
        assert (await agent.refused("POST", PROVIDERS, {"name": "x"}))[0] == 403
        assert (await agent.refused("PATCH", path, {"archived": False}))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(path)).status_code == 404


async def test_a_policy_is_written_changed_and_removed(owner: Person, events: Events) -> None:
    """CL-77, CL-48: number, provider, class, period, coverage, co-pay, limits and files."""
    await switch(owner)
    client, provider = await owner.make_client(), await add_provider(owner)
    paper = await add_file(owner, client)
    body = {
        "id": str(new_id()), "policy_class": "VIP", "ends_on": "2026-12-31", "note": "ملاحظة",
        "coverage_percent": "80.00", "co_pay_percent": "12.50", "co_pay_limit": "75",
        "annual_limit": "250000.5", "file_ids": [paper["id"]],
    }  # fmt: skip
    policy = await insure(owner, client, provider, **body)
    shown = body | {
        "client_id": client["id"], "url": client["url"], "provider_id": provider["id"],
        "number": "P-1", "starts_on": "2026-01-01", "currency": "SAR", "holder": "self",
        "holder_id": None, "coverage_percent": "80", "co_pay_percent": "12.5",
        "co_pay_limit": "75.00", "annual_limit": "250000.50",
    }  # fmt: skip
    assert {name: policy[name] for name in shown} == shown
    path = f"{POLICIES}/{policy['id']}"
    again = await owner.http.post(POLICIES, json={
        **body, "client_id": client["id"], "provider_id": provider["id"], "number": "P-1",
        "starts_on": "2026-01-01", "currency": "SAR",
    })  # fmt: skip
    assert (again.status_code, again.json()) == (200, policy)
    changed = await owner.patch(path, {"coverage_percent": "90", "annual_limit": None})
    assert (changed["coverage_percent"], changed["annual_limit"]) == ("90", None)
    assert (await owner.patch(path, {"coverage_percent": "90.0"}))["version"] == 2
    stale = await owner.http.patch(path, headers={"If-Match": '"1"'}, json={"number": "x"})
    assert stale.status_code == 412
    assert (await owner.http.delete(path)).status_code == 204
    assert await owner.refused("GET", path) == (404, "insurance_policy_not_found")
    told = [e for e in await events(owner.caller) if ".insurance_policy." in e["type"]]
    assert [e["type"].split(".")[-1] for e in told] == ["added", "updated", "deleted"]
    assert [e["data"]["changed"] for e in told] == [[], ["annual_limit", "coverage_percent"], []]
    assert all(e["type"] in SUMMARIES and e["clientid"] == client["id"] for e in told)
    for event in told:
        message = ParseDict(event["data"], events_pb2.InsurancePolicyChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


@pytest.mark.parametrize(
    ("currency", "written", "shown"),
    [("KWD", "1.25", "1.250"), ("JPY", "1000", "1000"), ("CLF", "1", "1.0000"),
     ("SAR", "0.5", "0.50")],
)  # fmt: skip
async def test_amounts_have_the_digits_of_their_currency(
    owner: Person, currency: str, written: str, shown: str
) -> None:
    """CL-77"""
    _, policy = await insured(owner, currency=currency, co_pay_limit=written)
    assert policy["co_pay_limit"] == shown
    assert (await claim(owner, policy, amount=written))["amount"] == shown


async def test_the_currency_is_the_clients_unless_it_is_named(owner: Person) -> None:
    """CL-77"""
    await switch(owner)
    provider = await add_provider(owner)
    paid_in_dinars = await owner.make_client(currency="KWD")
    assert (await insure(owner, paid_in_dinars, provider, currency=None))["currency"] == "KWD"
    assert (await insure(owner, await owner.make_client(), provider, currency=None))[
        "currency"
    ] == "SAR"


async def test_a_linked_client_may_hold_it(owner: Person) -> None:
    """CL-77: nobody else; who does not see the holder is not told who it is."""
    client, policy = await insured(owner)
    holder, path = await owner.make_client("الأب"), f"{POLICIES}/{policy['id']}"
    given = {"holder_id": holder["id"]}
    assert await owner.refused("PATCH", path, given) == (422, "holder_not_linked")
    unknown = {"holder_id": str(uuid4())}
    assert await owner.refused("PATCH", path, unknown) == (422, "unknown_client")
    await owner.post("/v1/client-links", {
        "from_client_id": client["id"], "to_client_id": holder["id"], "kind": "parent",
    })  # fmt: skip
    held = await owner.patch(path, given)
    assert (held["holder"], held["holder_id"]) == ("linked_client", holder["id"])
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "owner"}
        await owner.post(f"{client['url']}/staff", {"add": [member]})
        seen = await agent.get(path)
        assert (seen["holder"], seen["holder_id"]) == ("linked_client", None)
    await owner.post(f"/v1/clients/{holder['id']}/erase")
    alone = await owner.get(path)
    assert (alone["holder"], alone["holder_id"], alone["version"]) == ("self", None, 3)
    assert (await owner.patch(path, {"holder_id": client["id"]}))["holder"] == "self"


async def test_the_list_is_filtered_sorted_and_paged(owner: Person) -> None:
    """CL-77"""
    await switch(owner)
    first, second = await owner.make_client("a"), await owner.make_client("b")
    one, other = await add_provider(owner), await add_provider(owner)
    await insure(owner, first, one, number="1", starts_on="2026-03-01", ends_on="2026-06-30")
    await insure(owner, first, other, number="2", starts_on="2025-01-01", ends_on="2025-12-31")
    await insure(owner, second, one, number="3", starts_on="2026-01-01")

    async def numbers(**query: Any) -> list[str]:
        return [item["number"] for item in (await owner.get(POLICIES, **query))["items"]]

    assert await numbers() == ["3", "2", "1"]
    assert await numbers(sort="starts_on") == ["2", "3", "1"]
    assert await numbers(client_id=first["id"]) == ["2", "1"]
    assert await numbers(provider_id=[one["id"]]) == ["3", "1"]
    assert await numbers(number="2") == ["2"]
    assert await numbers(in_force_on="2026-04-01") == ["3", "1"]
    assert await numbers(in_force_on="2026-06-30", client_id=first["id"]) == ["1"]
    assert await numbers(ends_on_from="2026-01-01", ends_on_to="2026-07-01") == ["1"]
    assert await numbers(ends_on_to="2026-06-30") == ["2"]
    page = await owner.get(POLICIES, limit=2, count=True, sort="-starts_on")
    rest = await owner.get(POLICIES, limit=2, sort="-starts_on", cursor=page["next_cursor"])
    assert [p["number"] for p in [*page["items"], *rest["items"]]] == ["1", "3", "2"]
    assert (page["total"], rest["next_cursor"]) == (3, None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": " "}, "number"), ({"ends_on": "2025-01-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"), ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"coverage_percent": "101"}, "coverage_percent"),
        ({"coverage_percent": "-1"}, "coverage_percent"),
        ({"co_pay_limit": "1.234"}, "co_pay_limit"), ({"annual_limit": "x"}, "annual_limit"),
        ({"currency": "XXX"}, "currency"), ({"provider_id": str(uuid4())}, "provider_id"),
        ({"client_id": str(uuid4())}, "client_id"), ({"file_ids": [str(uuid4())]}, "file_ids"),
        ({"holder_id": str(uuid4())}, "holder_id"), ({"state": "x"}, "state"),
    ],
)  # fmt: skip
async def test_bad_policies_are_refused_by_name(owner: Person, more: Any, field: str) -> None:
    """CL-77"""
    await switch(owner)
    body = {
        "client_id": (await owner.make_client())["id"], "number": "1", "currency": "SAR",
        "provider_id": (await add_provider(owner))["id"], "starts_on": "2026-01-01",
    }  # fmt: skip
    answer = await owner.http.post(POLICIES, json=body | more)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
