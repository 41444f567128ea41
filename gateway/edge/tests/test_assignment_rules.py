"""Assignment rules: what they must say, and what others hear of them."""

from typing import Any

import httpx
import pytest

from chassis.testing.harness import Harness
from gateway.edge.tests.factories import Company, make_member
from gateway.edge.tests.test_people import events_of

FOLDER = "0190a5d0-0000-7000-8000-000000000001"
NOBODY = "0190a5d0-0000-7000-8000-000000000002"
PATH = "/v1/assignment-rules"


async def test_a_rule_is_made_changed_and_removed_and_each_is_told(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    """GW-06"""
    member = await make_member(api)
    users = [company.owner_id, member["id"], company.owner_id]
    body = {"name": "الرياض", "user_ids": users, "country_code": "sa", "folder_id": FOLDER}
    made = await api.post(PATH, json=body)
    assert made.status_code == 201, made.text
    rule = made.json()
    assert rule["user_ids"] == users[:2] and rule["country_code"] == "SA"
    assert (rule["enabled"], rule["order"]) == (False, 0)
    there = f"{PATH}/{rule['id']}"
    changed = await api.patch(
        there, json={"enabled": True, "order": 3, "country_code": None},
        headers={"If-Match": made.headers["etag"]},
    )  # fmt: skip
    assert (changed.json()["enabled"], changed.json()["order"]) == (True, 3)
    team = (await api.post("/v1/teams", json={"name": "T"})).json()
    both = await api.patch(there, json={"team_id": team["id"]})
    assert (both.status_code, both.json()["code"]) == (422, "nobody_to_assign")
    moved = await api.patch(there, json={"team_id": team["id"], "user_ids": []})
    assert (moved.json()["team_id"], moved.json()["user_ids"]) == (team["id"], [])
    assert (await api.delete(there)).status_code == 204
    told = [
        (event["type"].rpartition(".")[2], event["version"], event["data"]["assignment_rule"])
        for event in await events_of(edge, "edge.assignment_rule.%")
        if event["subject"] == rule["id"]
    ]
    assert [(verb, version) for verb, version, _ in told] == [
        ("created", 1), ("updated", 2), ("updated", 3), ("deleted", 4)
    ]  # fmt: skip
    assert all(data["version"] == version for _, version, data in told)
    assert (told[1][2]["order"], told[1][2]["is_enabled"], told[1][2]["country_code"]) == (
        3, True, ""
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"user_ids": []}, "user_ids", "nobody_to_assign"),
        ({"user_ids": [NOBODY]}, "user_ids", "unknown_user"),
        ({"user_ids": [], "team_id": NOBODY}, "team_id", "unknown_team"),
        ({"team_id": NOBODY}, "team_id", "nobody_to_assign"),
        ({"country_code": "XX"}, "country_code", "unknown_country"),
        ({"country_code": "KSA"}, "country_code", "too_long"),
        ({"order": -1}, "order", "too_small"),
        ({"name": ""}, "name", "too_short"),
    ],
)
async def test_a_wrong_rule_says_what_is_wrong(
    api: httpx.AsyncClient, company: Company, change: dict[str, Any], field: str, code: str
) -> None:
    body = {"name": "r", "user_ids": [company.owner_id]} | change
    answer = await api.post(PATH, json=body)
    assert answer.status_code == 422, answer.text
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


async def test_rules_are_listed_in_the_order_they_are_tried(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-06"""
    for name, order in (("third", 7), ("first", 1), ("second", 2)):
        body = {"name": name, "user_ids": [company.owner_id], "order": order,
                "enabled": name != "second"}  # fmt: skip
        assert (await api.post(PATH, json=body)).status_code == 201
    listed = (await api.get(PATH)).json()["items"]
    assert [one["name"] for one in listed] == ["first", "second", "third"]
    counting = (await api.get(PATH, params={"enabled": True})).json()["items"]
    assert [one["name"] for one in counting] == ["first", "third"]


async def test_whoever_left_takes_no_turns(api: httpx.AsyncClient) -> None:
    member = await make_member(api)
    await api.post(f"/v1/users/{member['id']}/deactivate")
    answer = await api.post(PATH, json={"name": "r", "user_ids": [member["id"]]})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_user")
