"""What the job of a run does: looks where it stands, takes it on, writes down how far it came.

Nothing is written before the first effect, because the run's row says enough to make every call
again word for word: the version of the flow, the facts, and what the steps did so far. A process
that dies leaves its job to another, which makes the same calls under the same keys; the other
services answer those they know with the answer they gave. So each effect happens once, and a run
of quick steps costs one write.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from automation.flows.repository import FlowRepository
from automation.flows.rules import Plan
from automation.flows.use_cases.book import Book
from automation.peers import Call, Peers
from automation.runs import events, rules
from automation.runs.repository import RunRepository
from automation.runs.rules import Reason, RunStatus
from automation.runs.tables import Run
from automation.runs.use_cases.admit import editor_now, may_know
from automation.runs.use_cases.advance import Journey, advance
from automation.runs.use_cases.pace import Pace
from automation.runs.use_cases.start import CONTINUE
from automation.steps.rules.shapes import Effect
from automation.steps.use_cases import EFFECTS, Outcome
from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, Forbidden, NotFound
from chassis.rpc.client import Asking
from chassis.work import Trail, UnitOfWork

Json = dict[str, Any]

_EARLY: Final = timedelta(seconds=2)
_SAVE_EVERY: Final = 1.0
_VERBS: Final = {RunStatus.COMPLETED: "completed", RunStatus.FAILED: "failed",
                 RunStatus.CANCELLED: "cancelled"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machinery:
    """What all runs of a process share."""

    book: Book
    pace: Pace


@dataclass(slots=True)
class _Ride:
    """A run in the hands of this process."""

    context: Context
    run: Run
    plan: Plan
    saved_at: float

    @property
    def asking(self) -> Asking:
        """In whose name the other services are asked, and because of what."""
        return Asking(self.plan.editor, Trail(cause=str(self.run.id), depth=self.run.depth))

    def work(self) -> UnitOfWork:
        """A unit of work whose events name the flow."""
        caller = system(self.run.tenant_id, "automation").acting_as(f"flow:{self.run.flow_id}")
        trail = Trail(cause=str(self.run.id), depth=self.run.depth)
        return self.context.database.work(caller, role="worker", trail=trail)

    def now(self) -> datetime:
        """The time by this process's clock."""
        moment: datetime = self.context.database.clock()
        return moment


class _PeerHands:
    """Effects made by the services that own what they change."""

    def __init__(self, ride: _Ride) -> None:
        self._peers: Peers = ride.context.peers
        self._asking = ride.asking
        self._run_id = ride.run.id

    async def make(self, step: Effect, path: str, asked: Json, _: Json) -> Outcome:
        """Ask under the step's own key, by which it is done once."""
        call = Call(self._asking, f"run/{self._run_id}/{path}")
        return await EFFECTS[step.type].perform(self._peers, call, asked)


async def continue_run(
    context: Context, machinery: Machinery, tenant_id: UUID, run_id: UUID
) -> None:
    """Take a run as far as it goes now."""
    if (ride := await _board(context, machinery.book, tenant_id, run_id)) is None:
        return
    run = ride.run
    if seconds := await _too_early(ride, machinery.pace):
        await _postpone(ride, timedelta(seconds=seconds))
        return
    journey = Journey(
        ride.plan, rules.facts_of(run.event, run.client), ride.now,
        steps={record["path"]: record for record in run.steps}, attempts=run.attempts,
    )  # fmt: skip
    if await _prepare(ride, journey):
        await advance(journey, _PeerHands(ride), lambda: _checkpoint(ride, journey))
        await _save(ride, journey)


async def _board(context: Context, book: Book, tenant_id: UUID, run_id: UUID) -> _Ride | None:
    async with context.database.work(system(tenant_id, "automation"), role="worker") as work:
        run = await RunRepository(work).load(run_id)
        if run is None or run.status not in rules.OPEN:
            return None
        if run.due_at is not None and run.due_at > work.now + _EARLY:
            return None
        plan = await book.version(work, run.flow_id, run.flow_version)
        is_waking = run.status == RunStatus.WAITING
        stopped = await _stopped(work, run) if is_waking else None
    ride = _Ride(context, run, plan, time.monotonic())
    if stopped is not None:
        await _end(ride, RunStatus.CANCELLED, Reason(stopped))
        return None
    return ride


async def _too_early(ride: _Ride, pace: Pace) -> float:
    """Seconds to wait, because the flow began too many runs of late; never one by hand."""
    if ride.run.started_at is not None or ride.run.event["type"] == rules.MANUAL:
        return 0.0
    return await pace.wait_before(ride.context.redis, ride.run.flow_id)


async def _stopped(work: UnitOfWork, run: Run) -> str | None:
    """Why a run that rested does not go on: nobody wants the flow any more."""
    flow = await FlowRepository(work).find(run.flow_id)
    if flow is None:
        return "flow_deleted"
    return None if flow.is_enabled else "flow_disabled"


async def _prepare(ride: _Ride, journey: Journey) -> bool:
    """Get the client where the steps or the condition need it; whether there is a run at all."""
    run, plan = ride.run, ride.plan
    if not await _admit(ride):
        return False
    is_told = "client" in journey.facts and not run.is_resumed and not plan.asks_anew
    has_client = run.client is not None or is_told
    is_needed = not run.is_checked or plan.reads_client
    if has_client or not is_needed or run.client_id is None:
        return True
    try:
        client = await ride.context.peers.get_client(ride.asking, str(run.client_id))
    except NotFound:
        return await _without_client(ride)
    except Failure as failure:
        if not isinstance(failure, Forbidden):
            raise
        await _end(ride, RunStatus.FAILED, rules.reason_of(failure))
        return False
    journey.facts["client"] = rules.with_primaries(client)
    if not run.is_checked and not plan.accepts(journey.facts):
        await _drop(ride)
        return False
    return await _keep_client(ride, client)


async def _admit(ride: _Ride) -> bool:
    """Whether the editor is still there and may know of the event; if not, the run is over."""
    editor = await editor_now(ride.context, ride.plan)
    if editor is None:
        await _end(ride, RunStatus.FAILED, Reason("editor_has_no_access"))
        return False
    if await may_know(ride.context, editor, ride.run):
        return True
    if ride.run.started_at is None and ride.run.event["type"] != rules.MANUAL:
        await _drop(ride)
    else:
        await _end(ride, RunStatus.FAILED, Reason("editor_has_no_access"))
    return False


async def _without_client(ride: _Ride) -> bool:
    """The client is gone, or none of the editor's business: the event was not for this flow."""
    if not ride.run.is_checked:
        await _drop(ride)
    else:
        await _end(ride, RunStatus.FAILED, Reason("client_not_found"))
    return False


async def _keep_client(ride: _Ride, client: Json) -> bool:
    """Write down what the steps will read, so that after a crash they read the same."""
    async with ride.work() as work:
        changes = {"client": client, "is_checked": True}
        saved = await RunRepository(work).save(ride.run, changes, starts=False, fails=False)
    ride.run = saved or ride.run
    return saved is not None


async def _checkpoint(ride: _Ride, journey: Journey) -> bool:
    """After a slow step show how far the run is, and learn whether it was cancelled."""
    if time.monotonic() - ride.saved_at < _SAVE_EVERY or journey.status is not RunStatus.RUNNING:
        return True
    return await _save(ride, journey)


async def _save(ride: _Ride, journey: Journey) -> bool:
    changes = _changes(ride, journey)
    run, status = ride.run, journey.status
    async with ride.work() as work:
        runs = RunRepository(work)
        starts = run.started_at is None
        saved = await runs.save(run, changes, starts=starts, fails=status is RunStatus.FAILED)
        if saved is None:
            await runs.keep_steps(run.id, changes["steps"])
            return False
        if starts:
            started = replace(saved, status=RunStatus.RUNNING, reason=None, version=run.version)
            work.publish(events.run_changed("started", started))
        if verb := _VERBS.get(status):
            work.publish(events.run_changed(verb, saved))
        if saved.due_at is not None:
            _come_back(work, saved)
    ride.run, ride.saved_at = saved, time.monotonic()
    return True


def _changes(ride: _Ride, journey: Journey) -> Json:
    now, status, reason = ride.now(), journey.status, journey.reason
    is_waiting = status is RunStatus.WAITING
    # After a wait the client is read anew; after a service was away the call is the same.
    is_rested = is_waiting and reason is None
    client = journey.facts.get("client") if ride.plan.reads_client else None
    return {
        "status": status, "reason": reason.code if reason else None,
        "detail": reason.detail if reason and reason.detail else None,
        "steps": list(journey.steps.values()), "position": journey.position,
        "attempts": journey.attempts, "due_at": journey.due_at if is_waiting else None,
        "started_at": ride.run.started_at or now,
        "finished_at": now if status in _VERBS else None,
        "client": None if is_rested or status in _VERBS else client,
        "is_resumed": ride.run.is_resumed or is_rested, "is_checked": True,
    }  # fmt: skip


async def _postpone(ride: _Ride, delay: timedelta) -> None:
    async with ride.work() as work:
        changes = {"due_at": work.now + delay, "reason": "too_many_runs"}
        saved = await RunRepository(work).save(ride.run, changes, starts=False, fails=False)
        if saved is not None:
            _come_back(work, saved)


async def _end(ride: _Ride, status: RunStatus, reason: Reason) -> None:
    async with ride.work() as work:
        changes = {
            "status": status, "reason": reason.code, "detail": reason.detail or None,
            "due_at": None, "finished_at": work.now, "client": None,
        }  # fmt: skip
        is_failure = status is RunStatus.FAILED
        starts = is_failure and ride.run.started_at is None
        saved = await RunRepository(work).save(ride.run, changes, starts=starts, fails=is_failure)
        if saved is not None:
            work.publish(events.run_changed(_VERBS[status], saved))


async def _drop(ride: _Ride) -> None:
    async with ride.work() as work:
        await RunRepository(work).drop(ride.run.id)


def _come_back(work: UnitOfWork, run: Run) -> None:
    after = max(timedelta(0), (run.due_at or work.now) - work.now)
    work.enqueue(CONTINUE, {"run_id": run.id}, after=after, unique=str(run.id))
