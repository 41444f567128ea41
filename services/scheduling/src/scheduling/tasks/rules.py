"""Tasks: their states, and what may become of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from scheduling.recurrence.rules.expanding import occurrences, wall_time
from scheduling.recurrence.rules.reading import read

# Stands in filters for tasks that are about no client, or nobody's.
NOBODY: Final = UUID(int=0)
MOST_ASSIGNEES: Final = 50


class State(StrEnum):
    """How far a task is."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    """How urgent a task is, the least urgent first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Kind(StrEnum):
    """Whether something is to be done, or somebody to be asked again."""

    TASK = "task"
    FOLLOW_UP = "follow_up"


class Action(StrEnum):
    """What moves a task on."""

    START = "start"
    COMPLETE = "complete"
    REOPEN = "reopen"
    CANCEL = "cancel"


LIVE: Final = (State.OPEN, State.IN_PROGRESS)
_MOVES: Final[Mapping[Action, tuple[tuple[State, ...], State]]] = {
    Action.START: ((State.OPEN,), State.IN_PROGRESS),
    Action.COMPLETE: (LIVE, State.DONE),
    Action.REOPEN: ((State.DONE, State.CANCELLED), State.OPEN),
    Action.CANCEL: (LIVE, State.CANCELLED),
}
# What others hear of each.
VERBS: Final[Mapping[Action, str]] = {
    Action.START: "started", Action.COMPLETE: "completed", Action.REOPEN: "reopened",
    Action.CANCEL: "cancelled",
}  # fmt: skip


class TaskNotFound(NotFound):
    """No such task, or one that the caller does not see."""

    code = "task_not_found"
    detail = "There is no such task."


class CommentNotFound(NotFound):
    """No such comment on this task."""

    code = "task_comment_not_found"
    detail = "There is no such comment on this task."


class CommentOfSomebodyElse(Forbidden):
    """Only who wrote a comment and who manages may change it."""

    code = "comment_of_somebody_else"
    detail = "Only who wrote this comment and managers may change it."


class UnknownAssignee(Invalid):
    """Nobody who works here."""

    code = "unknown_reference"
    detail = "There is no such active user."


class NoUser(Invalid):
    """An integration has no tasks of its own."""

    code = "no_user"
    detail = "Only a user has anything of their own."


class TaskClosed(Conflict):
    """It is done or cancelled: it has to be reopened first."""

    code = "task_closed"
    detail = "This task is done or cancelled. Reopen it first."


class TaskNotClosed(Conflict):
    """What is under way was not closed."""

    code = "task_not_closed"
    detail = "Only a task that is done or cancelled is reopened."


class UnknownChecklist(Invalid):
    """No such checklist, or one about somebody else."""

    code = "unknown_reference"
    detail = "There is no such checklist of this client."


class UnknownTask(Invalid):
    """A body names a task that is not there, or that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no such task."


class OtherClient(Invalid):
    """A task is about another client, or about none."""

    code = "other_client"
    detail = "The task is not about this client."


class ChecklistNotDone(Conflict):
    """Its steps are part of it."""

    code = "checklist_not_done"
    detail = "The task's checklist has required items that are not done: {left}."


class CauseReused(Conflict):
    """One cause has one effect."""

    code = "cause_reused"
    detail = "This cause has made something else happen."


class DueDateNeeded(Invalid):
    """What comes again has to come at some time."""

    code = "due_date_needed"
    detail = "A task that comes again needs a due date."


def moved(state: str, action: Action) -> State | None:
    """Where a task stands after an action; None where it stands there already.

    Raises TaskClosed and TaskNotClosed.
    """
    before, after = _MOVES[action]
    if state == after or (action is Action.REOPEN and state == State.IN_PROGRESS):
        return None
    if state in before:
        return after
    raise TaskNotClosed() if action is Action.REOPEN else TaskClosed()


def check_repeating(recurrence: str | None, due_at: datetime | None) -> None:
    """Raises DueDateNeeded."""
    if recurrence is not None and due_at is None:
        raise DueDateNeeded(field="due_at")


def read_rule(recurrence: str, first_due: datetime, zone: str) -> str:
    """The rule as it is kept; raises what is said of rules that nothing can be planned by."""
    rule = read(recurrence)
    occurrences(rule, wall_time(first_due, zone), zone)
    return rule.text


def next_due(recurrence: str, first_due: datetime, since: datetime, zone: str) -> datetime | None:
    """When a task that recurs is due the next time after `since`; None where its rule has ended.

    What was to be done meanwhile, and was not, is left out: it comes again but once.
    """
    found = occurrences(read(recurrence), wall_time(first_due, zone), zone)
    return next((one for one in found if one > since), None)


def is_told_still(told_at: datetime | None, due_at: datetime | None, now: datetime) -> bool:
    """Whether it stays told that a task is overdue, once it is due at another time.

    From one day that is past to another one is no news.
    """
    return told_at is not None and due_at is not None and due_at <= now


def handed_over(assignee_ids: Sequence[UUID], leaver_id: UUID, heir_id: UUID) -> list[UUID]:
    """Who does a task once somebody left; each once."""
    ids = (heir_id if one == leaver_id else one for one in assignee_ids)
    return list(dict.fromkeys(ids))


def check_author(author: str, principal: str, *, is_manager: bool) -> None:
    """Raises CommentOfSomebodyElse."""
    if author != principal and not is_manager:
        raise CommentOfSomebodyElse()
