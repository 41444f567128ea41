"""Stories of calendars: shown on phones of somebody else's making."""

from pathlib import Path

import pytest

from chassis.testing.eventually import eventually
from tests import phone
from tests.product import Json, Person, Product, form_of

_THEIRS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1@example.com
DTSTART;TZID=Arab Standard Time:29980310T090000
DTEND;TZID=Arab Standard Time:29980310T100000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:استشارة
ATTENDEE;CN=Laila:MAILTO:Laila@example.com
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.timeout(240)
async def test_a_phone_shows_ones_appointments(product: Product, tmp_path: Path) -> None:
    """SC-03: through the gateway, from the host's name on; it is shown what it asks for and changes
    nothing.
    """
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "ليلى"})
    me = (await owner.get("/v1/me"))["user"]["id"]
    now = (await owner.post("/v1/tasks", {"title": "x"}))["created_at"]
    day = f"{int(now[:4]) + (now[5:7] == '12')}-{int(now[5:7]) % 12 + 1:02}-10"
    made = await owner.post("/v1/appointments", {
        "client_id": client["id"], "staff_ids": [me], "starts_at": f"{day}T09:00:00Z",
        "duration_minutes": 45, "title": "استشارة", "recurrence": "FREQ=DAILY;COUNT=3",
    })  # fmt: skip
    feed = await owner.post("/v1/calendars", {"name": "هاتفي"})
    python = await phone.set_up(tmp_path / "phone")
    window = (f"{day}T00:00:00+00:00", f"{day}T23:00:00+00:00")

    async def shown() -> bool:
        found = await phone.look(python, feed["caldav_url"], owner.email, feed["token"], *window)
        assert (found["name"], found["wrote"]) == ("هاتفي", False)
        assert found["all"] == 3
        [event] = found["events"]
        assert event["uid"] == f"{made['id']}@diwan"
        assert event["starts_at"] == f"{day}T09:00:00+00:00"
        return bool(event["summary"] == "استشارة · ليلى")

    await eventually(shown)


@pytest.mark.timeout(240)
async def test_a_calendar_moves_in(product: Product) -> None:
    """SC-09: its entries are found with the clients who come to them, once, and taken back."""
    owner = await product.sign_up()
    emails = [{"address": "laila@example.com"}]
    client = await owner.post("/v1/clients", {"name": "ليلى", "emails": emails})
    counts = [(await _imported(owner, _THEIRS))["result"] for _ in range(2)]
    assert [one["created"] for one in counts] == [3, 0]
    assert [one["unchanged"] for one in counts] == [0, 3]
    made = (await owner.get("/v1/appointments", client_id=client["id"]))["items"]
    assert {one["title"] for one in made} == {"استشارة"}
    assert min(one["starts_at"] for one in made) == "2998-03-10T06:00:00.000000Z"
    first = (await owner.get("/v1/calendars/imports"))["items"][-1]
    await owner.post(f"/v1/calendars/imports/{first['id']}/undo")

    async def gone() -> bool:
        found = await owner.get("/v1/appointments", client_id=client["id"])
        return not found["items"]

    await eventually(gone)


async def _imported(owner: Person, file: str) -> Json:
    """The import once it is over."""
    answer = await owner.ask("POST", "/v1/calendars/imports", **form_of({"file": file}))
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"]

    async def done() -> bool:
        return bool((await owner.get(path))["status"] == "done")

    await eventually(done)
    return await owner.get(path)
