"""What is done comes again, and what is not done in time is told."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.tasks import rules
from scheduling.tasks.schedules import jobs, tasks_fall_due, tell_overdue_tasks
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Json, Person, tick
from services.scheduling.tests.tasks.test_tasks import TASKS, make_task

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@given(done_after=st.integers(0, 40), interval=st.integers(1, 5), count=st.integers(1, 9))
def test_the_next_one_is_the_first_that_is_still_to_come(
    done_after: int, interval: int, count: int
) -> None:
    """CL-59"""
    rule = f"FREQ=DAILY;INTERVAL={interval};COUNT={count}"
    since = FIRST + done_after * DAY
    due = [FIRST + place * interval * DAY for place in range(count)]
    expected = next((one for one in due if one > since), None)
    assert rules.next_due(rule, FIRST, since, "Asia/Riyadh") == expected


def test_a_hijri_rule_and_the_hour_of_the_company_are_kept() -> None:
    rule = "RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;COUNT=3"
    found = rules.next_due(rule, FIRST, FIRST, "Asia/Riyadh")
    assert found is not None and found.hour == 7 and 29 <= (found - FIRST).days <= 30
    cairo = rules.next_due("FREQ=WEEKLY;COUNT=30", FIRST, FIRST + 100 * DAY, "Africa/Cairo")
    assert cairo is not None and cairo.hour == 6


async def _of_series(person: Person) -> list[Json]:
    page = await person.get(TASKS, sort="created_at")
    return list(page["items"])


async def test_a_done_task_makes_its_next_one_once(owner: Person, events: Events) -> None:
    """CL-59: however often it is reopened; what was missed does not come again."""
    due_at = NOW - 3 * DAY + timedelta(hours=1)
    made = await make_task(
        owner, due_at=due_at.isoformat(), recurrence="FREQ=DAILY;COUNT=5", priority="high"
    )
    path = f"{TASKS}/{made['id']}"
    for verb in ("complete", "reopen", "complete"):
        await owner.post(f"{path}/{verb}")
    first, second = await _of_series(owner)
    assert (first["state"], second["state"], second["previous_id"]) == ("done", "open", made["id"])
    assert datetime.fromisoformat(second["due_at"]) == due_at + 3 * DAY
    assert (second["title"], second["priority"]) == (first["title"], "high")
    await owner.post(f"{TASKS}/{second['id']}/complete")
    last = (await _of_series(owner))[-1]
    assert datetime.fromisoformat(last["due_at"]) == due_at + 4 * DAY
    await owner.post(f"{TASKS}/{last['id']}/complete")
    assert len(await _of_series(owner)) == 3
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert told.count("created") == 3


async def test_what_is_put_off_alone_stays_the_same_one_of_its_rule(owner: Person) -> None:
    """CL-59: of four weeks there are four, be one put off or brought forward; another rule counts
    from then on.
    """
    due_at = NOW + DAY
    made = await make_task(owner, due_at=due_at.isoformat(), recurrence="FREQ=WEEKLY;COUNT=4")

    async def done_at(task: Json, moved: timedelta) -> None:
        later = datetime.fromisoformat(task["due_at"]) + moved
        await owner.patch(f"{TASKS}/{task['id']}", {"due_at": later.isoformat()})
        await owner.post(f"{TASKS}/{task['id']}/complete")

    for place, moved in enumerate((DAY, -DAY / 2, DAY, DAY)):
        task = (await _of_series(owner))[-1]
        assert datetime.fromisoformat(task["due_at"]) == due_at + place * 7 * DAY
        await done_at(task, moved)
    assert len(await _of_series(owner)) == 4
    again = {"recurrence": "FREQ=WEEKLY;COUNT=2", "due_at": (NOW + 3 * DAY).isoformat()}
    await owner.post(f"{TASKS}/{made['id']}/reopen")
    changed = await owner.patch(f"{TASKS}/{made['id']}", again)
    assert changed["recurrence"] == "FREQ=WEEKLY;COUNT=2"
    wrong = await owner.wrong("PATCH", f"{TASKS}/{made['id']}", {"due_at": None})
    assert wrong == ("due_date_needed", ["due_at"])


async def test_a_cancelled_task_does_not_come_again(owner: Person) -> None:
    due_at = (NOW + DAY).isoformat()
    made = await make_task(owner, due_at=due_at, recurrence="FREQ=WEEKLY;COUNT=3")
    await owner.post(f"{TASKS}/{made['id']}/cancel")
    assert len(await _of_series(owner)) == 1


async def test_many_who_say_done_at_once_make_one_next(owner: Person) -> None:
    """CL-59"""
    due_at = (NOW + DAY).isoformat()
    made = await make_task(owner, due_at=due_at, recurrence="FREQ=WEEKLY;COUNT=3")
    path = f"{TASKS}/{made['id']}/complete"
    answers = await asyncio.gather(*(owner.http.post(path) for _ in range(12)))
    assert {one.status_code for one in answers} == {200}
    assert len(await _of_series(owner)) == 2


async def test_what_is_overdue_is_told_once(owner: Person, events: Events) -> None:
    """CL-59: also what was made when it was past; again only at another time."""
    late = await make_task(owner, due_at=(NOW - DAY).isoformat())
    done = await make_task(owner, due_at=(NOW - DAY).isoformat())
    await owner.post(f"{TASKS}/{done['id']}/complete")
    await make_task(owner, due_at=(NOW + DAY).isoformat())
    await make_task(owner)

    async def told() -> list[str]:
        found = await events(owner.caller)
        return [one["subject"] for one in found if one["type"] == "scheduling.task.overdue"]

    for _ in range(2):
        await tick(owner, tasks_fall_due, jobs)
        assert await told() == [late["id"]]
    path = f"{TASKS}/{late['id']}"
    await owner.patch(path, {"due_at": (NOW - 2 * DAY).isoformat()})
    await owner.post(f"{TASKS}/{done['id']}/reopen")
    await tick(owner, tasks_fall_due, jobs)
    assert await told() == [late["id"], done["id"]]
    await owner.patch(path, {"due_at": (NOW + DAY).isoformat()})
    await owner.patch(path, {"due_at": (NOW - DAY).isoformat()})
    await tick(owner, tasks_fall_due, jobs)
    assert await told() == [late["id"], done["id"], late["id"]]


async def test_many_workers_tell_each_task_once(owner: Person, events: Events) -> None:
    """CL-59"""
    for _ in range(6):
        await make_task(owner, due_at=(NOW - DAY).isoformat())
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    await asyncio.gather(*(tell_overdue_tasks(context, tenant_id, {}) for _ in range(6)))
    found = [one["subject"] for one in await events(owner.caller)
             if one["type"] == "scheduling.task.overdue"]  # fmt: skip
    assert len(found) == len(set(found)) == 6
