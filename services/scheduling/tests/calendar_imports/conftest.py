"""When tests of imports run, whom addresses name, and what does the work."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from chassis import jobs
from chassis.caller import Caller
from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from scheduling.calendar_imports import schedules
from scheduling.calendar_imports.use_cases import importing
from scheduling.peers import Peers
from services.scheduling.tests.calendars.feeding import NOW
from services.scheduling.tests.factories import Json, Person, remember_client

IMPORTS = "/v1/calendars/imports"
Named = dict[tuple[str, str], UUID | None]
Client = Callable[..., Awaitable[str]]
_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = any($2) and status = 'queued'
returning entrypoint, payload
"""


@dataclass(frozen=True)
class Imports:
    """Calendars that are taken in: begun over HTTP, done by their jobs, taken back."""

    monkeypatch: pytest.MonkeyPatch

    async def begun(self, person: Person, content: bytes, **fields: Any) -> str:
        """Begin an import; its id."""
        answer = await person.http.post(IMPORTS, files={"file": ("x.ics", content)}, data=fields)
        assert answer.status_code == 202, answer.text
        job: str = answer.json()["job_id"]
        assert answer.headers["location"] == f"{IMPORTS}/{job}"
        return job

    async def work(self, person: Person, *people: Person) -> None:
        """Do what waits in the company, all of it at once."""
        known = {one.caller.user_id: one.caller for one in (person, *people)}

        async def rights(_: Any, __: UUID, user_id: UUID) -> Caller | None:
            return known.get(user_id)

        context, handlers = person.service.context, schedules.jobs.jobs
        self.monkeypatch.setattr(context, "rights", rights)
        async with context.database.plumbing() as connection:
            rows = await connection.fetch(_TAKE, person.caller.tenant_id, list(handlers))
        await asyncio.gather(*(
            handlers[row["entrypoint"]].handler(
                context, person.caller.tenant_id, jobs.read(row["payload"])[2]
            )
            for row in rows
        ))  # fmt: skip

    async def done(self, person: Person, content: bytes, **fields: Any) -> Json:
        """The import once it is over."""
        job = await self.begun(person, content, **fields)
        await self.work(person)
        done = await person.get(f"{IMPORTS}/{job}")
        assert done["status"] == "done", done
        return done

    async def rows(self, person: Person, done: Json, **asked: Any) -> list[Json]:
        path = f"{IMPORTS}/{done['id']}/rows"
        found: list[Json] = (await person.get(path, limit=200, **asked))["items"]
        return found

    async def told(self, person: Person, done: Json) -> list[tuple[str, str | None]]:
        """What became of each row, and why."""
        return [
            (row["outcome"], row["faults"][0]["code"] if row["faults"] else None)
            for row in await self.rows(person, done)
        ]

    async def undone(self, person: Person, done: Json) -> list[str | None]:
        """What became of each row when it was taken back."""
        await person.post(f"{IMPORTS}/{done['id']}/undo")
        await self.work(person)
        return [row["undone"] for row in await self.rows(person, done)]


def counts(done: Json) -> tuple[int, ...]:
    """How many were made, left out, and failed."""
    return tuple(done["result"][name] for name in ("created", "unchanged", "failed"))


@pytest.fixture(autouse=True)
def clock(service: Harness, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It is a Monday, whenever the tests run."""
    frozen = FrozenClock(NOW)
    monkeypatch.setattr(service.context.database, "clock", frozen)
    return frozen


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> Imports:
    return Imports(monkeypatch)


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> Named:
    """Whom the keys of entries name, as clients says."""
    known: Named = {}

    async def find(_: Any, by: Any, keys: Collection[tuple[str, str]]) -> Named:
        assert len(keys) <= 500 and not by.has_begun
        return {key: known[key] for key in keys if key in known}

    monkeypatch.setattr(Peers, "find_clients", find)
    return known


@pytest.fixture
def client(owner: Person, named: Named) -> Client:
    """A client with this address."""

    async def made(email: str, **values: Any) -> str:
        found = await remember_client(owner, **values)
        named["email", email] = found
        return str(found)

    return made
