"""The engine: takes a run from step to step. A dry run is the same with other hands."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from automation.conditions.rules import tree
from automation.flows.rules import Plan
from automation.runs import rules
from automation.runs.rules import Reason, RunStatus
from automation.steps.rules import walk
from automation.steps.rules.shapes import Branch, Effect, NothingToDo, Wait
from automation.steps.rules.walk import Placed, StepStatus
from automation.steps.use_cases import Outcome
from chassis.errors import Failure
from chassis.idempotency import KeyReused

Json = dict[str, Any]

_EARLY: Final = timedelta(seconds=1)
_log = logging.getLogger(__name__)


class Hands(Protocol):
    """Who makes the effects: the other services, or in a dry run nobody."""

    async def make(self, step: Effect, path: str, asked: Json, facts: Json) -> Outcome:
        """Make the effect of a step."""
        ...


@dataclass(slots=True)
class Journey:
    """A run in hand: what it knows, what its steps did, how it stands."""

    plan: Plan
    facts: Json
    clock: Callable[[], datetime]
    steps: dict[str, Json] = field(default_factory=dict)
    attempts: int = 0
    skips_waits: bool = False
    status: RunStatus = RunStatus.RUNNING
    reason: Reason | None = None
    position: str | None = None
    due_at: datetime | None = None

    def upcoming(self) -> Placed | None:
        """The step that comes next."""
        finished = {p for p, record in self.steps.items() if record["status"] in walk.FINISHED}
        taken = {
            path: record["output"]["taken"] for path, record in self.steps.items()
            if record["type"] == "branch" and record["status"] == StepStatus.COMPLETED
        }  # fmt: skip
        return walk.upcoming(self.plan.steps, taken, finished)

    def record(self, placed: Placed) -> Json:
        """What is written down about a step; begun at the first look."""
        self.position = placed.path
        return self.steps.setdefault(placed.path, {
            "path": placed.path, "type": placed.step.type, "status": StepStatus.RUNNING,
            "started_at": self.clock().isoformat(),
        })  # fmt: skip

    def end_step(self, record: Json, status: StepStatus, **found: Any) -> None:
        """Write down how a step ended; what stood there of an earlier attempt goes."""
        for name in ("reason", "detail", "until"):
            record.pop(name, None)
        kept = {name: value for name, value in found.items() if value is not None}
        record.update(status=status, finished_at=self.clock().isoformat(), **kept)
        self.attempts = 0

    def stop(self, status: RunStatus, reason: Reason | None = None) -> None:
        """Let the run end, or rest, here."""
        self.status, self.reason = status, reason
        if status is RunStatus.COMPLETED:
            self.position = None

    def fail(self, record: Json, reason: Reason) -> None:
        """Let the run fail with the step in hand."""
        self.end_step(record, StepStatus.FAILED, reason=reason.code, detail=reason.detail or None)
        self.stop(RunStatus.FAILED, reason)


async def advance(
    journey: Journey, hands: Hands, after_step: Callable[[], Awaitable[bool]] | None = None
) -> None:
    """Take the run as far as it goes now; `after_step` says whether it may go on."""
    while journey.status is RunStatus.RUNNING:
        if (placed := journey.upcoming()) is None:
            journey.stop(RunStatus.COMPLETED)
            return
        step = placed.step
        if isinstance(step, Branch):
            _branch(journey, placed, step)
        elif isinstance(step, Wait):
            _wait(journey, placed, step)
        else:
            await _effect(journey, placed, step, hands)
            if after_step is not None and not await after_step():
                return


def _branch(journey: Journey, placed: Placed, step: Branch) -> None:
    record = journey.record(placed)
    condition = tree.parse(step.condition, journey.plan.kind_of)
    way = "then" if tree.holds(condition, journey.facts) else "else"
    journey.end_step(record, StepStatus.COMPLETED, output={"taken": way})
    for aside in walk.left_aside(step, placed.path, way):
        journey.steps[aside.path] = {
            "path": aside.path, "type": aside.step.type, "status": StepStatus.SKIPPED,
            "reason": "branch_not_taken",
        }  # fmt: skip


def _wait(journey: Journey, placed: Placed, step: Wait) -> None:
    record, now = journey.record(placed), journey.clock()
    try:
        given = record.get("until")
        until = datetime.fromisoformat(given) if given else walk.resume_at(step, now, journey.facts)
    except Failure as failure:
        journey.fail(record, rules.reason_of(failure))
        return
    if journey.skips_waits or until <= now + _EARLY:
        journey.end_step(record, StepStatus.COMPLETED, output={"until": until.isoformat()})
        return
    record.update(status=StepStatus.WAITING, until=until.isoformat())
    journey.due_at = until
    journey.stop(RunStatus.WAITING)


async def _effect(journey: Journey, placed: Placed, step: Effect, hands: Hands) -> None:
    record = journey.record(placed)
    try:
        # What an earlier attempt asked is asked again word for word: it may have been heard.
        if (asked := record.get("input")) is None:
            asked = record["input"] = step.prepare(journey.facts)
        outcome = await hands.make(step, placed.path, asked, journey.facts)
    except NothingToDo as nothing:
        journey.end_step(record, StepStatus.SKIPPED, reason=nothing.reason)
    except Exception as error:
        _trouble(journey, record, error)
    else:
        journey.end_step(record, StepStatus.COMPLETED, output=outcome.output)
        _learn(journey, asked, outcome)


def _learn(journey: Journey, asked: Json, outcome: Outcome) -> None:
    """Later steps read the client as this one left it."""
    is_own = asked.get("client_id") == journey.facts["event"].get("client_id")
    if outcome.client is not None and is_own and journey.plan.reads_client:
        journey.facts["client"] = rules.with_primaries(outcome.client())


def _trouble(journey: Journey, record: Json, error: Exception) -> None:
    if isinstance(error, Failure) and error.code == KeyReused.code:
        # Only good answers are kept under a key, so this very step was done before a crash.
        journey.end_step(record, StepStatus.COMPLETED, output={"was_done_before": True})
    elif isinstance(error, Failure) and error.code in rules.NO_OBJECT:
        reason = rules.reason_of(error)
        journey.end_step(record, StepStatus.SKIPPED, reason=reason.code, detail=reason.detail)
    elif isinstance(error, Failure) and not rules.is_passing(error):
        journey.fail(record, rules.reason_of(error))
    else:
        _interrupt(journey, record, error)


def _interrupt(journey: Journey, record: Json, error: Exception) -> None:
    """Nobody said no: the step stays in hand and is tried again later, for some hours."""
    reason = Reason("service_unavailable")
    if isinstance(error, Failure):
        reason = Reason("service_unavailable", rules.reason_of(error).detail)
    else:
        _log.error("a step went wrong", exc_info=error)
    attempts = journey.attempts
    if attempts >= rules.MOST_ATTEMPTS:
        journey.fail(record, reason)
        return
    record["reason"] = reason.code
    journey.attempts = attempts + 1
    journey.due_at = journey.clock() + rules.pause(attempts)
    journey.stop(RunStatus.WAITING, reason)
