"""The folders' lists of visible fields, as they bind a caller."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, column, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.cache import TenantCache
from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from clients.visible_fields import rules
from refs.visibility import FRESH_SECONDS, is_shown_all, sight_of

# Named, not imported: folders build on this.
_folders: Final = table(
    "folders", column("tenant_id", Uuid), column("id", Uuid), column("parent_id", Uuid),
    column("visible_fields", ARRAY(Text)),
)  # fmt: skip
_SHELVES: Final = statement(
    select(_folders.c.id, _folders.c.parent_id, _folders.c.visible_fields).where(
        _folders.c.tenant_id == bindparam("tenant_id")
    )
)
# As old as access may be.
_lists: Final = TenantCache[Mapping[UUID, frozenset[str]]](seconds=FRESH_SECONDS)


async def hidden_fields(work: UnitOfWork) -> rules.HiddenFields:
    """What the work's caller does not get; mostly nothing, and that from memory."""
    if work.caller.is_owner:
        return rules.NOTHING
    if not (shown := await _of_tenant(work)):
        return rules.NOTHING
    sight = await sight_of(work)
    return rules.hidden_from(shown, lambda folder: is_shown_all(work.caller, sight, folder))


def forget(work: UnitOfWork) -> None:
    """Read the lists anew once the work is committed."""
    _lists.forget(work)


async def _of_tenant(work: UnitOfWork) -> Mapping[UUID, frozenset[str]]:
    if (known := _lists.get(work)) is not None:
        return known
    rows = await work.fetch(_SHELVES, tenant_id=work.tenant_id)
    return _lists.put(work, rules.lists({row["id"]: _shelf(row) for row in rows}))


def _shelf(row: Record) -> rules.Shelf:
    listed = row["visible_fields"]
    return rules.Shelf(row["parent_id"], None if listed is None else frozenset(listed))
