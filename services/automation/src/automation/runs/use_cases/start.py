"""How runs begin: by an event, or by hand."""

from typing import Any, Final
from uuid import UUID

from automation.flows.repository import FlowRepository
from automation.flows.rules import FlowDisabled, NotInFolder, Plan
from automation.flows.use_cases.book import Book
from automation.runs import rules
from automation.runs.repository import RunRepository
from automation.runs.rules import RunStatus
from chassis.events import Event
from chassis.forgetting import hold
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.lag import access
from refs.writing import check_may_write

Json = dict[str, Any]

CONTINUE: Final = "automation.continue_run"


async def start_runs(work: UnitOfWork, book: Book, event: Event) -> None:
    """Begin a run of every flow that the event starts; what each then does is for its job."""
    told = _told(event)
    facts = rules.facts_of(told)
    for plan in await book.starting_on(work, event.type):
        is_told = "client" in facts and not plan.asks_anew
        is_checked = is_told or event.client_id is None or not plan.asks_client
        if not is_checked or plan.accepts(facts):
            await _start(work, plan, event, told, is_checked)


async def request_run(work: UnitOfWork, flow_id: UUID, client_id: UUID) -> UUID:
    """Run a flow by hand for a client the caller may change, with the last editor's rights."""
    said = await access(work, client_id)
    if not said.may_see:
        raise rules.ClientNotFound(field="client_id")
    flow = await FlowRepository(work).get(flow_id)
    work.authorize()
    found = await RunRepository(work).visible_client(client_id)
    if found is None:
        raise rules.ClientNotFound(field="client_id")
    client_id, folder_id, editor_ids = found
    await check_may_write(work, folder_id, editor_ids, said)
    if await hold(work, client_id):
        raise rules.ClientNotFound(field="client_id")
    if not flow.is_enabled:
        raise FlowDisabled()
    if flow.trigger.get("folder_id") not in (None, str(folder_id)):
        raise NotInFolder()
    run_id = new_id()
    told = {
        "id": str(run_id), "type": rules.MANUAL, "time": work.now.isoformat(),
        "actor": work.caller.principal, "subject": str(client_id), "client_id": str(client_id),
        "data": {},
    }  # fmt: skip
    await RunRepository(work).start(**_new_run(
        run_id, flow_id=flow.id, flow_version=flow.number, flow_name=flow.name,
        client_id=client_id, event_id=run_id, event=told, is_checked=True, depth=1,
    ))  # fmt: skip
    work.audit("requested", "runs", run_id, {"flow_id": flow.id}, client_id)
    work.enqueue(CONTINUE, {"run_id": run_id}, unique=str(run_id))
    return run_id


async def _start(work: UnitOfWork, plan: Plan, event: Event, told: Json, is_checked: bool) -> None:
    runs = RunRepository(work)
    lineage = await _lineage(runs, event)
    guarded = rules.guard(event.depth, lineage, plan.flow_id)
    run_id = new_id()
    is_new = await runs.start(**_new_run(
        run_id, flow_id=plan.flow_id, flow_version=plan.number, flow_name=plan.name,
        client_id=event.client_id, event_id=event.id, event=told, is_checked=is_checked,
        depth=event.depth + 1, lineage=lineage, reason=guarded,
        status=RunStatus.SKIPPED if guarded else RunStatus.PENDING,
        finished_at=work.now if guarded else None,
    ))  # fmt: skip
    if is_new and not guarded:
        work.enqueue(CONTINUE, {"run_id": run_id}, unique=str(run_id))


async def _lineage(runs: RunRepository, event: Event) -> list[UUID]:
    """The flows that led to the event, where a flow caused it."""
    if not event.actor.startswith("flow:") or event.cause is None:
        return []
    try:
        return await runs.lineage(UUID(event.cause))
    except ValueError:
        return []


def _told(event: Event) -> Json:
    return {
        "id": str(event.id), "type": event.type, "time": event.time.isoformat(),
        "actor": event.actor, "subject": str(event.subject),
        "client_id": str(event.client_id) if event.client_id else None,
        "data": rules.without_blanks(event.data),
    }  # fmt: skip


def _new_run(run_id: UUID, **values: Any) -> Json:
    return {
        "id": run_id, "client": None, "is_resumed": False, "status": RunStatus.PENDING,
        "reason": None, "detail": None, "lineage": [], "position": None, "steps": [],
        "attempts": 0, "due_at": None, "started_at": None, "finished_at": None, **values,
    }  # fmt: skip
