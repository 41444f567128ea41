"""One action on many clients: what it changes of each, and how that is taken back."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

MOST_IDS: Final = 10_000
# So many clients are changed in one transaction.
CHUNK: Final = 100
# Clients found by a filter are noted down by pages.
PAGE: Final = 500
MOST_REFUSALS: Final = 200

Outcome = Literal["changed", "unchanged", "refused"]
CHANGED, UNCHANGED, REFUSED = "changed", "unchanged", "refused"
UNDONE, KEPT = "undone", "kept"
# What each action may change; its undo puts back these and nothing else.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "move": ("folder_id", "status_id"),
    "status": ("status_id", "pinned_status_id", "follow_up_status_id"),
    "tags": ("tags",),
    "staff": ("staff",),
    "archive": ("is_archived",),
    "restore": ("is_archived",),
}


def remembered(client: object, action: str) -> dict[str, Any]:
    """The client as it is, as far as the action may change it."""
    return {name: _plain(getattr(client, name)) for name in ("id", *FIELDS[action])}


def members_changed(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Who has to be assigned again, and who not any more, to take an assignment back."""
    roles = {str(one["user_id"]): one["role"] for one in before}
    now = {str(one["user_id"]): one["role"] for one in after}
    again = [{"user_id": u, "role": role} for u, role in roles.items() if now.get(u) != role]
    return again, [user for user in now if user not in roles]


def _plain(value: Any) -> Any:
    """As JSON gives it back: ids as texts."""
    return value if isinstance(value, bool | list | None) else str(value)
