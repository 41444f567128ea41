"""Calendars of elsewhere: set once for who comes to them, told, and taken back."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.ids import new_id
from services.scheduling.tests.appointments.planning import APPOINTMENTS, make_appointment
from services.scheduling.tests.calendar_imports.conftest import (
    IMPORTS,
    Client,
    Imports,
    Named,
    counts,
)
from services.scheduling.tests.calendar_imports.files import calendar, event, utc
from services.scheduling.tests.calendars.feeding import TOMORROW, employ, make_feed, path_of
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    make_action,
    remember_client,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.staffed import make_booking, make_service

SARA = "ATTENDEE:mailto:sara@example.com"


async def test_appointments_are_set_for_who_comes(
    owner: Person, imports: Imports, client: Client, named: Named, events: Events
) -> None:
    """SC-09: by an address or a phone, else for the one named; with all that is said."""
    await remember_tenant(owner)
    sara, other = await client("sara@example.com"), str(await remember_client(owner))
    mona = await remember_client(owner)
    named["phone", "+966501234567"] = mona
    staff = str(await remember_user(owner))
    action = (await make_action(owner, subject="appointment"))["id"]
    done = await imports.done(owner, calendar(
        event("a", utc(TOMORROW), "DURATION:PT30M", "SUMMARY:استشارة", "LOCATION:الفرع",
              "DESCRIPTION:أول مرة\\nومعه تقرير", SARA, "ATTENDEE:mailto:staff@example.com"),
        event("b", utc(TOMORROW + timedelta(hours=1)), "ATTENDEE:tel:+966501234567"),
        event("c", ";VALUE=DATE:20310320", "SUMMARY:يوم"),
    ), client_id=other, staff_ids=[staff], action_id=action)  # fmt: skip
    assert (counts(done), done["file"], done["client_id"]) == ((3, 0, 0), "x.ics", other)
    rows = await imports.rows(owner, done)
    assert [(row["client_id"], row["url"]) for row in rows] == [
        (one, f"/v1/clients/{one}") for one in (sara, str(mona), other)
    ]
    first = await owner.get(f"{APPOINTMENTS}/{rows[0]['appointment_id']}")
    assert {name: first[name] for name in (
        "client_id", "title", "location", "note", "staff_ids", "action_id", "status",
        "starts_at", "ends_at", "created_by",
    )} == {
        "client_id": sara, "title": "استشارة", "location": "الفرع",
        "note": "أول مرة\nومعه تقرير", "staff_ids": [staff], "action_id": action,
        "status": "scheduled", "starts_at": "2031-03-11T09:00:00.000000Z",
        "ends_at": "2031-03-11T09:30:00.000000Z", "created_by": owner.caller.principal,
    }  # fmt: skip
    assert (rows[0]["title"], rows[0]["starts_at"]) == ("استشارة", "2031-03-11T09:00:00.000000Z")
    told = [e for e in await events(owner.caller) if e["type"].startswith("scheduling.")]
    assert [e["type"] for e in told][-3:] == ["scheduling.appointment.scheduled"] * 3
    assert {e["clientid"] for e in told[-3:]} == {sara, str(mona), other}
    assert await owner.ids(APPOINTMENTS, staff_id=staff) == [row["appointment_id"] for row in rows]


async def test_it_takes_as_long_as_the_company_has_it(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: what says nothing of it as long as appointments do; a whole day is the company's."""
    await remember_tenant(owner)
    await client("sara@example.com")
    file = calendar(event("a", utc(TOMORROW), SARA), event("b", ";VALUE=DATE:20310320", SARA))
    rows = await imports.rows(owner, await imports.done(owner, file))
    usual, day = [await owner.get(f"{APPOINTMENTS}/{row['appointment_id']}") for row in rows]
    assert usual["ends_at"] == "2031-03-11T09:30:00.000000Z"
    assert (day["starts_at"], day["ends_at"]) == (
        "2031-03-19T21:00:00.000000Z", "2031-03-20T21:00:00.000000Z"
    )  # fmt: skip


async def test_what_nobody_comes_to_fails_alone(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """SC-09: nobody known, several, a zone that is none, a rule that is too fine; told in both."""
    await client("sara@example.com")
    await client("mona@example.com")
    named["email", "two@example.com"] = None
    at = utc(TOMORROW)
    done = await imports.done(owner, calendar(
        event("a", at), event("b", at, SARA, "ATTENDEE:mailto:mona@example.com"),
        event("c", at, "ATTENDEE:mailto:two@example.com"),
        event("d", ";TZID=Nowhere:20310311T090000", SARA),
        event("e", at, "RRULE:FREQ=SECONDLY", SARA), event("f", at, "DURATION:P15D", SARA),
        event("g", at, "DTEND:20310311T080000Z", SARA), event("h", at, "SUMMARY:x", SARA),
    ))  # fmt: skip
    # What cannot be read at all comes in its place.
    assert [code for _, code in await imports.told(owner, done)] == [
        "client_needed", "several_match", "several_match", "unknown_timezone",
        "recurrence_too_fine", "appointment_too_long", "ends_before_start", None,
    ]  # fmt: skip
    assert counts(done) == (1, 0, 7)
    path = f"{IMPORTS}/{done['id']}/report"
    arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
    assert arabic.lstrip("\ufeff").startswith("الصف,النتيجة,موعد,")
    for row in await imports.rows(owner, done, outcome="failed"):
        message = row["faults"][0]["message"]
        assert message["ar"] != message["en"]
        assert message["ar"] in arabic


async def test_one_file_twice_makes_nothing_twice(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: nor what another file says of the same."""
    sara = await client("sara@example.com")
    rule = "RRULE:FREQ=WEEKLY;COUNT=5"
    file = calendar(event("a", utc(TOMORROW), rule, SARA), event("b", utc(TOMORROW), SARA))
    assert counts(await imports.done(owner, file)) == (6, 0, 0)
    again = await imports.done(owner, file)
    assert counts(again) == (0, 6, 0)
    assert set(await imports.told(owner, again)) == {("unchanged", "known_already")}
    longer = calendar(event("a", utc(TOMORROW), rule.replace("5", "7"), SARA))
    assert counts(await imports.done(owner, longer)) == (2, 5, 0)
    made = await owner.ids(APPOINTMENTS, client_id=sara)
    assert len(made) == 8
    # What somebody removes here may come again.
    await owner.delete(f"{APPOINTMENTS}/{made[-1]}")
    assert counts(await imports.done(owner, longer)) == (1, 6, 0)


async def test_our_own_feed_brings_nothing_twice(
    owner: Person, imports: Imports, client: Client, service: Any
) -> None:
    """SC-09: appointments and sessions are known by the ids that they went out with."""
    await employ(owner, is_owner=True)
    me, sara = str(owner.caller.user_id), await client("sara@example.com")
    await make_appointment(owner, TOMORROW, staff_ids=[me], client_id=sara)
    kind = await make_service(owner, staff_ids=[me])
    await make_booking(owner, kind, starts_at="2031-03-12T09:00:00Z", any_time=True)
    feed = await make_feed(owner, covers="all")
    async with service.http(None) as stranger:
        file = (await stranger.get(path_of(feed))).content
    assert file.count(b"BEGIN:VEVENT") == 2
    done = await imports.done(owner, file, client_id=sara)
    assert await imports.told(owner, done) == [("unchanged", "known_already")] * 2


async def test_who_is_elsewhere_is_not_taken(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: what cannot have its staff fails, or is set without them where that is asked for."""
    await client("sara@example.com")
    staff = str(await remember_user(owner))
    await make_appointment(owner, TOMORROW, staff_ids=[staff])
    file = calendar(
        event("a", utc(TOMORROW), SARA),
        event("b", utc(TOMORROW + timedelta(hours=2)), SARA),
        # Of two at once the first has them.
        event("c", utc(TOMORROW + timedelta(hours=2)), SARA),
    )
    done = await imports.done(owner, file, staff_ids=[staff])
    assert await imports.told(owner, done) == [
        ("failed", "slot_taken"), ("created", None), ("failed", "slot_taken"),
    ]  # fmt: skip
    left = await imports.done(owner, file, staff_ids=[staff], when_taken="without_staff")
    assert [outcome for outcome, _ in await imports.told(owner, left)] == [
        "created", "unchanged", "created",
    ]  # fmt: skip
    made = [row["appointment_id"] for row in await imports.rows(owner, left, outcome="created")]
    assert [(await owner.get(f"{APPOINTMENTS}/{one}"))["staff_ids"] for one in made] == [[], []]


async def test_what_is_over_is_kept_as_done(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: where that is asked for; else it is left out, and told."""
    await client("sara@example.com")
    file = calendar(event("a", ":20310301T090000Z", "DURATION:PT1H", SARA))
    left = await imports.done(owner, file)
    assert await imports.told(owner, left) == [("unchanged", "over_already")]
    done = await imports.done(owner, file, past="done")
    [row] = await imports.rows(owner, done)
    made = await owner.get(f"{APPOINTMENTS}/{row['appointment_id']}")
    assert (made["status"], made["starts_at"]) == ("done", "2031-03-01T09:00:00.000000Z")
    assert await imports.undone(owner, done) == ["undone"]


async def test_a_dry_run_tells_the_same_and_keeps_nothing(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """SC-09"""
    sara = await client("sara@example.com")
    file = calendar(event("a", utc(TOMORROW), "SUMMARY:x", SARA), event("b", utc(TOMORROW)))
    dry = await imports.done(owner, file, dry_run="true")
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 0, 1), True)
    assert [row["title"] for row in await imports.rows(owner, dry)] == ["x", None]
    assert await owner.ids(APPOINTMENTS, client_id=sara) == []
    told = [e["type"] for e in await events(owner.caller)]
    assert "scheduling.appointment.scheduled" not in told
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    assert counts(await imports.done(owner, file)) == counts(dry)


async def test_undone_is_what_nobody_changed(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """SC-09: its staff are free again, and the same file may come again."""
    sara = await client("sara@example.com")
    staff = str(await remember_user(owner))
    file = calendar(
        event("a", utc(TOMORROW), "RRULE:FREQ=DAILY;COUNT=4", SARA), event("b", utc(TOMORROW))
    )
    done = await imports.done(owner, file, staff_ids=[staff])
    first, second, *_ = await imports.rows(owner, done)
    await owner.patch(f"{APPOINTMENTS}/{first['appointment_id']}", {"title": "y"})
    await owner.delete(f"{APPOINTMENTS}/{second['appointment_id']}")
    assert await imports.undone(owner, done) == ["kept", "kept", "undone", "undone", None]
    assert await owner.ids(APPOINTMENTS, client_id=sara) == [first["appointment_id"]]
    deleted = [e for e in await events(owner.caller) if e["type"].endswith("appointment.deleted")]
    assert [e["data"]["appointment"]["status"] for e in deleted] == ["cancelled"] * 3
    again = await imports.done(owner, file, staff_ids=[staff])
    assert counts(again) == (3, 1, 1)


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, b"", "file", "empty_file"),
        ({}, calendar(), "file", "empty_file"),
        ({}, b"name,phone\n1,2\n", "file", "unreadable_file"),
        ({}, calendar(event("a", utc(TOMORROW)))[:-20], "file", "unreadable_file"),
        ({}, calendar(*[event("a", utc(TOMORROW))] * 20_001), "file", "too_many_entries"),
        ({"client_id": str(new_id())}, None, "client_id", "unknown_reference"),
        ({"staff_ids": str(new_id())}, None, "staff_ids", "unknown_reference"),
        ({"action_id": str(new_id())}, None, "action_id", "unknown_reference"),
        ({"past": "kept"}, None, "past", "not_allowed"),
        ({"mapping": "{}"}, None, "mapping", "unknown_field"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_in_is_refused_at_once(
    owner: Person, fields: Json, content: bytes | None, field: str, code: str
) -> None:
    """SC-09"""
    file = calendar(event("a", utc(TOMORROW))) if content is None else content
    sent: dict[str, Any] = {"files": {"file": ("x.ics", file)}, "data": fields}
    answer = await owner.http.post(IMPORTS, **sent)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    arabic = await owner.http.post(IMPORTS, **sent, headers={"Accept-Language": "ar"})
    assert arabic.json()["errors"][0]["message"] != answer.json()["errors"][0]["message"]


async def test_what_is_too_large_is_refused(owner: Person) -> None:
    """SC-09"""
    answer: httpx.Response = await owner.http.post(
        IMPORTS, files={"file": ("x.ics", b"BEGIN:VCALENDAR\r\n" + b"X:" + b"x" * 10_000_000)}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_too_many_appointments_end_the_import_before_it_begins(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: what recurs is counted first."""
    sara = await client("sara@example.com")
    rule = "RRULE:FREQ=DAILY;COUNT=500"
    file = calendar(*(event(str(n), utc(TOMORROW), rule, SARA) for n in range(41)))
    job = await imports.begun(owner, file)
    await imports.work(owner)
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["error"]["code"]) == ("failed", "too_many_appointments")
    assert await owner.ids(APPOINTMENTS, client_id=sara) == []
