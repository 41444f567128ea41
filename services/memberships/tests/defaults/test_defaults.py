"""How a company keeps its memberships."""

import asyncio

import pytest

from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import Json, Person, make_credit_type

SETTINGS = "/v1/settings/memberships"
LOYALTY: Json = {
    "credit_type_id": None, "point_value": None, "currency": None, "minimum_points": "0",
    "decimals": False,
}  # fmt: skip
UNSAID: Json = {
    "version": 0, "updated_at": None, "tolerance_days": 7, "invoices": "issued",
    "expiring_days": 7, "renew_days_before": 0,
    "attendance": "active", "attendance_tolerance": False,
    "check_in_minutes": 5, "check_in_credit_type_id": None, "loyalty": LOYALTY,
}  # fmt: skip


async def test_settings_are_read_and_changed(owner: Person, events: Events) -> None:
    """ME-06, ME-18, ME-20: nothing is said at first; who may manage memberships says it."""
    first = await owner.http.get(SETTINGS)
    assert (first.headers["ETag"], first.json()) == ('"0"', UNSAID)
    points = (await make_credit_type(owner))["id"]
    said: Json = {"credit_type_id": points, "point_value": "0.050", "minimum_points": "100.0"}
    body = {"tolerance_days": 10, "attendance_tolerance": True, "loyalty": said}
    match = {"If-Match": '"0"'}
    changed = await owner.http.patch(SETTINGS, json=body, headers=match)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"1"')
    loyalty = LOYALTY | said | {
        "point_value": "0.05", "currency": "SAR", "minimum_points": "100"
    }  # fmt: skip
    assert changed.json() == UNSAID | body | {
        "version": 1, "updated_at": changed.json()["updated_at"], "loyalty": loyalty
    }  # fmt: skip
    stale = await owner.http.patch(SETTINGS, json={"tolerance_days": 1}, headers=match)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    merged = await owner.patch(SETTINGS, {"loyalty": {"decimals": True}})
    assert merged["loyalty"] == loyalty | {"decimals": True}
    assert await owner.patch(SETTINGS, {"tolerance_days": 10}) == merged
    told = [one for one in await events(owner.caller) if one["type"].endswith("settings.updated")]
    assert [one["data"]["changed"] for one in told] == [
        ["attendance_tolerance", "loyalty", "tolerance_days"], ["loyalty"],
    ]  # fmt: skip
    assert told[1]["data"]["settings"]["loyalty"]["point_value"] == "0.05"


async def test_who_may_read_settings_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01; another company has its own."""
    await owner.patch(SETTINGS, {"invoices": "draft"})
    async with owner.colleague("memberships:read", "memberships:write") as reader:
        assert (await reader.get(SETTINGS))["invoices"] == "draft"
        assert await reader.refused("PATCH", SETTINGS, {"invoices": "issued"}) == (403, "forbidden")
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(SETTINGS)).json() == UNSAID


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tolerance_days": -1}, "tolerance_days"), ({"tolerance_days": 366}, "tolerance_days"),
        ({"tolerance_days": None}, "tolerance_days"), ({"invoices": "paid"}, "invoices"),
        ({"renew_days_before": "1"}, "renew_days_before"), ({"attendance": "none"}, "attendance"),
        ({"attendance_tolerance": "yes"}, "attendance_tolerance"),
        ({"check_in_minutes": 1_441}, "check_in_minutes"), ({"minutes": 1}, "minutes"),
        ({"check_in_credit_type_id": "x"}, "check_in_credit_type_id"),
        ({"loyalty": None}, "loyalty"), ({"loyalty": {"points": 1}}, "loyalty.points"),
        ({"loyalty": {"point_value": "0.00"}}, "loyalty.point_value"),
        ({"loyalty": {"point_value": 0.5}}, "loyalty.point_value"),
        ({"loyalty": {"currency": "XXX"}}, "loyalty.currency"),
        ({"loyalty": {"minimum_points": "-1"}}, "loyalty.minimum_points"),
    ],
)  # fmt: skip
async def test_what_does_not_hold_names_its_field(owner: Person, body: Json, field: str) -> None:
    assert await owner.wrong("PATCH", SETTINGS, body) == ("validation_failed", [field])


async def test_a_credit_type_that_is_named_is_in_use(owner: Person) -> None:
    """ME-17, ME-18"""
    used, away = [(await make_credit_type(owner, active=one))["id"] for one in (True, False)]
    named: list[Json] = [{"check_in_credit_type_id": away}, {"loyalty": {"credit_type_id": away}}]
    fields = ["check_in_credit_type_id", "loyalty.credit_type_id"]
    for body, field in zip(named, fields, strict=True):
        assert await owner.wrong("PATCH", SETTINGS, body) == ("unknown_reference", [field])
    await owner.patch(SETTINGS, {"check_in_credit_type_id": used})
    assert await owner.refused("DELETE", f"/v1/credit-types/{used}") == (409, "credit_type_in_use")
    await owner.patch(f"/v1/credit-types/{used}", {"active": False})
    kept = await owner.patch(SETTINGS, {"check_in_credit_type_id": used, "check_in_minutes": 1})
    assert kept["check_in_minutes"] == 1
    await owner.patch(SETTINGS, {"check_in_credit_type_id": None})
    await owner.delete(f"/v1/credit-types/{used}")


async def test_many_say_something_first(owner: Person) -> None:
    """Whatever races, nothing of it is lost."""
    said: list[Json] = [
        {"tolerance_days": 1}, {"invoices": "draft"}, {"loyalty": {"decimals": True}},
        {"loyalty": {"point_value": "2"}},
    ]  # fmt: skip
    await asyncio.gather(*(owner.patch(SETTINGS, one) for one in said))
    found = await owner.get(SETTINGS)
    assert (found["version"], found["tolerance_days"], found["invoices"]) == (4, 1, "draft")
    assert (found["loyalty"]["decimals"], found["loyalty"]["point_value"]) == (True, "2")
