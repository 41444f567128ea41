"""Who of the staff is assigned to a client, and as what."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

Role = Literal["owner", "collaborator", "watcher"]
Member = dict[str, Any]

_EDITORS = ("owner", "collaborator")
_STRONGEST_FIRST = ("owner", "collaborator", "watcher")


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


def handed_over(
    present: Iterable[Mapping[str, Any]], leaver_id: UUID, heir_id: UUID
) -> list[Member]:
    """The staff with the heir in the leaver's place; who was there before keeps a stronger role."""
    roles = {str(member["user_id"]): str(member["role"]) for member in present}
    left, heir = roles.get(str(leaver_id)), str(heir_id)
    if left is None:
        return [dict(member) for member in present]
    strongest = min(left, roles.get(heir, left), key=_STRONGEST_FIRST.index)
    names = (heir if user_id == str(leaver_id) else user_id for user_id in roles)
    return [
        {"user_id": user_id, "role": strongest if user_id == heir else roles[user_id]}
        for user_id in dict.fromkeys(names)
    ]


def stronger(one: str, other: str) -> str:
    """Of two roles the one that may do more."""
    return min(one, other, key=_STRONGEST_FIRST.index)


def staff_ids(staff: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Everybody assigned: they see the client."""
    return [UUID(member["user_id"]) for member in staff]


def editor_ids(staff: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Owners and collaborators: they may change the client."""
    return [UUID(member["user_id"]) for member in staff if member["role"] in _EDITORS]
