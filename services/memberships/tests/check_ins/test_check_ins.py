"""Who comes in, and who is kept out."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.races import deadlocks
from memberships.check_ins.use_cases import forget_check_ins
from memberships.peers import Peers
from services.memberships.tests.check_ins.making import (
    CHECK_INS,
    DAY,
    SETTINGS,
    make_membership,
)
from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_type,
    remember_client,
)

# The company's day, whatever it is where the tests run.
TODAY = datetime.now(ZoneInfo("Asia/Riyadh")).date()


async def test_a_member_comes_in_and_a_wrong_check_in_is_undone(
    owner: Person, events: Events
) -> None:
    """ME-20"""
    client_id = await remember_client(owner)
    membership_id = await make_membership(owner, client_id, TODAY - 2 * DAY)
    body = {"id": str(new_id()), "client_id": str(client_id)}
    answer = await owner.http.post(CHECK_INS, json=body)
    made, path = answer.json(), f"{CHECK_INS}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["membership_id"], made["membership_status"]) == (membership_id, "active")
    assert (made["result"], made["reason"], made["credit_usage_id"]) == ("recorded", None, None)
    assert (made["client_id"], made["url"]) == (str(client_id), f"/v1/clients/{client_id}")
    again = await owner.http.post(CHECK_INS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    other = body | {"membership_id": membership_id}
    assert await owner.refused("POST", CHECK_INS, other) == (409, "id_taken")
    undone = await owner.post(f"{path}/undo")
    assert (undone["result"], undone["undone_at"] is not None) == ("undone", True)
    assert await owner.refused("POST", f"{path}/undo") == (409, "check_in_not_recorded")
    assert await owner.get(path) == undone
    await owner.post(CHECK_INS, {"client_id": str(client_id)})
    told = [one for one in await events(owner.caller) if ".check_in." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in told] == ["recorded", "undone", "recorded"]
    assert {one["clientid"] for one in told} == {str(client_id)}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"starts": TODAY - 60 * DAY}, "membership_expired"),
        ({"starts": TODAY + 2 * DAY}, "membership_upcoming"),
        ({"starts": TODAY, "paid": False}, "membership_unpaid"),
        ({"starts": TODAY - DAY, "cancelled_on": TODAY}, "membership_cancelled"),
        ({"starts": TODAY - DAY,
          "rests": [{"from_day": TODAY - DAY, "to_day": TODAY + DAY}]}, "membership_frozen"),
        ({"starts": TODAY - DAY,
          "rests": [{"kind": "suspension", "from_day": TODAY}]}, "membership_suspended"),
        (None, "not_a_member"),
    ],
)  # fmt: skip
async def test_who_may_not_come_in_is_told_why(
    owner: Person, events: Events, facts: dict[str, Any] | None, code: str
) -> None:
    """ME-04, ME-07, ME-20: the attempt is kept; asked again, it is looked at again."""
    client_id = await remember_client(owner)
    if facts is not None:
        await make_membership(owner, client_id, **facts)
    body = {"client_id": str(client_id), "id": str(new_id())}
    answer = await owner.http.post(CHECK_INS, json=body, headers={"Accept-Language": "ar"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not problem["detail"].isascii()
    [kept] = (await owner.get(CHECK_INS, client_id=str(client_id)))["items"]
    assert (kept["result"], kept["reason"], kept["id"] == body["id"]) == ("refused", code, False)
    told = [one for one in await events(owner.caller) if ".check_in." in one["type"]]
    assert [(one["type"], one["data"]["check_in"]["reason"]) for one in told] == [
        ("memberships.check_in.refused", code)
    ]
    path = f"{CHECK_INS}/{kept['id']}/undo"
    assert await owner.refused("POST", path) == (409, "check_in_not_recorded")
    await owner.patch(SETTINGS, {"attendance": "everybody"})
    resting = code in ("membership_frozen", "membership_suspended")
    again = await owner.http.post(CHECK_INS, json=body)
    assert again.status_code == (409 if resting else 201)


async def test_a_past_day_goes_by_how_the_membership_stood_then(owner: Person) -> None:
    """ME-20: the day is the company's; in grace as the company has it."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, date(2026, 1, 1))
    body: Json = {"client_id": str(client_id)}
    inside = await owner.post(CHECK_INS, body | {"occurred_at": "2026-01-31T20:59:00Z"})
    assert (inside["day"], inside["membership_status"]) == ("2026-01-31", "active")
    late = body | {"occurred_at": "2026-01-31T21:30:00Z"}
    assert await owner.refused("POST", CHECK_INS, late) == (409, "membership_expired")
    await owner.patch(SETTINGS, {"attendance_tolerance": True})
    grace = await owner.post(CHECK_INS, late)
    assert (grace["day"], grace["membership_status"]) == ("2026-02-01", "grace")
    after = body | {"occurred_at": "2026-02-08T09:00:00Z"}
    assert await owner.refused("POST", CHECK_INS, after) == (409, "membership_expired")
    listed = await owner.ids(CHECK_INS, day_from="2026-02-01", day_to="2026-02-02",
                            result="recorded")  # fmt: skip
    assert listed == [grace["id"]]
    assert await owner.ids(CHECK_INS, result="recorded") == [grace["id"], inside["id"]]
    assert await owner.ids(CHECK_INS, membership_id=str(new_id())) == []
    assert len(await owner.ids(CHECK_INS, membership_id=inside["membership_id"])) == 4


async def test_a_second_check_in_is_refused_whatever_races(owner: Person) -> None:
    """ME-20: within the minutes of the company, before and after; of many at once one."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, date(2026, 1, 1))
    await owner.patch(SETTINGS, {"check_in_minutes": 10})
    body: Json = {"client_id": str(client_id), "occurred_at": "2026-01-15T09:00:00Z"}
    answers = await asyncio.gather(*(owner.http.post(CHECK_INS, json=body) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {
        "checked_in_already"
    }
    for at, status in (("09:09:59", 409), ("08:50:01", 409), ("09:10:00", 201), ("08:50:00", 201)):
        answer = await owner.http.post(CHECK_INS, json=body | {"occurred_at": f"2026-01-15T{at}Z"})
        assert answer.status_code == status, at
    assert len(await owner.ids(CHECK_INS)) == 3
    await owner.patch(SETTINGS, {"check_in_minutes": 0})
    await owner.post(CHECK_INS, body)


async def test_a_check_in_uses_one_of_a_credit(owner: Person) -> None:
    """ME-14, ME-20: refused where nothing is left; given back where it was wrong."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, date(2026, 1, 1))
    visits = (await make_credit_type(owner, decimals=1))["id"]
    charge = {"client_id": str(client_id), "credit_type_id": visits, "amount": "2.5"}
    charged = f"/v1/credit-charges/{(await owner.post('/v1/credit-charges', charge))['id']}"
    await owner.patch(SETTINGS, {"check_in_credit_type_id": visits})
    days = [f"2026-01-{day}T09:00:00Z" for day in (10, 11, 12)]
    bodies = [{"client_id": str(client_id), "occurred_at": day} for day in days]
    answers = await asyncio.gather(*(owner.http.post(CHECK_INS, json=one) for one in bodies))
    assert sorted(one.status_code for one in answers) == [201, 201, 409]
    [refusal] = [one.json()["code"] for one in answers if one.status_code == 409]
    assert refusal == "credit_used_up"
    assert (await owner.get(charged))["remaining"] == "0.5"
    recorded = (await owner.get(CHECK_INS, result="recorded"))["items"][0]
    assert recorded["credit_usage_id"]
    await owner.post(f"{CHECK_INS}/{recorded['id']}/undo")
    assert (await owner.get(charged))["remaining"] == "1.5"


async def test_a_check_in_is_undone_as_its_use_is_reversed(owner: Person) -> None:
    """ME-20: whoever comes second waits, in no circle, and finds it done."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, TODAY)
    visits = (await make_credit_type(owner))["id"]
    charge = {"client_id": str(client_id), "credit_type_id": visits, "amount": "12"}
    await owner.post("/v1/credit-charges", charge)
    await owner.patch(SETTINGS, {"check_in_credit_type_id": visits, "check_in_minutes": 0})
    before = await deadlocks(owner.service.context.database)
    made = [await owner.post(CHECK_INS, {"client_id": str(client_id)}) for _ in range(12)]
    answers = await asyncio.gather(*(
        owner.http.post(path) for one in made for path in (
            f"{CHECK_INS}/{one['id']}/undo", f"/v1/credit-usages/{one['credit_usage_id']}/reverse",
        )
    ))  # fmt: skip
    assert {one.status_code for one in answers} <= {200, 409}
    assert await deadlocks(owner.service.context.database) == before
    [balance] = (await owner.get("/v1/credit-balances", client_id=str(client_id)))["items"]
    assert balance["balance"] == "12"


async def test_somebody_is_found_by_a_code(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """ME-20: clients is asked; an address that ends with an id names it by itself."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, TODAY)

    async def client_of_code(_: Any, tenant_id: UUID, code: str) -> UUID | None:
        assert tenant_id == owner.caller.tenant_id
        return client_id if code == "C-7" else None

    monkeypatch.setattr(Peers, "client_of_code", client_of_code)
    await owner.patch(SETTINGS, {"check_in_minutes": 0})
    for code in ("C-7", f"https://diwan.test/clients/{client_id}"):
        assert (await owner.post(CHECK_INS, {"code": code}))["client_id"] == str(client_id)
    for code in ("C-8", str(new_id())):
        found = await owner.wrong("POST", CHECK_INS, {"code": code})
        assert found == ("unknown_reference", ["code"])
    both = {"code": "C-7", "client_id": str(client_id)}
    for body in ({}, both):
        assert await owner.wrong("POST", CHECK_INS, body) == ("client_or_code", ["client_id"])
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    for wrong, told in (
        ({"client_id": str(new_id())}, ("unknown_reference", ["client_id"])),
        ({"code": "C-7", "membership_id": str(new_id())}, ("unknown_reference", ["membership_id"])),
        ({"code": "C-7", "occurred_at": later}, ("in_the_future", ["occurred_at"])),
        ({"code": " "}, ("validation_failed", ["code"])),
    ):  # fmt: skip
        assert await owner.wrong("POST", CHECK_INS, wrong) == told


async def test_who_does_not_see_the_client_sees_no_check_in(owner: Person) -> None:
    """GW-02, GW-03"""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, TODAY)
    made = await owner.post(CHECK_INS, {"client_id": str(client_id)})
    path = f"{CHECK_INS}/{made['id']}"
    rights = ("memberships:read", "memberships:write")
    async with owner.colleague(*rights, visibility="assigned") as stranger:
        assert await stranger.ids(CHECK_INS) == []
        assert await stranger.refused("GET", path) == (404, "check_in_not_found")
        assert await stranger.refused("POST", f"{path}/undo") == (404, "check_in_not_found")
        body = {"client_id": str(client_id)}
        found = await stranger.wrong("POST", CHECK_INS, body)
        assert found == ("unknown_reference", ["client_id"])
        found = await stranger.wrong("POST", CHECK_INS, {"code": str(client_id)})
        assert found == ("unknown_reference", ["code"])
    async with owner.colleague("memberships:read") as reader:
        assert await reader.ids(CHECK_INS) == [made["id"]]
        assert await reader.refused("POST", f"{path}/undo") == (403, "forbidden")
        assert await reader.refused("POST", CHECK_INS, {"code": "x"}) == (403, "forbidden")


async def test_of_a_client_who_is_erased_nothing_is_kept(owner: Person) -> None:
    """CL-84: when somebody came is theirs."""
    client_id = await remember_client(owner)
    await make_membership(owner, client_id, TODAY)
    made = await owner.post(CHECK_INS, {"client_id": str(client_id)})
    caller = system(owner.caller.tenant_id, "memberships")
    async with owner.service.context.database.work(caller, role="worker") as work:
        await forget_check_ins(work, client_id)
    assert await owner.refused("GET", f"{CHECK_INS}/{made['id']}") == (404, "check_in_not_found")
