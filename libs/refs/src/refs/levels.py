"""The access algebra, pure: what somebody's level is on each folder of a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID


class Level(IntEnum):
    """What an access entry allows; each level includes those before it."""

    NONE = 0
    READ = 1
    WRITE = 2
    MANAGE = 3


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's place in the tree and its own entries, by principal (`user:<id>`, …)."""

    parent_id: UUID | None = None
    access: Mapping[str, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Principals:
    """Under which names somebody may be mentioned in an entry."""

    user: str | None = None
    teams: tuple[str, ...] = ()
    role: str | None = None


def levels(folders: Mapping[UUID, Folder], who: Principals) -> dict[UUID, Level]:
    """The level on every folder where an entry of its own or of an ancestor speaks.

    The nearest folder that mentions somebody decides; on it the entry for the user beats the
    teams', which beats the role's. Of several teams the most generous counts.
    """
    found: dict[UUID, Level | None] = {}
    for folder_id in folders:
        _resolve(folder_id, folders, who, found)
    return {folder_id: level for folder_id, level in found.items() if level is not None}


def below(folders: Mapping[UUID, Folder], roots: frozenset[UUID]) -> frozenset[UUID]:
    """These folders and all inside them."""
    mine = {"user": Level.READ}
    marked = {root: Folder(None, mine) for root in roots}
    for folder_id, folder in folders.items():
        marked[folder_id] = Folder(folder.parent_id, mine if folder_id in roots else {})
    return frozenset(levels(marked, Principals(user="user")))


def _resolve(
    folder_id: UUID, folders: Mapping[UUID, Folder], who: Principals,
    found: dict[UUID, Level | None],
) -> None:  # fmt: skip
    path: list[UUID] = []
    at: UUID | None = folder_id
    level: Level | None = None
    # A folder seen before ends the walk: its answer is known, or the tree has a circle.
    while at is not None and at in folders and at not in found:
        found[at] = level = _own(folders[at].access, who)
        path.append(at)
        if level is not None:
            break
        at = folders[at].parent_id
    else:
        level = found.get(at) if at is not None else None
    for passed in path:
        found[passed] = level


def _own(access: Mapping[str, Level], who: Principals) -> Level | None:
    if not access:
        return None
    if who.user is not None and who.user in access:
        return access[who.user]
    of_teams = [access[team] for team in who.teams if team in access]
    return max(of_teams) if of_teams else access.get(who.role or "")
