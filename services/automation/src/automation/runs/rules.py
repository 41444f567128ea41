"""What a run is: its states, the facts it works on, and when it may not run at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from chassis.errors import Conflict, Failure, Forbidden, NotFound, TooMany, Unavailable
from chassis.i18n import LOCALES

Json = dict[str, Any]

# The type of what is started by hand.
MANUAL: Final = "manual"
DEEPEST: Final = 5
MOST_OF_ITSELF: Final = 3
MOST_ATTEMPTS: Final = 60
_FIRST_PAUSE: Final = 2  # seconds
_LONGEST_PAUSE: Final = timedelta(minutes=10)
# What the other services say when a step has no object rather than a fault.
NO_OBJECT: Final = frozenset({"no_address", "no_recipient", "opted_out"})


class RunStatus(StrEnum):
    """How far a run is."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


OPEN: Final = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING)


class RunNotFound(NotFound):
    """No such run, or one about a client the caller may not see."""

    detail = "There is no such run."


class RunOver(Conflict):
    """It ended already."""

    code = "run_over"
    detail = "The run has ended."


class RunNotFailed(Conflict):
    """Only what failed or was cancelled can be tried again."""

    code = "run_not_failed"
    detail = "Only a run that failed or was cancelled can be tried again."


class ClientNotFound(NotFound):
    """No such client, or one the caller may not see."""

    code = "client_not_found"
    detail = "There is no such client."


class Reason:
    """Why a run or a step ended otherwise than well: a stable code, and words."""

    __slots__ = ("code", "detail")

    def __init__(self, code: str, detail: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.detail = dict(detail or {})


def reason_of(failure: Failure) -> Reason:
    """A refusal of another service in terms of the flow. The rights were the last editor's."""
    words: dict[str, str] = {locale: failure.message(locale) for locale in LOCALES}
    if isinstance(failure, Forbidden):
        return Reason("editor_has_no_access", words)
    return Reason(failure.code, words)


def is_passing(error: Exception) -> bool:
    """Whether the same call may succeed later: nobody said no, or not for good."""
    return isinstance(error, Unavailable | TooMany) or not isinstance(error, Failure)


def pause(attempt: int) -> timedelta:
    """How long to leave a service alone that did not answer: 2 s, doubled up to 10 minutes."""
    return min(timedelta(seconds=_FIRST_PAUSE << min(attempt, 16)), _LONGEST_PAUSE)


def guard(depth: int, lineage: Sequence[UUID], flow_id: UUID) -> str | None:
    """Why an event that flows themselves caused starts nothing more: `loop_guard`, or None.

    `depth` counts how many runs led to the event, `lineage` names their flows.
    """
    is_loop = depth > DEEPEST or list(lineage).count(flow_id) >= MOST_OF_ITSELF
    return "loop_guard" if is_loop else None


def kept_for_retry(steps: Sequence[Json], finished: Sequence[str]) -> list[Json]:
    """What a run that is tried again knows of its steps.

    A step that was refused is prepared anew. One that got no answer may have been done: it is
    asked again word for word, so that the other service knows it.
    """
    kept = []
    for record in steps:
        if record["status"] in finished or record["status"] == "waiting":
            kept.append(record)
        elif record.get("reason") == "service_unavailable" or record["status"] == "running":
            kept.append(record | {"status": "running"})
    return kept


def facts_of(event: Json, client: Json | None = None) -> Json:
    """What conditions and texts read: `client`, and `event` with its contents beside its data."""
    data: Json = event.get("data") or {}
    about = client or data.get("client")
    envelope = {name: value for name, value in event.items() if name != "data"}
    facts: Json = {"event": {**envelope, **data, "data": data}}
    # The id is the envelope's, also where the contents have one of their own.
    facts["event"]["client_id"] = event.get("client_id")
    if isinstance(about, dict):
        facts["client"] = with_primaries(about)
    return facts


def without_blanks(value: Any) -> Any:
    """The same facts in less room: what is blank reads like what is missing."""
    if isinstance(value, dict):
        return {
            name: without_blanks(part) for name, part in value.items()
            if part is not None and part not in ("", [], {})
        }  # fmt: skip
    return [without_blanks(part) for part in value] if isinstance(value, list) else value


def with_primaries(client: Json) -> Json:
    """The client with `email` and `phone`: the primary ones, else the first."""
    email = _primary(client.get("emails"))
    phone = _primary(client.get("phones"))
    return client | {
        "email": email.get("address", ""), "phone": phone.get("e164") or phone.get("number", ""),
    }  # fmt: skip


def _primary(entries: Any) -> Json:
    listed = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return next((e for e in listed if e.get("primary")), listed[0] if listed else {})
