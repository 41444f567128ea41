"""All SQL of erasing a client: whatever any feature keeps about one."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from background.jobs.rules import ENDED
from background.jobs.tables import jobs
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from clients.bulk_actions.tables import bulk_items
from clients.client_links.tables import client_links
from clients.clients.tables import clients
from clients.custom_fields.tables import client_positions, client_unique_values
from clients.due_follow_ups.tables import due_follow_ups
from clients.duplicates.tables import duplicates, match_keys
from clients.files.tables import file_versions, files
from clients.forms.tables import form_submissions
from clients.imports.tables import import_pieces, import_rows
from clients.insurance.tables import insurance_claims, insurance_policies
from clients.merges.tables import merges
from clients.notes.tables import notes
from clients.secrets.tables import client_secrets
from clients.standings.tables import standings
from clients.timeline.tables import client_activity, timeline, timeline_rebuilt
from clients.unread.tables import client_news, client_seen

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid)))
_C: Final = clients.c
_LINK: Final = or_(client_links.c.from_client_id == _IDS, client_links.c.to_client_id == _IDS)
_MERGE: Final = or_(merges.c.from_client_id == _IDS, merges.c.into_client_id == _IDS)
_PAIR: Final = or_(duplicates.c.first_client_id == _IDS, duplicates.c.second_client_id == _IDS)


def _theirs(table: FromClause, clause: ColumnElement[bool]) -> Statement:
    return statement(delete(table).where(table.c.tenant_id == _TENANT, clause))  # type: ignore[arg-type]


# News before what was seen of them: who sees some holds their row. Claims before their policies.
# Files and photos are not here: their bytes have to go too. The client's own rows come last, when
# nothing names them any more.
_OF_CLIENT: Final = (
    notes, due_follow_ups, client_positions, client_unique_values, client_secrets, match_keys,
    form_submissions, import_rows, bulk_items, timeline, timeline_rebuilt, client_activity,
    client_news, client_seen, standings, insurance_claims, insurance_policies,
)  # fmt: skip
_REMOVE: Final = (
    *(_theirs(table, table.c.client_id == _IDS) for table in _OF_CLIENT),
    _theirs(merges, _MERGE), _theirs(duplicates, _PAIR),
    _theirs(clients, _C.id == _IDS),
)  # fmt: skip
# Files that an import was stopped over: nobody knows who stands in them.
_LEFT_OVER: Final = statement(
    delete(import_pieces).where(
        import_pieces.c.tenant_id == _TENANT,
        import_pieces.c.job_id
        == any_(
            select(jobs.c.id)
            .where(
                jobs.c.tenant_id == _TENANT,
                jobs.c.status == any_(bindparam("ended", type_=ARRAY(Text))),
            )
            .scalar_subquery()
        ),
    )
)
_ID: Final = bindparam("id", type_=Uuid)
_UNMATCHED: Final = statement(
    update(form_submissions)
    .where(form_submissions.c.tenant_id == _TENANT,
           form_submissions.c.matched_ids.contains(array([_ID])))
    .values(matched_ids=func.array_remove(form_submissions.c.matched_ids, _ID))
)  # fmt: skip
_VERSIONS: Final = statement(
    select(file_versions.c.id)
    .join(files, (files.c.tenant_id == file_versions.c.tenant_id)
          & (files.c.id == file_versions.c.file_id))
    .where(file_versions.c.tenant_id == _TENANT, files.c.client_id == _IDS)
)  # fmt: skip


def _count(table: FromClause, clause: ColumnElement[bool]) -> Any:
    found = select(func.count()).select_from(table).where(table.c.tenant_id == _TENANT, clause)
    return found.scalar_subquery().label(table.description)


_COUNTS: Final = statement(
    select(
        _count(notes, notes.c.client_id == _IDS), _count(files, files.c.client_id == _IDS),
        _count(client_links, _LINK).label("links"), _count(merges, _MERGE),
        _count(timeline, timeline.c.client_id == _IDS),
    )
)  # fmt: skip


class Erasing:
    """Some clients, and whatever there is about them."""

    def __init__(self, work: UnitOfWork, ids: Sequence[UUID]) -> None:
        self._work = work
        self._ids = list(ids)
        self._key: dict[str, Any] = {"tenant_id": work.tenant_id, "ids": self._ids}

    async def counts(self) -> dict[str, int]:
        """How much there is of what people know of."""
        row = await self._work.fetchrow(_COUNTS, **self._key)
        return dict(row) if row else {}

    async def versions(self) -> list[UUID]:
        """What their files ever were: records whose audit names no client."""
        return [row["id"] for row in await self._work.fetch(_VERSIONS, **self._key)]

    async def remove(self) -> None:
        """Every row about them, their own at last."""
        for query in _REMOVE:
            await self._work.execute(query, **self._key)
        await self._work.execute(_LEFT_OVER, tenant_id=self._work.tenant_id, ended=sorted(ENDED))
        for one in self._ids:
            await self._work.execute(_UNMATCHED, tenant_id=self._work.tenant_id, id=one)
