"""The audit logs of all services, read as one."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from diwan.common.v1 import audit_pb2

from chassis.audit_log import AuditFilters
from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import Invalid, Unavailable
from chassis.paging import Paging
from chassis.work import UnitOfWork
from edge.audit_log import rules
from edge.audit_log.repository import LIST
from edge.peers import AuditPage, Views

_OWN: Final = "edge"
_PAGE: Final = 200
_SHOWN_AS_NULL: Final = ("client_id", "request_id", "trace_id")


class UnknownService(Invalid):
    """Not one of those that keep a log."""

    detail = "There is no service of this name."


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the one log, and the services whose entries are missing from it."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    total: int | None
    unavailable: list[str]


async def entries(
    work: UnitOfWork, views: Views, filters: AuditFilters, paging: Paging
) -> Found:  # fmt: skip
    """A page over every service's own log: each is asked for what follows the same entry.

    The services are asked before the edge reads its own part, which depends on their answers:
    only they know whether anything is hidden from the caller.
    """
    names = _asked(views, filters.service)
    request = _request(filters, paging)
    answers = await views.audit_pages(work, [name for name in names if name != _OWN], request)
    pages = {name: page for name, page in answers.items() if page is not None}
    found = [_plain(page) for page in pages.values()]
    if _OWN in names:
        found.append(await _own(work, filters, paging, _sees_everything(work, pages.values())))
    merged = _merged(found, paging)
    shown, rest = merged[: paging.limit], merged[paging.limit :]
    cursor = None
    if shown and (rest or any(page["next_cursor"] for page in found)):
        last = shown[-1]
        at, key = datetime.fromisoformat(last["at"]), UUID(last["id"])
        cursor = LIST.cursor_after(paging, filters.model_dump(), at, key)
    total = sum(page["total"] for page in found) if paging.count else None
    return Found(shown, cursor, total, [name for name, page in answers.items() if page is None])


@dataclass(frozen=True, slots=True)
class Export:
    """What is taken out, in which order and in whose language."""

    filters: AuditFilters
    sort: str | None
    locale: str


async def begin_export(work: UnitOfWork, views: Views, wanted: Export) -> Found:
    """The first page of a file of all entries, and a trace of who takes out what.

    Raises Unavailable where a service does not answer: nobody would see that entries are missing.
    """
    found = _whole(await entries(work, views, wanted.filters, Paging(_PAGE, sort=wanted.sort)))
    given = wanted.filters.model_dump(mode="json", exclude_none=True)
    work.audit("exported", "audit_log", work.tenant_id, given)
    return found


async def parts(
    context: Context, caller: Caller, wanted: Export, first: Found
) -> AsyncIterator[bytes]:  # fmt: skip
    """The file, page by page; each page in a transaction of its own, so that none stays open."""
    found, start = first, rules.start(wanted.locale)
    while True:
        yield (start + rules.lines_of(found.items)).encode()
        if found.next_cursor is None:
            return
        paging, start = Paging(_PAGE, found.next_cursor, wanted.sort), ""
        async with context.database.work(caller) as work:
            found = _whole(await entries(work, context.peers, wanted.filters, paging))


def _whole(found: Found) -> Found:
    if found.unavailable:
        raise Unavailable()
    return found


def _asked(views: Views, wanted: list[str] | None) -> list[str]:
    known = [_OWN, *views.names]
    if not set(wanted or ()) <= set(known):
        raise UnknownService(field="service")
    return [name for name in known if wanted is None or name in wanted]


def _request(filters: AuditFilters, paging: Paging) -> audit_pb2.ListAuditEntriesRequest:
    texts = {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name in ("entity_id", "client_id", "at_from", "at_to")
        if (value := getattr(filters, name)) is not None
    }
    return audit_pb2.ListAuditEntriesRequest(
        services=filters.service, actors=filters.actor, actions=filters.action,
        entities=filters.entity, limit=paging.limit, cursor=paging.cursor or "",
        sort=paging.sort or "", count=paging.count, **texts,
    )  # fmt: skip


def _sees_everything(work: UnitOfWork, pages: Iterable[AuditPage]) -> bool:
    answers = [page.sees_everything for page in pages if page.service]
    return work.caller.is_owner or (bool(answers) and all(answers))


async def _own(
    work: UnitOfWork, filters: AuditFilters, paging: Paging, sees_everything: bool
) -> dict[str, Any]:
    values = {"own_service": _OWN, "sees_everything": sees_everything}
    page: dict[str, Any] = orjson.loads(
        await LIST.page(work, paging, filters.model_dump(), **values)
    )
    return page


def _plain(page: AuditPage) -> dict[str, Any]:
    return {
        "items": [_item(entry) for entry in page.entries],
        "next_cursor": page.has_more, "total": page.total,
    }  # fmt: skip


def _item(entry: audit_pb2.AuditEntry) -> dict[str, Any]:
    names = ("id", "at", "service", "actor", "action", "entity", "entity_id", *_SHOWN_AS_NULL)
    item = {name: getattr(entry, name) or None for name in names}
    url = f"/v1/clients/{entry.client_id}" if entry.client_id else None
    return {**item, "url": url, "changes": orjson.loads(entry.changes)}


def _merged(pages: Iterable[dict[str, Any]], paging: Paging) -> list[dict[str, Any]]:
    every = [item for page in pages for item in page["items"]]
    # Instants are written alike by all services, so as texts they stand in their own order.
    return sorted(
        every, key=lambda item: (item["at"], item["id"]), reverse=(paging.sort or "-at") == "-at"
    )
