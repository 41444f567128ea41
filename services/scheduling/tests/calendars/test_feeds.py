"""Calendars that are read by their address."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from refs import rights
from scheduling.calendars.use_cases.feeds import forget_calendars
from services.scheduling.tests.appointments.planning import make_appointment
from services.scheduling.tests.calendars.feeding import (
    TOMORROW,
    employ,
    make_feed,
    path_of,
    read,
    remember_role,
)
from services.scheduling.tests.factories import (
    Person,
    remember_client,
    remember_folder,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.staffed import make_booking, make_service


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody may do is looked up each time, so that no test waits for it."""
    monkeypatch.setattr(rights, "USER_SECONDS", 0)


async def test_a_phone_shows_what_is_to_be_done(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-03: issue 6, calendars: one's own appointments, with all that a phone shows of them."""
    await remember_tenant(owner)
    await employ(owner, is_owner=True)
    client_id = str(await remember_client(owner, name="ليلى"))
    me = str(owner.caller.user_id)
    made = await make_appointment(
        owner, TOMORROW, client_id=client_id, staff_ids=[me], title="استشارة, ١؛ ٢", note="سري",
        location="الفرع", reminders=[60, 15],
    )  # fmt: skip
    await make_appointment(owner, TOMORROW)  # somebody else's
    feed = await make_feed(owner)
    assert feed["covers"] == "mine" and feed["feed_url"].endswith(path_of(feed))
    [event] = await read(stranger, feed)
    assert event["uid"] == f"{made['id']}@diwan"
    assert event["summary"] == "استشارة, ١؛ ٢ · ليلى"
    assert (event.start, event.end) == (TOMORROW, TOMORROW + timedelta(hours=1))
    assert (event["status"], event["sequence"]) == ("TENTATIVE", made["version"])
    assert (event["location"], event["description"]) == ("الفرع", "سري")
    assert event["url"].endswith(f"/v1/appointments/{made['id']}")
    assert event["organizer"] == "mailto:hind@example.com"
    assert event["organizer"].params["CN"] == "هند"
    triggers = [one["trigger"].dt for one in event.walk("VALARM")]
    assert triggers == [timedelta(minutes=-15), timedelta(minutes=-60)]


async def test_what_changes_reaches_the_phone(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-03: what is moved or called off keeps its UID, and comes after what was before."""
    await employ(owner, is_owner=True)
    made = await make_appointment(owner, TOMORROW, staff_ids=[str(owner.caller.user_id)])
    feed = await make_feed(owner)
    [before] = await read(stranger, feed)
    path = f"/v1/appointments/{made['id']}"
    await owner.post(f"{path}/reschedule", {"starts_at": "2031-03-12T09:00:00Z"})
    [moved] = await read(stranger, feed)
    await owner.post(f"{path}/cancel")
    [off] = await read(stranger, feed)
    assert before["uid"] == moved["uid"] == off["uid"]
    assert before["sequence"] < moved["sequence"] < off["sequence"]
    assert moved.start == TOMORROW + timedelta(days=1) and off["status"] == "CANCELLED"


async def test_a_series_is_as_many_entries(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-03: each has a UID of its own, and none is told to recur besides."""
    await employ(owner, is_owner=True)
    me = str(owner.caller.user_id)
    await make_appointment(owner, TOMORROW, staff_ids=[me], recurrence="FREQ=DAILY;COUNT=3")
    events = await read(stranger, await make_feed(owner))
    assert len({event["uid"] for event in events}) == 3
    assert not any("rrule" in event or "recurrence-id" in event for event in events)


async def test_who_has_it_already_is_sent_nothing(
    owner: Person, stranger: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """SC-03: by tag and by date, also once something is gone; HEAD tells the same."""
    await employ(owner, is_owner=True)
    made = await make_appointment(owner, TOMORROW, staff_ids=[str(owner.caller.user_id)])
    feed = await make_feed(owner)
    first = await stranger.get(path_of(feed))
    head = await stranger.head(path_of(feed))
    assert head.headers["etag"] == first.headers["etag"] and not head.content
    clock.now += timedelta(hours=2)
    for condition in (
        {"If-None-Match": f'"other", W/{first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = await stranger.get(path_of(feed), headers=condition)
        assert (again.status_code, again.content) == (304, b"")
    await owner.delete(f"/v1/appointments/{made['id']}")
    since = {"If-Modified-Since": first.headers["last-modified"]}
    gone = await stranger.get(path_of(feed), headers=since)
    assert gone.status_code == 200 and gone.headers["etag"] != first.headers["etag"]
    assert gone.headers["last-modified"] > first.headers["last-modified"]
    assert (await owner.get(f"/v1/calendars/{feed['id']}"))["used_at"] is not None


async def test_a_feed_shows_what_its_user_sees_now(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """SC-03, CL-59: folders that are hidden, rights that are lost, and who left."""
    await remember_tenant(owner)
    async with owner.colleague("scheduling:read", "scheduling:write") as colleague:
        role = await employ(colleague)
        folder_id = new_id()
        client_id = str(await remember_client(owner, folder_id=str(folder_id)))
        await make_appointment(owner, TOMORROW, client_id=client_id)
        feed = await make_feed(colleague, covers="all")
        assert len(await read(stranger, feed)) == 1
        await remember_folder(owner, folder_id, {"principal": f"role:{role}", "level": "none"})
        assert await read(stranger, feed) == []
        await remember_role(colleague, id=str(role), version=2, permissions=["comms:read"])
        assert (await stranger.get(path_of(feed))).status_code == 404
        await remember_role(colleague, id=str(role), version=3)
        assert (await stranger.get(path_of(feed))).status_code == 200
        await remember_user(
            colleague, id=str(colleague.caller.user_id), version=2, is_active=False,
            role_id=str(role),
        )  # fmt: skip
        assert (await stranger.get(path_of(feed))).status_code == 404


async def test_a_client_sees_what_is_shared_with_them(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """SC-03, SC-06: and nothing that is said inside."""
    await remember_tenant(owner, name="عيادة الابتسامة")
    client_id = str(await remember_client(owner, name="ليلى"))
    fields: dict[str, Any] = {"client_id": client_id, "note": "سري", "title": "استشارة"}
    staff = str(await remember_user(owner, email="inside@example.com"))
    shared = await make_appointment(
        owner, TOMORROW, staff_ids=[staff], shared_with_client=True, **fields
    )
    await make_appointment(owner, TOMORROW, **fields)
    await make_appointment(owner, TOMORROW, shared_with_client=True)
    feed = await make_feed(owner, client_id=client_id)
    assert (feed["covers"], feed["caldav_url"]) == ("shared", None)
    answer = await stranger.get(path_of(feed))
    assert "سري" not in answer.text and "inside@example.com" not in answer.text
    [event] = await read(stranger, feed)
    assert event["uid"] == f"{shared['id']}@diwan"
    assert event["summary"] == "استشارة · عيادة الابتسامة" and "url" not in event
    assert event["organizer"].startswith("urn:uuid:")


async def test_sessions_of_bookings_are_shown(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-03, SC-06: who does them sees what they are, and who comes."""
    await employ(owner, is_owner=True)
    service = await make_service(owner, staff_ids=[str(owner.caller.user_id)], capacity=3)
    for name in ("ليلى", "أحمد"):
        client_id = str(await remember_client(owner, name=name))
        await make_booking(
            owner, service, client_id=client_id, starts_at="2031-03-11T09:00:00Z", any_time=True
        )
    [event] = await read(stranger, await make_feed(owner))
    assert event["summary"] == "جلسة · أحمد، ليلى" and event.start == TOMORROW


async def test_a_feed_is_revoked(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-03: its address leads nowhere then; the token is kept nowhere and not shown again."""
    await employ(owner, is_owner=True)
    feed = await make_feed(owner, name="هاتفي")
    [listed] = (await owner.get("/v1/calendars"))["items"]
    assert listed["id"] == feed["id"] and "token" not in listed
    assert (await stranger.get(path_of(feed))).status_code == 200
    await owner.delete(f"/v1/calendars/{feed['id']}")
    answer = await stranger.get(path_of(feed))
    assert (answer.status_code, answer.json()["code"]) == (404, "link_not_found")
    assert (await stranger.get("/v1/calendars/nothing.ics")).status_code == 404


async def test_feeds_of_others_are_out_of_sight(owner: Person) -> None:
    """SC-03: save for who manages; a key has none of its own."""
    async with owner.colleague("scheduling:read", "scheduling:write") as colleague:
        own = await make_feed(colleague)
        theirs = await make_feed(owner)
        assert await colleague.ids("/v1/calendars") == [own["id"]]
        assert set(await owner.ids("/v1/calendars")) == {own["id"], theirs["id"]}
        path = f"/v1/calendars/{theirs['id']}"
        assert await colleague.refused("GET", path) == (404, "calendar_not_found")
        assert await colleague.refused("DELETE", path) == (404, "calendar_not_found")


async def test_what_is_wrong_with_a_feed_is_named(owner: Person) -> None:
    """SC-03: with its field."""
    client_id = str(await remember_client(owner))
    body = {"client_id": client_id, "covers": "all"}
    assert await owner.wrong("POST", "/v1/calendars", body) == ("covers_not_possible", ["covers"])
    unknown = {"client_id": str(new_id())}
    code, fields = await owner.wrong("POST", "/v1/calendars", unknown)
    assert (code, fields) == ("unknown_reference", ["client_id"])
    for _ in range(20):
        await make_feed(owner)
    assert await owner.refused("POST", "/v1/calendars", {}) == (409, "too_many_calendars")


async def test_who_asks_too_often_waits(
    owner: Person, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-03: a feed is read a few times an hour."""
    monkeypatch.setattr("scheduling.calendars.rules.feeds.READS", 2)
    await employ(owner, is_owner=True)
    feed = await make_feed(owner)
    statuses = [(await stranger.get(path_of(feed))).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_nothing_is_left_of_a_client_who_is_erased(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-39: their calendar's address leads nowhere."""
    client_id = await remember_client(owner)
    feed = await make_feed(owner, client_id=str(client_id))
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_calendars(work, client_id)
    assert (await stranger.get(path_of(feed))).status_code == 404
