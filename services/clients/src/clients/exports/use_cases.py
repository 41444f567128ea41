"""Clients taken out as a file, however many there are."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from chassis.caller import Caller
from chassis.context import Context
from chassis.paging import Paging
from chassis.work import UnitOfWork
from clients.clients.repository.listing import list_clients
from clients.clients.rules.filters import filters_of
from clients.custom_fields.rules.filters import FieldFilter
from clients.exports.repository import words
from clients.exports.rules.columns import Words
from clients.exports.rules.sheets import Sheet

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients: by the list's own parameters, and by custom fields."""

    filters: Mapping[str, Any]
    fields: Sequence[FieldFilter]


async def begin_export(work: UnitOfWork, wanted: Mapping[str, Any], locale: str) -> Words:
    """Leave a trace of who takes out what; gives the words that stand for ids and keys."""
    work.audit("exported", "clients", work.tenant_id, dict(wanted))
    return await words(work, locale)


async def parts(
    context: Context, caller: Caller, wanted: Wanted, made: Sheet
) -> AsyncIterator[bytes]:
    """The file, page by page: each is read in a transaction of its own, so none stays open."""
    plain, texts = filters_of(wanted.filters)
    cursor: str | None = None
    while True:
        paging = Paging(limit=_PAGE, cursor=cursor, sort="serial")
        async with context.database.work(caller) as work:
            page = orjson.loads(await list_clients(work, paging, plain, texts, wanted.fields))
        # Writing a page keeps the processor busy for a while: others are served meanwhile.
        if part := await asyncio.to_thread(made.add, page["items"]):
            yield part
        cursor = page["next_cursor"]
        if cursor is None:
            break
    for part in await asyncio.to_thread(lambda: made.end()):
        yield part
