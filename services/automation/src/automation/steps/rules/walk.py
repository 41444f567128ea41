"""The way through a flow's steps: where a run stands, what comes next, until when it waits."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

from automation.conditions.rules import tree
from automation.steps.rules.shapes import (
    LONGEST_WAIT_DAYS,
    Branch,
    Facts,
    Step,
    Wait,
    strings,
)
from chassis import texts
from chassis.errors import Invalid

MOST_STEPS: Final = 50
DEEPEST: Final = 5
_STEPS: TypeAdapter[list[Step]] = TypeAdapter(list[Step])


class StepStatus(StrEnum):
    """How far a step of a run is."""

    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


FINISHED: Final = (StepStatus.COMPLETED, StepStatus.SKIPPED)


class TooManySteps(Invalid):
    """More steps, or deeper branches, than a flow may have."""

    code = "too_many_steps"
    detail = "A flow has at most {most} steps, in branches at most {deepest} deep."


class NoSuchTime(Invalid):
    """The `until` of a wait gives no time."""

    code = "not_a_time"
    detail = "“{text}” is not a time to wait until."


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and its path: `0`, `2`, `2.then.0`."""

    path: str
    step: Step


def read(stored: Any) -> list[Step]:
    """The steps as kept in JSON."""
    return _STEPS.validate_python(stored)


def every(steps: Sequence[Step], prefix: str = "") -> Iterator[Placed]:
    """All steps, those of branches included."""
    for number, step in enumerate(steps):
        path = f"{prefix}{number}"
        yield Placed(path, step)
        if isinstance(step, Branch):
            yield from every(step.then, f"{path}.then.")
            yield from every(step.otherwise, f"{path}.else.")


def upcoming(
    steps: Sequence[Step], taken: Mapping[str, str], finished: set[str], prefix: str = ""
) -> Placed | None:
    """The first step that is not finished; `taken` says which way each branch went."""
    for number, step in enumerate(steps):
        path = f"{prefix}{number}"
        if path not in finished:
            return Placed(path, step)
        if isinstance(step, Branch) and (way := taken.get(path)):
            inner = step.then if way == "then" else step.otherwise
            if found := upcoming(inner, taken, finished, f"{path}.{way}."):
                return found
    return None


def left_aside(branch: Branch, path: str, way: str) -> Iterator[Placed]:
    """The steps of the way a branch did not go."""
    if way == "then":
        return every(branch.otherwise, f"{path}.else.")
    return every(branch.then, f"{path}.then.")


def check(steps: Sequence[Step], kind_of: tree.KindOf) -> None:
    """Hold the steps against all limits, read their conditions and texts; raises Invalid."""
    placed = list(every(steps))
    deepest = max((p.path.count(".") // 2 for p in placed), default=0)
    if len(placed) > MOST_STEPS or deepest > DEEPEST:
        raise TooManySteps(field="steps", most=MOST_STEPS, deepest=DEEPEST)
    for place in placed:
        _check(place.step, f"steps.{place.path}", kind_of)


def uses_client(steps: Sequence[Step]) -> bool:
    """Whether a text or a condition may read more of the client than the id."""
    return any(_reads_client(placed.step) for placed in every(steps))


def resume_at(wait: Wait, now: datetime, facts: Facts) -> datetime:
    """Until when a wait lasts; raises NoSuchTime. Months keep the day, or take the month's last."""
    if wait.months is not None:
        return _months_later(now, wait.months)
    if wait.until is None:
        return now + timedelta(
            days=wait.days or 0, hours=wait.hours or 0, minutes=wait.minutes or 0
        )
    if isinstance(wait.until, datetime):
        return _within_reach(wait.until, now)
    return _instant(texts.render(wait.until, facts).strip(), now)


def _check(step: Step, place: str, kind_of: tree.KindOf) -> None:
    if isinstance(step, Branch):
        tree.parse(step.condition, kind_of, f"{place}.condition")
    elif isinstance(step, Wait):
        if isinstance(step.until, str):
            texts.check(step.until, f"{place}.until")
    else:
        for field, text in step.texts():
            texts.check(text, f"{place}.{field}")


def _reads_client(step: Step) -> bool:
    if isinstance(step, Branch):
        return any(word.startswith("client.") for word in strings(step.condition))
    if isinstance(step, Wait):
        return isinstance(step.until, str) and "client" in step.until
    if getattr(step, "client_staff", False):
        return True
    return any("{" in text and "client" in text for _, text in step.texts())


def _months_later(now: datetime, months: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return now.replace(year=year, month=month + 1, day=min(now.day, last))


def _instant(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NoSuchTime(text=text[:100]) from error
    return _within_reach(moment, now)


def _within_reach(moment: datetime, now: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now + timedelta(days=LONGEST_WAIT_DAYS):
        raise NoSuchTime(text=moment.isoformat())
    return moment
