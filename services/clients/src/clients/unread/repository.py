"""All SQL of unread news."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Table,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    column,
    func,
    select,
    table,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from clients.unread.rules import STEPS
from clients.unread.tables import client_news, client_seen

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_USER: Final = bindparam("user_id", type_=Uuid)


def _add(target: Table) -> Statement:
    keys = [c.name for c in target.primary_key if c.name != "tenant_id"]
    typed = [column(name, target.c[name].type) for name in (*keys, "count")]
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*typed, name="r")
    given = rows.render_derived(with_types=True)
    # In one order always, so that two consumers never wait for each other.
    some = select(_TENANT, *given.c).order_by(*(given.c[name] for name in keys))
    put = insert(target).from_select(["tenant_id", *keys, "count"], some)
    return statement(put.on_conflict_do_update(
        index_elements=["tenant_id", *keys], set_={"count": target.c.count + put.excluded.count},
    ))  # fmt: skip


_ADD_NEWS: Final = _add(client_news)
_ADD_SEEN: Final = _add(client_seen)
# Before the news are read: who counts one up has this row first, and the reader's only then. What
# comes first meanwhile is not held, so it is not seen either.
_HOLD: Final = statement(
    select(client_news.c.permission)
    .where(client_news.c.tenant_id == _TENANT, client_news.c.client_id == _CLIENT)
    .with_for_update()
)
_all_of_it: Final = insert(client_seen).from_select(
    ["tenant_id", "client_id", "user_id", "permission", "count"],
    select(_TENANT, _CLIENT, _USER, client_news.c.permission, client_news.c.count).where(
        client_news.c.tenant_id == _TENANT, client_news.c.client_id == _CLIENT,
        client_news.c.permission == any_(bindparam("permissions", type_=ARRAY(Text))),
    ),
)  # fmt: skip
_SEE: Final = statement(_all_of_it.on_conflict_do_update(
    index_elements=["tenant_id", "client_id", "user_id", "permission"],
    set_={"count": _all_of_it.excluded.count},
))  # fmt: skip
# Named, not imported: the timeline builds on this.
_timeline: Final = table(
    "timeline", column("tenant_id", Uuid), column("client_id", Uuid), column("event", Text),
    column("permission", Text),
)  # fmt: skip
_counted: Final = (
    select(_timeline.c.tenant_id, _timeline.c.client_id, _timeline.c.permission,
           func.count().label("count"))
    .where(_timeline.c.tenant_id == _TENANT,
           _timeline.c.event != all_(bindparam("steps", type_=ARRAY(Text))))
    .group_by(_timeline.c.tenant_id, _timeline.c.client_id, _timeline.c.permission)
)  # fmt: skip
_anew: Final = _counted.subquery("anew")
_same: Final = (
    (client_news.c.tenant_id == _anew.c.tenant_id)
    & (client_news.c.client_id == _anew.c.client_id)
    & (client_news.c.permission == _anew.c.permission)
)
_DIFFERENT: Final = statement(
    select(func.count())
    .select_from(_anew.outerjoin(client_news, _same))
    .where(client_news.c.count.is_distinct_from(_anew.c.count))
)
_HOLD_ALL: Final = statement(
    select(client_news.c.count).where(client_news.c.tenant_id == _TENANT).with_for_update()
)
_put_anew: Final = insert(client_news).from_select(
    ["tenant_id", "client_id", "permission", "count"], _counted
)
_RECOUNT: Final = statement(_put_anew.on_conflict_do_update(
    index_elements=["tenant_id", "client_id", "permission"],
    set_={"count": _put_anew.excluded.count},
    where=client_news.c.count != _put_anew.excluded.count,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a client, and who did it; None: nobody who works here."""

    client_id: UUID
    permission: str
    user_id: UUID | None


async def add_news(work: UnitOfWork, news: Iterable[News]) -> None:
    """Count what happened, for everybody but who did it."""
    found, seen = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
    for one in news:
        found[one.client_id, one.permission] += 1
        if one.user_id is not None:
            seen[one.client_id, one.permission, one.user_id] += 1
    if found:
        await work.execute(_ADD_NEWS, tenant_id=work.tenant_id, rows=_rows(found))
    if seen:
        await work.execute(_ADD_SEEN, tenant_id=work.tenant_id, rows=_rows(seen))


async def see(work: UnitOfWork, client_id: UUID, user_id: UUID) -> None:
    """Have somebody seen whatever they may read of a client's news."""
    rows = await work.fetch(_HOLD, tenant_id=work.tenant_id, client_id=client_id)
    readable = sorted(row[0] for row in rows if work.caller.may(row[0]))
    await work.execute(
        _SEE, tenant_id=work.tenant_id, client_id=client_id, user_id=user_id, permissions=readable
    )


async def count_different(work: UnitOfWork) -> int:
    """How many counts of news are not what the timeline says."""
    found: int = await work.fetchval(_DIFFERENT, tenant_id=work.tenant_id, steps=sorted(STEPS))
    return found


async def recount(work: UnitOfWork) -> None:
    """Count the news anew from the timeline; what somebody has seen stays seen."""
    await work.execute(_HOLD_ALL, tenant_id=work.tenant_id)
    await work.execute(_RECOUNT, tenant_id=work.tenant_id, steps=sorted(STEPS))


def _rows(counted: Counter[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = ("client_id", "permission", "user_id")
    return [
        {**{name: str(value) for name, value in zip(names, key, strict=False)}, "count": count}
        for key, count in counted.items()
    ]
