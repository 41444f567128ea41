"""Background work that somebody started: its states, and who follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from chassis.caller import Caller
from chassis.errors import Conflict, Failure, NotFound
from chassis.i18n import LOCALES, register

register("background")

Status = Literal["queued", "running", "done", "failed", "cancelled"]
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDED: Final = frozenset({DONE, FAILED, CANCELLED})
# A chunk that fails so often in a row will go on failing.
MOST_FAILURES: Final = 4
KEPT_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Task:
    """A job as whoever does the work sees it: what is asked, and how far it is."""

    id: UUID
    asked: dict[str, Any]
    state: dict[str, Any]
    done: int
    total: int | None
    result: dict[str, Any] | None
    undo_of_id: UUID | None


class JobNotFound(NotFound):
    """No such job, or somebody else's."""

    code = "job_not_found"
    detail = "There is no such job."


class JobEnded(Conflict):
    """What is over cannot be stopped."""

    code = "job_ended"
    detail = "This job has ended already."


class JobRunning(Conflict):
    """What still goes on is stopped before it is undone."""

    code = "job_running"
    detail = "This job still runs; stop it first or wait for its end."


class MakerGone(Conflict):
    """Whoever started it may not do so any more."""

    code = "maker_gone"
    detail = "Whoever started this job has no access any more."


class JobBroken(Conflict):
    """A fault of ours: it is in the log, and explained to nobody."""

    code = "job_failed"
    detail = "This job could not be finished."


def service_of(kind: str) -> str:
    """The service whose work this is: a kind begins with its name."""
    return kind.partition(".")[0]


def told(failure: Failure) -> dict[str, Any]:
    """A refusal as a job keeps it, for readers of either language."""
    message = {locale: failure.message(locale) for locale in LOCALES}
    return {"code": failure.code, "message": message}


def rights_kept(caller: Caller) -> dict[str, Any] | None:
    """What an API key may do, which nobody can ask for later; users are asked for anew."""
    if caller.user_id is not None:
        return None
    return {
        "permissions": sorted(caller.permissions), "visibility": caller.visibility,
        "role_id": caller.role_id and str(caller.role_id),
        "folder_ids": caller.folder_ids and [str(one) for one in caller.folder_ids],
    }  # fmt: skip


def caller_kept(tenant_id: UUID, principal: str, kept: Mapping[str, Any]) -> Caller:
    """The API key that started a job."""
    folders = kept["folder_ids"]
    return Caller(
        tenant_id, principal, frozenset(kept["permissions"]), kept["visibility"],
        role_id=UUID(kept["role_id"]) if kept["role_id"] else None,
        folder_ids=tuple(UUID(one) for one in folders) if folders else None,
    )  # fmt: skip
