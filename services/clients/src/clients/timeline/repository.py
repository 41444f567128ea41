"""All SQL of the timeline."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    union_all,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB, insert

from chassis.paging import ListQuery, Paging
from chassis.statements import Statement, statement
from chassis.work import Record, UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.tables import clients
from clients.insurance.rules import SECTION
from clients.layouts.use_cases import folders_with
from clients.timeline.rules import hiding
from clients.timeline.rules.entries import CONTACTS, INSURANCE, OTHER_HISTORY, STATUS_CHANGED
from clients.timeline.tables import client_activity, timeline, timeline_rebuilt
from clients.visible_fields.repository import hidden_fields
from refs.visibility import sight_of

_KEY: Final = ("tenant_id", "client_id", "at", "id")
_CONTENT: Final = ("event", "actor", "summary", "source", "data", "permission")
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_contacts: Final = any_(bindparam("contacts", type_=ARRAY(Text)))
_given: Final = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(n, timeline.c[n].type) for n in (*_KEY[1:], *_CONTENT)), name="r")
    .render_derived(with_types=True)
)


def _add(target: Table) -> Statement:
    names = [*_KEY, *_CONTENT]
    put = insert(target).from_select(names, select(_TENANT, *(_given.c[n] for n in names[1:])))
    added = (target.c[n] for n in ("client_id", "event", "actor", "permission"))
    return statement(put.on_conflict_do_nothing().returning(*added))


def _touch(entries: FromClause) -> Statement:
    """Several events of one client come together: a row is touched once a statement.

    What happens to a merged client happens to its survivor too.
    """
    facts = (entries.c.at, entries.c.event)
    merged = entries.join(clients, and_(
        clients.c.tenant_id == _TENANT, clients.c.id == entries.c.client_id,
        clients.c.merged_into.is_not(None),
    ))  # fmt: skip
    both = union_all(
        select(entries.c.client_id, *facts).select_from(entries),
        select(clients.c.merged_into, *facts).select_from(merged),
    ).subquery("touched")  # fmt: skip
    latest = select(
        _TENANT, both.c.client_id, func.max(both.c.at),
        func.max(both.c.at).filter(both.c.event == _contacts),
    ).group_by(both.c.client_id).order_by(both.c.client_id)  # fmt: skip
    names = ("last_activity_at", "last_contact_at")
    put = insert(client_activity).from_select(["tenant_id", "client_id", *names], latest)
    # The greatest of those that are not null.
    newest = {n: func.greatest(client_activity.c[n], put.excluded[n]) for n in names}
    differs = or_(*(client_activity.c[n].is_distinct_from(newest[n]) for n in names))
    return statement(put.on_conflict_do_update(
        index_elements=["tenant_id", "client_id"], set_=newest, where=differs,
    ))  # fmt: skip


def _sum_up(*where: ColumnElement[bool]) -> Statement:
    """The last contact as the timeline has it, of a client and of those merged into it."""
    own = literal_column("client_activity.client_id", Uuid)
    merged = select(clients.c.id).where(
        clients.c.tenant_id == _TENANT, clients.c.merged_into == own
    )
    whole = func.array_append(func.array(merged.scalar_subquery(), type_=ARRAY(Uuid)), own,
                              type_=ARRAY(Uuid))  # fmt: skip
    last = select(func.max(timeline.c.at)).where(
        timeline.c.tenant_id == _TENANT, timeline.c.client_id == any_(whole),
        timeline.c.event == _contacts,
    )  # fmt: skip
    return statement(
        update(client_activity)
        .values(last_contact_at=last.scalar_subquery())
        .where(client_activity.c.tenant_id == _TENANT, *where)
    )


_ADD: Final = {False: _add(timeline), True: _add(timeline_rebuilt)}
_TOUCH: Final = _touch(_given)
_TOUCH_ALL: Final = _touch(
    select(timeline).where(timeline.c.tenant_id == _TENANT).subquery("entries")
)
_SUM_UP: Final = _sum_up(
    client_activity.c.client_id == any_(bindparam("client_ids", type_=ARRAY(Uuid)))
)
_SUM_UP_ALL: Final = _sum_up()


def _listing(client_id: ColumnElement[Any], /, **of_client: ColumnElement[bool]) -> ListQuery:
    shown = ("id", "at", "event", "actor", "summary", "source", "data")
    return ListQuery(
        source=timeline,
        columns={
            **{n: timeline.c[n] for n in shown}, "client_id": client_id,
            "url": literal_column("'/v1/clients/'", Text) + cast(client_id, Text),
        },
        where=(timeline.c.tenant_id == _TENANT,), filters=_FILTERS | of_client,
        sorts={"at": timeline.c.at}, default_sort="-at", key=timeline.c.id,
    )  # fmt: skip


_FILTERS: Final = {
    "event": timeline.c.event == any_(bindparam("event", type_=ARRAY(Text))),
    "actor": timeline.c.actor == any_(bindparam("actor", type_=ARRAY(Text))),
    "service": timeline.c.source["service"].astext == any_(bindparam("service", type_=ARRAY(Text))),
    "at_from": timeline.c.at >= bindparam("at_from", type_=DateTime(timezone=True)),
    "at_to": timeline.c.at < bindparam("at_to", type_=DateTime(timezone=True)),
    "hidden_events": not_(timeline.c.event == any_(bindparam("hidden_events", type_=ARRAY(Text)))),
    "hidden_statuses": not_(
        (timeline.c.event == STATUS_CHANGED)
        & (timeline.c.data["field"].astext == any_(bindparam("hidden_statuses", type_=ARRAY(Text))))
    ),
    "readable": timeline.c.permission == any_(bindparam("readable", type_=ARRAY(Text))),
}
# Entries of one client are read in the order of their key; those of several are put in order.
_OF_ONE: Final = _listing(
    timeline.c.client_id, client_id=timeline.c.client_id == bindparam("client_id")
)
_OF_SURVIVOR: Final = _listing(
    bindparam("survivor_id", type_=Uuid),
    client_ids=timeline.c.client_id == any_(bindparam("client_ids", type_=ARRAY(Uuid))),
)

_same: Final = and_(*(timeline.c[n] == timeline_rebuilt.c[n] for n in _KEY))
_differs: Final = or_(*(timeline.c[n].is_distinct_from(timeline_rebuilt.c[n]) for n in _CONTENT))
_COMPARE: Final = statement(
    select(
        func.count().filter(timeline.c.id.is_(None)).label("missing"),
        func.count().filter(timeline.c.id.is_not(None) & _differs).label("different"),
    )
    .select_from(timeline_rebuilt.outerjoin(timeline, _same))
    .where(timeline_rebuilt.c.tenant_id == _TENANT)
)
_EXTRA: Final = statement(
    select(func.count())
    .select_from(timeline.outerjoin(timeline_rebuilt, _same))
    .where(timeline.c.tenant_id == _TENANT, timeline_rebuilt.c.id.is_(None),
           timeline.c.at >= bindparam("since", type_=DateTime(timezone=True)),
           timeline.c.at < bindparam("until", type_=DateTime(timezone=True)))
)  # fmt: skip


def _repair() -> Statement:
    names = [*_KEY, *_CONTENT]
    chosen = select(*(timeline_rebuilt.c[n] for n in names))
    put = insert(timeline).from_select(names, chosen.where(timeline_rebuilt.c.tenant_id == _TENANT))
    return statement(put.on_conflict_do_update(
        index_elements=list(_KEY), set_={n: put.excluded[n] for n in _CONTENT},
        where=tuple_(*(timeline.c[n] for n in _CONTENT)).is_distinct_from(
            tuple_(*(put.excluded[n] for n in _CONTENT))),
    ))  # fmt: skip


_REPAIR: Final = _repair()
_CLEAR: Final = statement(timeline_rebuilt.delete().where(timeline_rebuilt.c.tenant_id == _TENANT))


async def add_entries(
    work: UnitOfWork, rows: Sequence[Mapping[str, Any]], *, rebuilt: bool = False
) -> list[Record]:
    """Add entries, each once however often its event comes; those that were new."""
    values = {"tenant_id": work.tenant_id, "rows": list(rows)}
    added = await work.fetch(_ADD[rebuilt], **values)
    if not rebuilt:
        await work.execute(_TOUCH, **values, contacts=sorted(CONTACTS))
    if not rebuilt and (others := [r for r in rows if r["event"] in OTHER_HISTORY]):
        ids = sorted({row["client_id"] for row in others})
        await work.execute(_SUM_UP, **_bound(work), client_ids=ids)
    return added


async def sum_up(work: UnitOfWork) -> None:
    """Every client's last activity and last contact anew from the timeline."""
    await work.execute(_TOUCH_ALL, **_bound(work))
    await work.execute(_SUM_UP_ALL, **_bound(work))


def _bound(work: UnitOfWork) -> dict[str, Any]:
    return {"tenant_id": work.tenant_id, "contacts": sorted(CONTACTS)}


async def entries_of(
    work: UnitOfWork, paging: Paging, client_id: UUID, filters: Mapping[str, Any]
) -> bytes:
    """What happened to a client, the newest first, as far as the caller may read those services.

    Raises ClientNotFound.
    """
    ids = await ClientRepository(work).check_visible(client_id)
    given = dict(filters)
    if not work.caller.may("*"):
        given["readable"] = sorted(p for p in work.caller.permissions if p.endswith(":read"))
    hidden, insured = await hidden_fields(work), await folders_with(work, SECTION)
    folder_id = await ClientRepository(work).folder_of(ids[0]) if hidden or insured else None
    untold = [] if folder_id in insured else list(INSURANCE)
    sees_everything = (await sight_of(work)).sees_everything
    if folder_id is None or folder_id not in hidden.shown:
        told = await _page(work, paging, given | {"hidden_events": untold or None}, ids)
        return told if sees_everything else _each(told, hiding.about_nobody)
    given |= {
        "hidden_events": hiding.hidden_events(folder_id, hidden) + untold,
        "hidden_statuses": hiding.hidden_statuses(folder_id, hidden),
    }
    told = _each(
        await _page(work, paging, given, ids),
        partial(hiding.shown_data, folder_id=folder_id, hidden=hidden),
    )
    return told if sees_everything else _each(told, hiding.about_nobody)


def _each(told: bytes, shown: Callable[[dict[str, Any]], dict[str, Any]]) -> bytes:
    """A page with the data of its entries as they are shown."""
    page = orjson.loads(told)
    for entry in page["items"]:
        entry["data"] = shown(entry["data"])
    return orjson.dumps(page)


async def _page(
    work: UnitOfWork, paging: Paging, given: dict[str, Any], ids: Sequence[UUID]
) -> bytes:
    if len(ids) == 1:
        return await _OF_ONE.page(work, paging, given | {"client_id": ids[0]})
    return await _OF_SURVIVOR.page(work, paging, given | {"client_ids": ids}, survivor_id=ids[0])


async def compare(work: UnitOfWork) -> tuple[int, int]:
    """How many entries of the rebuilt timeline the live one has not, or has otherwise."""
    row = await work.fetchrow(_COMPARE, tenant_id=work.tenant_id)
    return (row["missing"], row["different"]) if row else (0, 0)


async def count_extra(work: UnitOfWork, **period: Any) -> int:
    """How many entries only the live timeline has, between `since` and `until`."""
    found: int = await work.fetchval(_EXTRA, tenant_id=work.tenant_id, **period)
    return found


async def repair(work: UnitOfWork) -> None:
    """Write what the rebuilt timeline has into the live one; entries it lacks stay."""
    await work.execute(_REPAIR, tenant_id=work.tenant_id)


async def clear(work: UnitOfWork) -> None:
    """Empty the rebuilt timeline."""
    await work.execute(_CLEAR, tenant_id=work.tenant_id)
