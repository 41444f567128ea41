"""Who of the staff is assigned to a client, and as what."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

Role = Literal["owner", "collaborator", "watcher"]
Member = dict[str, Any]

_EDITORS = ("owner", "collaborator")


def assigned(
    present: Iterable[Mapping[str, Any]], more: Iterable[Mapping[str, Any]]
) -> list[Member]:
    """The staff with more of them; somebody named again gets the new role."""
    found = {str(member["user_id"]): str(member["role"]) for member in (*present, *more)}
    return [{"user_id": user_id, "role": role} for user_id, role in found.items()]


def released(present: Iterable[Mapping[str, Any]], fewer: Iterable[UUID]) -> list[Member]:
    """The staff without some of them."""
    gone = {str(user_id) for user_id in fewer}
    return [dict(member) for member in present if str(member["user_id"]) not in gone]


def staff_ids(staff: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Everybody assigned: they see the client."""
    return [UUID(member["user_id"]) for member in staff]


def editor_ids(staff: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Owners and collaborators: they may change the client."""
    return [UUID(member["user_id"]) for member in staff if member["role"] in _EDITORS]
