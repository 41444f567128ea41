"""Files that are taken in: begun over HTTP, done by their jobs, told and taken back."""

import asyncio
import csv
import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest

from chassis import jobs
from chassis.caller import Caller
from chassis.jobs import Jobs
from services.memberships.tests.factories import Json, Person

_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = any($2) and status = 'queued'
returning entrypoint, payload
"""


def table(*rows: tuple[str, ...], headings: tuple[str, ...]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue().encode()


def counts(done: Json) -> tuple[int, ...]:
    return tuple(done["result"][name] for name in ("created", "updated", "unchanged", "failed"))


@dataclass(frozen=True)
class Imports:
    """The imports of one kind, and what does their work."""

    path: str
    jobs: Jobs
    monkeypatch: pytest.MonkeyPatch

    async def begun(self, person: Person, content: bytes, **fields: Any) -> str:
        """Begin an import; its id."""
        if "mapping" in fields:
            fields["mapping"] = orjson.dumps(fields["mapping"]).decode()
        answer = await person.http.post(self.path, files={"file": ("x", content)}, data=fields)
        assert answer.status_code == 202, answer.text
        job: str = answer.json()["job_id"]
        assert answer.headers["location"] == f"{self.path}/{job}"
        return job

    async def work(self, person: Person, *people: Person) -> None:
        """Do what waits in the company, all of it at once."""
        known = {one.caller.user_id: one.caller for one in (person, *people)}

        async def rights(_: Any, __: UUID, user_id: UUID) -> Caller | None:
            return known.get(user_id)

        context, handlers = person.service.context, self.jobs.jobs
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
        done = await person.get(f"{self.path}/{job}")
        assert done["status"] == "done", done
        return done

    async def rows(self, person: Person, done: Json, **asked: Any) -> list[Json]:
        found: list[Json] = (await person.get(f"{self.path}/{done['id']}/rows", **asked))["items"]
        return found

    async def faults(self, person: Person, done: Json) -> list[tuple[Any, ...]]:
        return [
            (row["row"], one["column"], one["field"], one["code"])
            for row in await self.rows(person, done, outcome="failed") for one in row["faults"]
        ]  # fmt: skip

    async def undone(self, person: Person, done: Json) -> list[str | None]:
        """What became of each row when it was taken back."""
        await person.post(f"{self.path}/{done['id']}/undo")
        await self.work(person)
        return [row["undone"] for row in await self.rows(person, done)]
