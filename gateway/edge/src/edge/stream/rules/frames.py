"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from typing import Any, Final

import orjson

from chassis.events import Event
from refs.visibility import Sight

# How long a reader waits before it comes back, so that not all come at the same moment as we go.
RETRY_MILLISECONDS: Final = 3_000


def told(event: Event, sight: Sight) -> dict[str, Any]:
    """An event as somebody with this sight may read it.

    The one place where the payload of a live event is reduced.
    """
    about = {"clientid": str(event.client_id), "url": f"/v1/clients/{event.client_id}"}
    hidden = {str(folder) for folder in sight.hidden_folders}
    return {
        "specversion": "1.0", "id": str(event.id), "type": event.type,
        "source": f"/services/{event.type.partition('.')[0]}", "subject": str(event.subject),
        "time": event.time.isoformat(), **(about if event.client_id else {}),
        "actor": event.actor, "version": event.version,
        "data": _without(event.data, hidden) if hidden else event.data,
    }  # fmt: skip


def frame(event: Event, at: int, sight: Sight) -> bytes:
    """One event; its id is where to go on after it."""
    shown = orjson.dumps(told(event, sight))
    return b"event: %b\nid: %d\ndata: %b\n\n" % (event.type.encode(), at, shown)


def opening(at: int, *, is_gap: bool) -> bytes:
    """The first lines: from here on it is live. After a gap the reader has to read lists anew."""
    gap = b"event: gap\ndata: {}\n\n" if is_gap else b""
    return b"retry: %d\nid: %d\n\n%b" % (RETRY_MILLISECONDS, at, gap)


def beat(at: int) -> bytes:
    """A sign of life, which also moves the place to go on from."""
    return b": alive\nid: %d\n\n" % at


def _without(value: Any, hidden: set[str]) -> Any:
    """The same with ids of hidden folders left out, wherever a payload names one."""
    if isinstance(value, dict):
        return {name: _without(one, hidden) for name, one in value.items()}
    if isinstance(value, list):
        kept = [one for one in value if not (isinstance(one, str) and one in hidden)]
        return [_without(one, hidden) for one in kept]
    return "" if isinstance(value, str) and value in hidden else value
