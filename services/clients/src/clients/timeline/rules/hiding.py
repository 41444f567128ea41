"""What the folder of a client hides of its timeline."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from clients.visible_fields.rules import HiddenFields

Json = dict[str, Any]
# Event type → the fields it is about: it is not told where one of them is hidden.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "clients.client.tagged": ("tags",), "clients.client.untagged": ("tags",),
    "clients.client.follow_up_due": ("pinned_status_id", "follow_up_status_id"),
}  # fmt: skip
_STATUSES: Final = ("pinned_status_id", "follow_up_status_id")
# Where a message went: known to who is shown the client's phones and addresses.
_REACHED_AT: Final = ("phones", "emails")

# What a hidden field called for: that it did is told, what it was is not.
_REASON: Final = ("field", "at")
_FOR: Final = "for_client_id"


def hidden_events(folder_id: UUID, hidden: HiddenFields) -> list[str]:
    """The events that a client's folder does not tell somebody."""
    return [
        kind for kind, fields in _ABOUT.items()
        if any(hidden.hides(folder_id, field) for field in fields)
    ]  # fmt: skip


def hidden_statuses(folder_id: UUID, hidden: HiddenFields) -> list[str]:
    """Which of a client's statuses they do not hear of."""
    return [field for field in _STATUSES if hidden.hides(folder_id, field)]


def shown_data(data: Mapping[str, Any], folder_id: UUID, hidden: HiddenFields) -> Json:
    """An entry's data without what the client's folder hides, wherever the client was then."""
    shown = {name: _shown(value, folder_id, hidden) for name, value in data.items()}
    if isinstance(changed := data.get("changed"), list):
        shown["changed"] = [name for name in changed if not hidden.hides(folder_id, name)]
    if hidden.hides(folder_id, data.get("field") or "id"):
        shown = {name: value for name, value in shown.items() if name not in _REASON}
    if any(hidden.hides(folder_id, name) for name in _REACHED_AT):
        shown.pop("to", None)
    return shown


def about_nobody(data: Mapping[str, Any]) -> Json:
    """The same without whom documents are for where the client owes them: whether the reader sees
    that one too is known where the document is read.
    """
    return {
        name: value | {_FOR: ""} if isinstance(value, dict) and _FOR in value else value
        for name, value in data.items()
    }


def _shown(value: Any, folder_id: UUID, hidden: HiddenFields) -> Any:
    if not isinstance(value, dict) or "folder_id" not in value:
        return value
    # Another client than the one whose timeline it is may be in a folder that hides more.
    there = UUID(value["folder_id"]) if value["folder_id"] else folder_id
    return hidden.without(there, hidden.without(folder_id, value))
