"""What a person does to a run: cancels it, or has it tried again."""

from uuid import UUID

from automation.runs import events, rules
from automation.runs.repository import RunRepository
from automation.runs.rules import RunStatus
from automation.runs.tables import Run
from automation.runs.use_cases.start import CONTINUE
from automation.steps.rules.walk import FINISHED
from chassis.work import UnitOfWork


async def cancel_run(work: UnitOfWork, run_id: UUID) -> Run:
    """Stop a run; the step in hand is finished, no other is begun."""
    runs = RunRepository(work)
    run = await runs.get_for_update(run_id)
    if run.status not in rules.OPEN:
        raise rules.RunOver()
    run = await runs.update(
        run, status=RunStatus.CANCELLED.value, reason="cancelled_by_user", detail=None,
        due_at=None, finished_at=work.now, client=None,
    )  # fmt: skip
    work.publish(events.run_changed("cancelled", run))
    return run


async def retry_run(work: UnitOfWork, run_id: UUID) -> Run:
    """Try a run again from the step that failed; what was done is not done again."""
    runs = RunRepository(work)
    run = await runs.get_for_update(run_id)
    if run.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
        raise rules.RunNotFailed()
    run = await runs.update(
        run, status=RunStatus.PENDING.value, reason=None, detail=None, due_at=None, attempts=0,
        finished_at=None, client=None, is_resumed=True,
        steps=rules.kept_for_retry(run.steps, FINISHED),
    )  # fmt: skip
    work.enqueue(CONTINUE, {"run_id": run.id}, unique=str(run.id))
    return run
