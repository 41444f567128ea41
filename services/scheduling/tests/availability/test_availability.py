"""When staff work: hours, other hours on some days, and leave."""

from datetime import date
from typing import Any

from chassis.caller import system
from chassis.testing.harness import Harness
from scheduling.availability import use_cases
from scheduling.availability.rules.days import Leave
from scheduling.availability.rules.hours import ALWAYS
from services.scheduling.tests.factories import Json, Person
from services.scheduling.tests.staffed import remember_users

SHIFT: Json = {
    "days": ["sunday", "monday"], "from": "09:00", "to": "17:00",
    "breaks": [{"from": "12:00", "to": "13:00"}],
}  # fmt: skip


async def staff(owner: Person, user_id: Any) -> Any:
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "scheduling")
    ) as work:
        [found] = await use_cases.staff_between(
            work, [user_id], date(2031, 1, 1), date(2031, 1, 31)
        )
    return found


async def test_who_said_nothing_is_free(owner: Person) -> None:
    """SC-05"""
    [user_id] = await remember_users(owner, 1)
    found = await owner.get(f"/v1/staff/{user_id}/availability")
    assert found["hours"] is None and found["version"] == 0 and found["updated_at"] is None
    assert found["timezone"] == "Asia/Riyadh"
    assert (await staff(owner, user_id)).week == ALWAYS


async def test_hours_are_said_replaced_and_taken_back(owner: Person) -> None:
    """SC-05: with breaks, a zone of their own and buffers."""
    [user_id] = await remember_users(owner, 1)
    path = f"/v1/staff/{user_id}/availability"
    said = {"hours": [SHIFT], "timezone": "Europe/London", "buffer_after": 10}
    found = await owner.patch(path, said)
    assert found["hours"] == [SHIFT] and found["timezone"] == "Europe/London"
    assert (await owner.get(path))["buffer_after"] == 10
    known = await staff(owner, user_id)
    assert known.zone == "Europe/London" and known.week[0] == ((540, 720), (780, 1020))
    stale = await owner.http.patch(path, json={"hours": None}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert (await owner.patch(path, {"hours": None}))["hours"] is None


async def test_what_cannot_be_is_refused(owner: Person) -> None:
    [user_id] = await remember_users(owner, 1)
    path = f"/v1/staff/{user_id}/availability"
    twice = {"hours": [SHIFT, SHIFT | {"days": ["monday"], "breaks": []}]}
    refused = await owner.http.patch(path, json=twice)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "hours.1"
    nowhere = await owner.http.patch(path, json={"timezone": "Mars/Olympus"})
    assert nowhere.json()["errors"][0]["code"] == "unknown_timezone"
    nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert (await owner.http.get(f"/v1/staff/{nobody}/availability")).status_code == 404


async def test_ones_own_hours_are_ones_own_to_say(owner: Person, service: Harness) -> None:
    """GW-03: others' are for who manages scheduling."""
    mine, other = await remember_users(owner, 2)
    rights = frozenset({"scheduling:read", "scheduling:write"})
    caller = service.caller(
        owner.caller.tenant_id, user_id=mine, permissions=rights, is_owner=False
    )
    async with service.http(caller) as http:
        own = await http.patch(f"/v1/staff/{mine}/availability", json={"hours": [SHIFT]})
        assert own.status_code == 200
        theirs = await http.patch(f"/v1/staff/{other}/availability", json={"hours": []})
        assert theirs.status_code == 403
        away = {"user_id": str(mine), "from": "2031-01-05", "to": "2031-01-06", "reason": "سفر"}
        mine_away = await http.post("/v1/leaves", json=away)
        assert mine_away.status_code == 201 and mine_away.json()["reason"] == "سفر"
        refused = await http.post("/v1/leaves", json=away | {"user_id": str(other)})
        assert refused.status_code == 403
        made = await owner.post("/v1/leaves", away | {"user_id": str(other)})
        assert (await http.get(f"/v1/leaves/{made['id']}")).json()["reason"] is None


async def test_other_hours_hold_on_their_days_and_ones_own_go_first(owner: Person) -> None:
    """SC-05: Ramadan hours as a dated override."""
    one, other = await remember_users(owner, 2)
    for_all: Json = {"name": "دوام رمضان", "from": "2031-01-10", "to": "2031-01-20",
                     "hours": [SHIFT]}  # fmt: skip
    made = await owner.post("/v1/availability-overrides", for_all)
    assert made["name"] == {"ar": "دوام رمضان", "en": None} and made["user_ids"] == []
    own = await owner.post("/v1/availability-overrides",
                           for_all | {"hours": [], "user_ids": [str(one)]})  # fmt: skip
    mine, theirs = await staff(owner, one), await staff(owner, other)
    assert [len(each.week[0]) for each in mine.overrides] == [0, 2]
    assert [len(each.week[0]) for each in theirs.overrides] == [2]
    listed = await owner.get("/v1/availability-overrides", user_id=str(other))
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    changed = await owner.patch(f"/v1/availability-overrides/{own['id']}", {"to": "2031-01-12"})
    assert changed["to"] == "2031-01-12"
    early = await owner.http.patch(
        f"/v1/availability-overrides/{own['id']}", json={"to": "2031-01-01"}
    )
    assert early.json()["errors"][0]["field"] == "to"
    assert (await owner.http.delete(f"/v1/availability-overrides/{own['id']}")).is_success
    assert len((await staff(owner, one)).overrides) == 1


async def test_leave_is_of_whole_days_or_of_hours(owner: Person) -> None:
    """SC-05"""
    [user_id] = await remember_users(owner, 1)
    away: Json = {"user_id": str(user_id), "from": "2031-01-05", "to": "2031-01-06"}
    made = await owner.post("/v1/leaves", away)
    part = await owner.post("/v1/leaves", away | {"hours": {"from": "14:00", "to": "16:00"}})
    assert part["hours"] == {"from": "14:00", "to": "16:00"}
    days = date(2031, 1, 5), date(2031, 1, 6)
    assert (await staff(owner, user_id)).leaves == (Leave(*days), Leave(*days, (840, 960)))
    assert (await owner.patch(f"/v1/leaves/{made['id']}", {"to": "2031-01-05"}))["version"] == 2
    listed = await owner.get("/v1/leaves", user_id=str(user_id), date_from="2031-01-06")
    assert [one["id"] for one in listed["items"]] == [part["id"]]
    assert (await owner.http.delete(f"/v1/leaves/{part['id']}")).is_success


async def test_another_company_sees_none_of_it(owner: Person, service: Harness) -> None:
    """GW-02"""
    [user_id] = await remember_users(owner, 1)
    away: Json = {"user_id": str(user_id), "from": "2031-01-05", "to": "2031-01-06"}
    made = await owner.post("/v1/leaves", away)
    async with service.http(service.caller()) as http:
        assert (await http.get(f"/v1/leaves/{made['id']}")).status_code == 404
        assert (await http.get(f"/v1/staff/{user_id}/availability")).status_code == 404
        assert (await http.get("/v1/leaves")).json()["items"] == []
