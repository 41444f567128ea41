"""Calendars that are taken in while others do the same, or do not answer, or somebody is taken."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from background.imports.use_cases.importing import Importing
from background.jobs.use_cases import run_job
from chassis.errors import Unavailable
from chassis.testing.races import deadlocks
from refs import lag
from refs.writing import Access
from scheduling.calendar_imports import schedules
from scheduling.calendar_imports.use_cases import importing
from scheduling.peers import Peers
from services.scheduling.tests.appointments.planning import APPOINTMENTS, at
from services.scheduling.tests.calendar_imports.conftest import (
    IMPORTS,
    Client,
    Imports,
    Named,
    counts,
)
from services.scheduling.tests.calendar_imports.files import calendar, event, utc
from services.scheduling.tests.calendars.feeding import TOMORROW
from services.scheduling.tests.factories import Person, remember_client, remember_user

SARA = "ATTENDEE:mailto:sara@example.com"
DAILY = calendar(event("a", utc(TOMORROW), "RRULE:FREQ=DAILY;COUNT=40", SARA))


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-09: whoever comes second is told."""
    monkeypatch.setattr(importing, "CHUNK", 7)
    sara = await client("sara@example.com")
    both = [await imports.begun(owner, DAILY) for _ in range(2)]
    await imports.work(owner)
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert [sum(each) for each in zip(*map(counts, done), strict=True)] == [40, 40, 0]
    assert len(await owner.ids(APPOINTMENTS, client_id=sara)) == 40


async def test_the_files_of_a_company_are_read_one_after_the_other(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-09: and while one is counted no transaction waits for it."""
    await client("sara@example.com")
    running: list[str] = []
    run, count, go_on = run_job, Importing._count, Importing.go_on

    async def alone(*args: Any) -> None:
        assert running == []
        running.append("job")
        await run(*args)
        running.clear()

    async def in_work(self: Importing, work: Any, task: Any) -> Any:
        running.append("work")
        try:
            return await go_on(self, work, task)
        finally:
            running.remove("work")

    def counted(self: Importing, task: Any) -> int:
        assert running == ["job"]
        return count(self, task)

    monkeypatch.setattr(schedules, "run_job", alone)
    monkeypatch.setattr(Importing, "go_on", in_work)
    monkeypatch.setattr(Importing, "_count", counted)
    jobs = [await imports.begun(owner, DAILY) for _ in range(3)]
    await imports.work(owner)
    assert {(await owner.get(f"{IMPORTS}/{one}"))["status"] for one in jobs} == {"done"}


async def test_two_workers_on_one_file_make_each_once(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: whoever finds a chunk done by the other goes on behind it."""
    sara = await client("sara@example.com")
    job = await imports.begun(owner, DAILY)
    handler = schedules.jobs.jobs["scheduling.calendar_import"].handler
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    others = [handler(context, tenant_id, {"job_id": job}) for _ in range(2)]
    await asyncio.gather(imports.work(owner), *others)
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], counts(done)) == ("done", (40, 0, 0))
    assert [one["row"] for one in await imports.rows(owner, done)] == list(range(2, 42))
    assert len(await owner.ids(APPOINTMENTS, client_id=sara)) == 40


async def test_nobody_is_in_two_places_however_many_race(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09, SC-04: of each time one has them, an import or somebody who sets an appointment."""
    sara = await client("sara@example.com")
    staff = str(await remember_user(owner))
    before = await deadlocks(owner.service.context.database)
    days = [calendar(event(uid, utc(TOMORROW), "RRULE:FREQ=DAILY;COUNT=12", SARA)) for uid in "ab"]
    for file in days:
        await imports.begun(owner, file, staff_ids=[staff])
    bodies = [
        {"client_id": sara, "starts_at": at(TOMORROW.replace(day=11 + n)), "duration_minutes": 60,
         "staff_ids": [staff]}
        for n in range(12)
    ]  # fmt: skip
    posts = (owner.http.post(APPOINTMENTS, json=body) for body in bodies)
    _, answers = await asyncio.gather(imports.work(owner), asyncio.gather(*posts))
    assert {one.status_code for one in answers} <= {201, 409}
    taken = (await owner.get(APPOINTMENTS, staff_id=staff, limit=200))["items"]
    assert len(taken) == len({one["starts_at"] for one in taken}) == 12
    assert await deadlocks(owner.service.context.database) == before


async def test_who_may_not_write_any_more_imports_nothing(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: rights are those that somebody has as the work is done."""
    sara = await client("sara@example.com")
    reads = ("scheduling:read", "clients:read")
    async with owner.colleague("scheduling:write", *reads) as clerk:
        job = await imports.begun(clerk, DAILY)
    demoted = replace(clerk.caller, permissions=frozenset(reads))
    await imports.work(owner, replace(clerk, caller=demoted))
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["error"]["code"]) == ("failed", "forbidden")
    assert await owner.ids(APPOINTMENTS, client_id=sara) == []


async def test_while_access_is_late_clients_is_asked_once_for_many(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-09, GW-02: before anything is taken back; who is hidden by now keeps theirs."""
    sara = await client("sara@example.com")
    mona = UUID(await client("mona@example.com"))
    file = calendar(*(
        event(f"{n}", utc(TOMORROW), f"ATTENDEE:mailto:{name}@example.com")
        for n, name in enumerate(("sara", "mona", "sara"))
    ))  # fmt: skip
    done = await imports.done(owner, file)
    asked: list[set[UUID]] = []

    async def say(work: Any, ids: Any) -> dict[UUID, Access]:
        assert not work.has_begun
        asked.append(set(ids))
        return {one: Access(may_see=one != mona) for one in ids}

    await owner.post(f"{IMPORTS}/{done['id']}/undo")
    deleter = replace(owner.caller, is_owner=False, visibility="all")
    with monkeypatch.context() as patch:
        patch.setattr(lag, "is_late", lambda _: True)
        patch.setattr(lag, "accesses", say)
        patch.setattr(lag, "access", None)
        await imports.work(replace(owner, caller=deleter))
    assert asked == [{UUID(sara), mona}, set()]
    told = [row["undone"] for row in await imports.rows(owner, done)]
    assert told == ["undone", "kept", "undone"]


async def test_while_clients_does_not_answer_nothing_is_lost(
    owner: Person, imports: Imports, named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-09: the work is taken up again where it was."""
    named["email", "sara@example.com"] = await remember_client(owner)
    job = await imports.begun(owner, DAILY)

    async def silent(*_: Any) -> Named:
        raise Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "find_clients", silent)
        with pytest.raises(Unavailable):
            await imports.work(owner)
    handler = schedules.jobs.jobs["scheduling.calendar_import"].handler
    await handler(owner.service.context, owner.caller.tenant_id, {"job_id": job})
    assert counts(await owner.get(f"{IMPORTS}/{job}")) == (40, 0, 0)
