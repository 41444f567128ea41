"""The folders a service remembers: their place in the tree and who has access."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.work import UnitOfWork
from refs.tables import folder_access
from refs.upsert import remember, upsert

_PLACES = upsert(folder_access, only=("folder_id", "parent_id", "version"))
_ACCESS = upsert(folder_access, "access_version", only=("folder_id", "access", "access_version"))


async def remember_places(work: UnitOfWork, folders: Sequence[Mapping[str, Any]]) -> None:
    """Take over where folders are: objects with `folder_id`, `parent_id` and `version`."""
    rows = [
        {"folder_id": one["folder_id"], "parent_id": one.get("parent_id") or None,
         "version": one["version"]}
        for one in folders
    ]  # fmt: skip
    await remember(work, _PLACES, rows)


async def remember_access(work: UnitOfWork, folders: Sequence[Mapping[str, Any]]) -> None:
    """Take over the whole lists of entries too: `access`, of `{"principal", "level"}`."""
    await remember_places(work, folders)
    rows = [
        {"folder_id": one["folder_id"], "access_version": one["version"],
         "access": [_entry(entry) for entry in one.get("access", ())]}
        for one in folders
    ]  # fmt: skip
    await remember(work, _ACCESS, rows)


def _entry(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"principal": str(entry["principal"]), "level": str(entry["level"])}
