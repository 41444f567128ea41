"""What a caller may see and change: one filter for every list, read, write and live event.

*sees* = role sees all ∨ a member of my team is assigned (role `team`) ∨ my level on the folder
is read or more (role `folders`) ∨ assigned to me; a folder level of `none` hides from all but
the owner role.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Uuid,
    any_,
    bindparam,
    exists,
    not_,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller
from chassis.database import Database
from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from refs import merges
from refs.levels import Folder, Level, Principals, below, levels
from refs.tables import client_refs, folder_access, identity_teams

# A change of access holds everywhere within a second: the most of it is left for its event.
FRESH_SECONDS: Final = 0.25
_MOST_TENANTS: Final = 5_000
# Who a client is, where it stands and who is responsible: shown of it by every folder. Of answers,
# then of events; what is not here is shown to who is bound only where a folder lists it.
ALWAYS_SHOWN: Final = frozenset({
    "id", "version", "created_at", "updated_at", "url", "serial", "code", "name", "kind", "type",
    "folder_id", "status_id", "staff", "archived", "last_activity_at", "last_contact_at",
    "days_since_contact", "photo_url", "unread", "possible_duplicates",
    "is_archived", "merged_into", "parent_id",
})  # fmt: skip
_MOST_CALLERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller sees, as the values of `scope`'s parameters; and what they may write."""

    sees_all: bool = False
    hidden_folders: list[UUID] = field(default_factory=list)
    readable_folders: list[UUID] = field(default_factory=list)
    writable_folders: list[UUID] = field(default_factory=list)
    managed_folders: list[UUID] = field(default_factory=list)
    assignees: list[UUID] = field(default_factory=list)
    user_id: UUID | None = None

    @property
    def sees_everything(self) -> bool:
        """Whether nothing at all is hidden."""
        return self.sees_all and not self.hidden_folders

    def values(self) -> dict[str, Any]:
        """What `Repository.scope_values` returns."""
        return {
            "sees_all": self.sees_all, "hidden_folders": self.hidden_folders,
            "readable_folders": self.readable_folders, "assignees": self.assignees,
            "sees_everything": self.sees_everything,
        }  # fmt: skip

    def may_see(self, folder_id: UUID, staff_ids: Iterable[UUID]) -> bool:
        """The same as `scope`, for one client in memory."""
        if folder_id in self.hidden_folders:
            return False
        if self.sees_all or folder_id in self.readable_folders:
            return True
        return not set(self.assignees).isdisjoint(staff_ids)


EVERYTHING: Final = Sight(sees_all=True)


@dataclass(slots=True)
class _Known:
    """One tenant's folders and teams as read a moment ago, and the sights made of them."""

    read_at: float
    folders: Mapping[UUID, Folder]
    teams: Mapping[UUID, frozenset[UUID]] | None = None
    sights: dict[Caller, Sight] = field(default_factory=dict)


_known: WeakKeyDictionary[Database, OrderedDict[UUID, _Known]] = WeakKeyDictionary()

_FOLDERS = statement(
    select(folder_access.c.folder_id, folder_access.c.parent_id, folder_access.c.access).where(
        folder_access.c.tenant_id == bindparam("tenant_id")
    )
)
_TEAMS = statement(
    select(identity_teams.c.id, identity_teams.c.member_ids).where(
        identity_teams.c.tenant_id == bindparam("tenant_id"),
        not_(identity_teams.c.is_deleted),
    )
)


def sight(
    caller: Caller, folders: Mapping[UUID, Folder], teams: Mapping[UUID, frozenset[UUID]]
) -> Sight:
    """The sight of a caller, from the tenant's folders and the members of its teams."""
    if caller.is_owner:
        return EVERYTHING
    if caller.folder_ids is not None:
        found = levels(folders, _principals(caller))
        own = below(folders, frozenset(caller.folder_ids)) - {
            folder for folder, level in found.items() if level == Level.NONE
        }
        listed = sorted(own)
        return Sight(
            readable_folders=listed, writable_folders=listed,
            # Not even the names of the others are its affair.
            hidden_folders=[folder for folder in folders if folder not in own],
        )  # fmt: skip
    found = levels(folders, _principals(caller))
    readable = [folder for folder, level in found.items() if level >= Level.READ]
    return Sight(
        sees_all=caller.visibility == "all",
        hidden_folders=[folder for folder, level in found.items() if level == Level.NONE],
        readable_folders=readable if caller.visibility == "folders" else [],
        writable_folders=[folder for folder, level in found.items() if level >= Level.WRITE],
        managed_folders=[folder for folder, level in found.items() if level >= Level.MANAGE],
        assignees=sorted(_assignees(caller, teams)), user_id=caller.user_id,
    )  # fmt: skip


def may_write(sight: Sight, folder_id: UUID, editor_ids: Iterable[UUID]) -> bool:
    """Whether somebody with the permission may change a client there; asked of visible ones."""
    if folder_id in sight.hidden_folders:
        return False
    if sight.sees_all or folder_id in sight.writable_folders:
        return True
    return sight.user_id is not None and sight.user_id in editor_ids


def may_manage(sight: Sight, folder_id: UUID) -> bool:
    """Whether somebody with the permission may say who has access; asked of folders not hidden."""
    return sight.sees_all or folder_id in sight.managed_folders


def is_shown_all(caller: Caller, sight: Sight, folder_id: UUID) -> bool:
    """Whether every field of a folder's clients is shown, whatever list of visible ones it has.

    The list does not bind who may change it.
    """
    return caller.is_owner or (caller.may("clients:manage") and may_manage(sight, folder_id))


async def sight_of(work: UnitOfWork) -> Sight:
    """What the work's caller sees now: at most a quarter of a second old, mostly from memory."""
    return await sight_for(work, work.caller)


async def sight_for(work: UnitOfWork, caller: Caller) -> Sight:
    """What somebody of the work's tenant sees now, be it not the one who asks."""
    if caller.is_owner:
        return EVERYTHING
    known = await _tenant(work)
    if (found := known.sights.get(caller)) is None:
        if caller.visibility == "team" and known.teams is None:
            rows = await work.fetch(_TEAMS, tenant_id=work.tenant_id)
            known.teams = {row["id"]: frozenset(row["member_ids"]) for row in rows}
        if len(known.sights) > _MOST_CALLERS:
            known.sights.clear()
        found = known.sights[caller] = sight(caller, known.folders, known.teams or {})
    return found


def forget(work: UnitOfWork) -> None:
    """Read the tenant's folders and teams anew: for who just changed them in this process."""
    _known.setdefault(work.database, OrderedDict()).pop(work.tenant_id, None)


async def folders_of(work: UnitOfWork) -> dict[UUID, Folder]:
    """The tenant's folders as they are now, for who keeps and follows them."""
    rows = await work.fetch(_FOLDERS, tenant_id=work.tenant_id)
    return {row["folder_id"]: folder_of(row) for row in rows}


def folder_of(row: Record | Mapping[str, Any]) -> Folder:
    """A folder from its row, or from what an event tells of it."""
    return Folder(row["parent_id"], _entries(row["access"]))


def scope(table: FromClause) -> ColumnElement[bool]:
    """What a sight's values let through, over the table's `folder_id` and `staff_ids`."""
    hidden = table.c.folder_id == any_(_uuids("hidden_folders"))
    return not_(hidden) & or_(
        bindparam("sees_all", type_=Boolean),
        table.c.folder_id == any_(_uuids("readable_folders")),
        table.c.staff_ids.overlap(_uuids("assignees")),
    )


def about_visible_client(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of other services: about no client, or about one that the caller sees.

    A merged client is seen by who sees its survivor. Who sees everything needs no copy of the
    client, so its newest rows never wait for one.
    """
    named, shown = client_refs.alias("named_client"), client_refs.alias("shown_client")
    visible = (
        select(shown.c.id)
        .select_from(named)
        .join(shown, (shown.c.tenant_id == named.c.tenant_id)
              & (shown.c.id == merges.stands_for(named)))
        .where(
            named.c.tenant_id == bindparam("tenant_id", type_=Uuid), named.c.id == column,
            scope(shown),
        )
    )  # fmt: skip
    return or_(column.is_(None), bindparam("sees_everything", type_=Boolean), exists(visible))


def _uuids(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


def _principals(caller: Caller) -> Principals:
    person = caller.user_id or caller.made_by
    return Principals(
        user=f"user:{person}" if person else None,
        teams=tuple(f"team:{team}" for team in caller.team_ids),
        role=f"role:{caller.role_id}" if caller.role_id else None,
    )


def _assignees(caller: Caller, teams: Mapping[UUID, frozenset[UUID]]) -> set[UUID]:
    own = {caller.user_id} if caller.user_id else set()
    if caller.visibility != "team":
        return own
    mates = (teams.get(team, frozenset()) for team in caller.team_ids)
    return own.union(*mates)


async def _tenant(work: UnitOfWork) -> _Known:
    by_tenant = _known.setdefault(work.database, OrderedDict())
    known = by_tenant.get(work.tenant_id)
    now = time.monotonic()
    if known is None or known.read_at + FRESH_SECONDS < now:
        known = by_tenant[work.tenant_id] = _Known(now, await folders_of(work))
        by_tenant.move_to_end(work.tenant_id)
        if len(by_tenant) > _MOST_TENANTS:
            by_tenant.popitem(last=False)
    return known


def _entries(stored: list[dict[str, str]]) -> dict[str, Level]:
    return {entry["principal"]: Level[entry["level"].upper()] for entry in stored}
