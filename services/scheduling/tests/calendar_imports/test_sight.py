"""Who is told what of calendars that came in."""

from dataclasses import replace
from uuid import UUID

import orjson

from chassis.ids import new_id
from chassis.paging import Paging
from scheduling.calendar_imports import repository
from scheduling.calendar_imports.use_cases.undoing import forget_calendar_imports
from services.scheduling.tests.appointments.planning import make_appointment
from services.scheduling.tests.calendar_imports.conftest import (
    IMPORTS,
    Client,
    Imports,
    Named,
)
from services.scheduling.tests.calendar_imports.files import calendar, event, utc
from services.scheduling.tests.calendars.feeding import TOMORROW
from services.scheduling.tests.factories import (
    Person,
    remember_client,
    remember_user,
)

SARA = "ATTENDEE:mailto:sara@example.com"


async def test_only_who_may_delete_takes_back(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: also as the work is done."""
    await client("sara@example.com")
    rights = ("scheduling:write", "scheduling:read", "clients:read")
    async with owner.colleague(*rights) as clerk:
        job = await imports.begun(clerk, calendar(event("a", utc(TOMORROW), SARA)))
        await imports.work(owner, clerk)
        assert await clerk.refused("POST", f"{IMPORTS}/{job}/undo") == (403, "forbidden")
        await owner.post(f"{IMPORTS}/{job}/undo")
        demoted = replace(owner.caller, is_owner=False, permissions=frozenset(rights))
        await imports.work(replace(owner, caller=demoted))
        assert [row["undone"] for row in await imports.rows(owner, {"id": job})] == [None]


async def test_only_of_clients_that_one_may_change(
    owner: Person, imports: Imports, named: Named
) -> None:
    """SC-09, GW-02: and only by who writes scheduling, and reads clients."""
    sara = await remember_client(owner)
    named["email", "sara@example.com"] = sara
    file = calendar(event("a", utc(TOMORROW), SARA))
    rights = ("scheduling:write", "scheduling:read", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as clerk:
        job = await imports.begun(clerk, file)
        await imports.work(owner, clerk)
        done = await clerk.get(f"{IMPORTS}/{job}")
        assert await imports.told(clerk, done) == [("failed", "unknown_reference")]
        assert (await owner.get(f"{IMPORTS}/{job}"))["author"] == clerk.caller.principal
        refused = await clerk.http.post(
            IMPORTS, files={"file": ("x", file)}, data={"client_id": str(sara)}
        )
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "client_id")
        assert [one["id"] for one in (await clerk.get(IMPORTS))["items"]] == [job]
    for lacking, code in (("scheduling:write", "forbidden"), ("clients:read", "clients_unread")):
        async with owner.colleague(*{*rights} - {lacking}) as other:
            answer = await other.http.post(IMPORTS, files={"file": ("x", file)})
            assert (answer.status_code, answer.json()["code"]) == (403, code)
            assert (await other.get(IMPORTS))["items"] == []
            assert await other.refused("GET", f"{IMPORTS}/{job}") == (404, "import_not_found")
    [listed] = (await owner.get(IMPORTS))["items"]
    assert (listed["id"], listed["kind"]) == (job, "scheduling.calendar_import")


async def test_of_who_is_erased_nothing_is_told(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: rows keep no word of what the calendar said about them."""
    sara = await client("sara@example.com")
    done = await imports.done(owner, calendar(event("a", utc(TOMORROW), "SUMMARY:سر", SARA)))
    [row] = await imports.rows(owner, done)
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_calendar_imports(work, UUID(sara))
    [blank] = await imports.rows(owner, done)
    assert (row["title"], blank["title"], blank["starts_at"]) == ("سر", None, None)


async def test_of_what_failed_or_was_left_out_nothing_is_told_either(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09: it is kept by whose it is, and where nobody is known it is not."""
    sara, staff = await client("sara@example.com"), str(await remember_user(owner))
    await make_appointment(owner, TOMORROW, staff_ids=[staff])
    over = event("b", ":20310301T090000Z", "SUMMARY:سر", SARA)
    done = await imports.done(owner, calendar(
        event("a", utc(TOMORROW), "SUMMARY:سر", SARA), over,
        event("c", utc(TOMORROW), "SUMMARY:سر"),
    ), staff_ids=[staff])  # fmt: skip
    rows = await imports.rows(owner, done)
    assert {(row["outcome"], row["client_id"], row["title"]) for row in rows} == {
        ("failed", sara, "سر"), ("unchanged", sara, "سر"), ("failed", None, None)
    }  # fmt: skip
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_calendar_imports(work, UUID(sara))
    assert {row["title"] for row in await imports.rows(owner, done)} == {None}


async def test_whose_clients_are_hidden_by_now_is_not_told(
    owner: Person, imports: Imports, client: Client
) -> None:
    """SC-09, GW-02: the rows of one's own import outlive what one sees."""
    sara = await client("sara@example.com")
    rights = ("scheduling:write", "scheduling:read", "clients:read")
    async with owner.colleague(*rights) as clerk:
        job = await imports.begun(clerk, calendar(event("a", utc(TOMORROW), "SUMMARY:x", SARA)))
        await imports.work(owner, clerk)
        [seen] = await imports.rows(clerk, {"id": job})
        hidden = replace(clerk.caller, visibility="assigned")
    async with owner.service.context.database.work(hidden) as work:
        page = await repository.ROWS.page(work, UUID(job), Paging(), None)
    [row] = orjson.loads(page)["items"]
    told = ("client_id", "title", "starts_at", "url")
    assert (seen["client_id"], seen["title"]) == (sara, "x")
    assert [row[name] for name in told] == [None] * 4


async def test_of_hidden_clients_nobody_hears_what_came_in(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """SC-09, GW-02: who does not see an appointment may have the same for a client of theirs."""
    await client("sara@example.com")
    await imports.done(owner, calendar(event("a", utc(TOMORROW), SARA)))
    rights = ("scheduling:write", "scheduling:read", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as clerk:
        me = str(clerk.caller.user_id)
        mine = await remember_client(owner, staff=[{"user_id": me, "role": "owner"}])
        named["email", "mine@example.com"] = mine
        file = calendar(event("a", utc(TOMORROW), "ATTENDEE:mailto:mine@example.com"))
        jobs = []
        for _ in range(2):
            jobs.append(await imports.begun(clerk, file))
            await imports.work(owner, clerk)
        told = [await imports.told(clerk, {"id": job}) for job in jobs]
    assert told == [[("created", None)], [("unchanged", "known_already")]]


async def test_nobody_elses_import_is_found(owner: Person) -> None:
    """SC-09"""
    for path in ("", "/rows", "/report"):
        found = await owner.refused("GET", f"{IMPORTS}/{new_id()}{path}")
        assert found == (404, "import_not_found")
