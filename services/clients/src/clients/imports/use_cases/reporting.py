"""The report of an import: what became of each row, in the reader's language."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.caller import Caller
from chassis.cells import lines
from chassis.context import Context
from chassis.i18n import translate
from chassis.paging import Paging
from chassis.work import UnitOfWork
from clients.imports.repository import ROWS
from clients.imports.rules.failures import ImportNotFound
from clients.imports.use_cases.beginning import IMPORT
from clients.jobs.repository import JobRepository

_PAGE: Final = 500
HEADINGS: Final = ("Row", "Outcome", "Client", "Column", "Field", "Error", "Message")


async def import_job(work: UnitOfWork, import_id: UUID) -> Any:
    """The import as a job; raises ImportNotFound."""
    job = await JobRepository(work).find(import_id)
    if job is None or job.kind != IMPORT:
        raise ImportNotFound()
    return job


async def rows_page(
    work: UnitOfWork, import_id: UUID, paging: Paging, outcomes: Sequence[str] | None
) -> bytes:
    """A page of the rows and what became of them."""
    await import_job(work, import_id)
    wanted = {"outcome": list(outcomes) if outcomes else None}
    return await ROWS.page(work, paging, wanted, job_id=import_id)


async def report(
    context: Context, caller: Caller, import_id: UUID, locale: str, outcomes: Sequence[str] | None
) -> AsyncIterator[bytes]:
    """The same as a CSV file, page by page, each in a transaction of its own."""
    yield ("\ufeff" + lines([[translate(one, locale) for one in HEADINGS]])).encode()
    cursor: str | None = None
    while True:
        async with context.database.work(caller) as work:
            page = orjson.loads(await rows_page(work, import_id, Paging(_PAGE, cursor), outcomes))
        yield lines([line for row in page["items"] for line in _told(row, locale)]).encode()
        if (cursor := page["next_cursor"]) is None:
            return


def _told(row: Mapping[str, Any], locale: str) -> list[list[str]]:
    start = [str(row["row"]), row["outcome"], row["client_id"] or ""]
    return [
        [*start, fault["column"] or "", fault["field"] or "", fault["code"],
         fault["message"][locale]]
        for fault in row["faults"] or ()
    ] or [[*start, "", "", "", ""]]  # fmt: skip
