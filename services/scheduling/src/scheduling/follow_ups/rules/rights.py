"""With whose rights clients is asked once the request is over: those of who asked for it."""

from typing import Any
from uuid import UUID

from chassis.caller import Caller

Json = dict[str, Any]


def remembered(caller: Caller) -> Json:
    """What is kept of somebody: of a user who they are, so that their rights are those of then; of
    an API key, which is nobody's user, what it is allowed.
    """
    if caller.user_id is not None:
        return {"user_id": str(caller.user_id)}
    folders = caller.folder_ids
    return {
        "permissions": sorted(caller.permissions), "visibility": caller.visibility,
        "folder_ids": None if folders is None else [str(one) for one in folders],
        "role_id": _text(caller.role_id), "made_by": _text(caller.made_by),
        "team_ids": [str(one) for one in caller.team_ids],
    }  # fmt: skip


def asking(tenant_id: UUID, principal: str, kept: Json) -> Caller:
    """Who asks, by what is kept of them."""
    if kept.get("user_id"):
        return Caller(tenant_id, principal, user_id=UUID(kept["user_id"]))
    folders = kept["folder_ids"]
    return Caller(
        tenant_id, principal, frozenset(kept["permissions"]), kept["visibility"],
        folder_ids=None if folders is None else tuple(map(UUID, folders)),
        role_id=_id(kept["role_id"]), made_by=_id(kept["made_by"]),
        team_ids=tuple(map(UUID, kept["team_ids"])),
    )  # fmt: skip


def _text(one: UUID | None) -> str:
    return str(one or "")


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None
