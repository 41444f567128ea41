"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.caller import Caller
from chassis.events import Event
from refs.visibility import ALWAYS_SHOWN, Sight, is_shown_all

# How long a reader waits before it comes back, so that not all come at the same moment as we go.
RETRY_MILLISECONDS: Final = 3_000


# Told of fields that a folder may hide: which are hidden is known where the client is read.
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "clients.client.tagged": frozenset({"tags"}),
    "clients.client.untagged": frozenset({"tags"}),
    **{f"clients.client.{verb}": frozenset({"follow_ups"})
       for verb in ("created", "updated", "status_changed")},
    "clients.client.follow_up_due": frozenset({"status_id", "field", "at"}),
    **{f"comms.message.{verb}": frozenset({"to"}) for verb in ("queued", "sent", "failed")},
    "comms.message.cancelled": frozenset({"to"}),
}  # fmt: skip
_CHANGED: Final = frozenset({"clients.client.updated"})
_NO_FOLDER: Final = UUID(int=0)
_FOR: Final = "for_client_id"
_STATUS: Final = frozenset({"from_status_id", "to_status_id", "reason"})


def told(event: Event, sight: Sight, caller: Caller) -> dict[str, Any]:
    """An event as somebody with this sight may read it.

    The one place where the payload of a live event is reduced.
    """
    about = {"clientid": str(event.client_id), "url": f"/v1/clients/{event.client_id}"}
    hidden = {str(folder) for folder in sight.hidden_folders}
    data = event.data if event.client_id is None else _in_brief(event, sight, caller)
    if not sight.sees_everything:
        data = {name: _about_nobody(one) for name, one in data.items()}
    return {
        "specversion": "1.0", "id": str(event.id), "type": event.type,
        "source": f"/services/{event.type.partition('.')[0]}", "subject": str(event.subject),
        "time": event.time.isoformat(), **(about if event.client_id else {}),
        "actor": event.actor, "version": event.version,
        "data": _without(data, hidden) if hidden else data,
    }  # fmt: skip


def frame(event: Event, at: int, sight: Sight, caller: Caller) -> bytes:
    """One event; its id is where to go on after it."""
    shown = orjson.dumps(told(event, sight, caller))
    return b"event: %b\nid: %d\ndata: %b\n\n" % (event.type.encode(), at, shown)


def opening(at: int, *, is_gap: bool) -> bytes:
    """The first lines: from here on it is live. After a gap the reader has to read lists anew."""
    gap = b"event: gap\ndata: {}\n\n" if is_gap else b""
    return b"retry: %d\nid: %d\n\n%b" % (RETRY_MILLISECONDS, at, gap)


def beat(at: int) -> bytes:
    """A sign of life, which also moves the place to go on from."""
    return b": alive\nid: %d\n\n" % at


def _in_brief(event: Event, sight: Sight, caller: Caller) -> dict[str, Any]:
    """What is told of a client: to who is bound by its folder's visible fields, who it is."""
    data, client = event.data, event.data.get("client")
    named = client.get("folder_id") if isinstance(client, dict) else None
    if is_shown_all(caller, sight, UUID(named) if named else _NO_FOLDER):
        return data
    left_out = _FIELDS.get(event.type, frozenset())
    if data.get("field") not in (None, "status_id"):
        left_out |= _STATUS
    told = {name: value for name, value in data.items() if name not in left_out}
    if isinstance(client, dict):
        told["client"] = {name: client[name] for name in client if name in ALWAYS_SHOWN}
    if isinstance(changed := data.get("changed"), list) and event.type in _CHANGED:
        told["changed"] = [name for name in changed if name in ALWAYS_SHOWN]
    return told


def _about_nobody(value: Any) -> Any:
    """A document without whom it is for, where another client owes it: whether the reader sees that
    one too is known where the document is read.
    """
    return value | {_FOR: ""} if isinstance(value, dict) and _FOR in value else value


def _without(value: Any, hidden: set[str]) -> Any:
    """The same with ids of hidden folders left out, wherever a payload names one."""
    if isinstance(value, dict):
        return {name: _without(one, hidden) for name, one in value.items()}
    if isinstance(value, list):
        kept = [one for one in value if not (isinstance(one, str) and one in hidden)]
        return [_without(one, hidden) for one in kept]
    return "" if isinstance(value, str) and value in hidden else value
