"""How a company keeps its appointments and bookings."""

from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Person

SETTINGS = "/v1/settings/scheduling"


async def test_settings_hold_before_anything_was_said(owner: Person, events: Events) -> None:
    answer = await owner.http.get(SETTINGS)
    assert answer.headers["etag"] == '"0"'
    found = answer.json()
    assert (found["appointment_minutes"], found["slot_minutes"]) == (30, 15)
    assert (found["version"], found["updated_at"]) == (0, None)
    changed = await owner.patch(SETTINGS, {"slot_minutes": 20})
    assert (changed["appointment_minutes"], changed["slot_minutes"]) == (30, 20)
    assert await owner.get(SETTINGS) == changed
    [told] = await events(owner.caller)
    assert told["type"] == "scheduling.settings.updated"
    assert told["data"]["changed"] == ["slot_minutes"]
    stale = await owner.http.patch(SETTINGS, json={}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    for wrong, field in (
        ({"slot_minutes": 7}, "slot_minutes"), ({"appointment_minutes": 0}, "appointment_minutes"),
        ({"x": 1}, "x"),
    ):  # fmt: skip
        assert await owner.wrong("PATCH", SETTINGS, wrong) == ("validation_failed", [field])
    async with owner.colleague("scheduling:read", "scheduling:write") as reader:
        assert await reader.refused("PATCH", SETTINGS, {}) == (403, "forbidden")


async def test_quiet_hours_have_two_ends(owner: Person) -> None:
    """SC-04"""
    await owner.patch(SETTINGS, {"quiet_from": "21:00", "quiet_to": "08:00"})
    for wrong, field in (
        ({"quiet_to": None}, "quiet_to"), ({"quiet_from": None}, "quiet_from"),
        ({"quiet_to": "21:00"}, "quiet_to"), ({"quiet_to": "18:00"}, "quiet_to"),
    ):  # fmt: skip
        assert await owner.wrong("PATCH", SETTINGS, wrong) == ("quiet_hours_not_possible", [field])
    assert await owner.wrong("PATCH", SETTINGS, {"quiet_to": "24:00"}) == (
        "validation_failed", ["quiet_to"]
    )  # fmt: skip
    none = await owner.patch(SETTINGS, {"quiet_from": None, "quiet_to": None})
    assert (none["quiet_from"], none["quiet_to"]) == (None, None)
