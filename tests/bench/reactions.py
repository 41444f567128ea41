"""What follows from an event: a flow with two effects, and a backlog of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.bench import asking, load, meter
from tests.bench.bed import Bed
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet, relay_held
from tests.bench.report import Finding, Report
from tests.bench.rounds import Figures, Side, medians, one_round

_FLOW = {
    "name": "ترحيب", "enabled": True, "trigger": {"event": "clients.client.created"},
    "steps": [
        {"type": "add_tags", "tags": ["جديد"]},
        {"type": "send_message", "channel": "email", "subject": "أهلًا {{ client.name }}",
         "body": "مرحبًا {{ client.name }}، سعداء بانضمامك."},
    ],
}  # fmt: skip
_SAMPLE_SECONDS = 0.5


async def react(bed: Bed, plan: Plan, report: Report) -> None:
    """The CPU of one event that a flow turns into a tag and a mail, in creates.

    Creates are measured with the flow and without it, each until all that follows is done; the
    difference is the event's. It is held against a create alone, as the ceiling's is.
    """
    plain, welcomed, alone = [], [], []
    async with Quiet(bed.stack) as quiet:
        whole = await _side(bed, quiet)
        for _ in range(plan.rounds + 1):
            plain.append(await one_round(whole, plan.seconds / 2))
            async with relay_held(bed.stack):
                alone.append(await one_round(replace(whole, settle=_at_once), plan.seconds / 2))
            async with _flow(bed):
                welcomed.append(await one_round(whole, plan.seconds / 4))
    rounds = [medians(found[1:]) for found in (plain, welcomed, alone)]
    report.failed += sum(one.failed for one in rounds)
    report.found(_in_creates(*rounds))


async def backlog(bed: Bed, plan: Plan, report: Report) -> None:
    """The peak of memory while a backlog of events is worked off, fewer and more of them."""
    async with Quiet(bed.stack) as quiet, _flow(bed):
        # Once before, so that neither finds anything cold.
        peaks = [await _work_off(bed, quiet, count) for count in (plan.backlog[0], *plan.backlog)]
    fewer, more = plan.backlog
    report.found(Finding(
        f"peak memory of all processes, backlog of {fewer:,} → {more:,} events",
        f"**{peaks[2] / peaks[1]:.2f} ×** ({peaks[1]:.0f} → {peaks[2]:.0f} MB PSS)", "1.2 ×",
    ))  # fmt: skip


async def _work_off(bed: Bed, quiet: Quiet, count: int) -> float:
    """Automation is away while the events come in; then it begins, with nothing in memory."""
    await bed.stack.scale("automation", 0)
    await bed.sign_in()
    await load.run_count(bed.stack.url, asking.creates(asking.product(bed), bed.numbers), count)
    await bed.stack.scale("automation", 1)
    done = asyncio.create_task(quiet.settled())
    peak = 0.0
    while not done.done():
        peak = max(peak, await asyncio.to_thread(meter.memory_mb, bed.product_roots()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(done), _SAMPLE_SECONDS)
    return peak


@asynccontextmanager
async def _flow(bed: Bed) -> AsyncIterator[None]:
    await bed.sign_in()
    made = await bed.owner.post("/v1/flows", _FLOW)
    yield
    await bed.sign_in()
    off = await bed.owner.ask("PATCH", f"/v1/flows/{made['id']}", json={"enabled": False})
    assert off.is_success, off.text


async def _side(bed: Bed, quiet: Quiet) -> Side:
    await bed.sign_in()
    make = asking.creates(asking.product(bed), bed.numbers)
    return Side("product", bed.stack.url, make, bed.product_roots, settle=quiet.settled)


async def _at_once() -> None:
    return None


def _in_creates(plain: Figures, welcomed: Figures, alone: Figures) -> Finding:
    event = welcomed.cpu - plain.cpu
    return Finding(
        "one event → flow → tag and e-mail, CPU in creates",
        f"**{event / alone.cpu:.1f}** ({event:.1f} ms; a create {alone.cpu:.1f} ms, "
        f"with projections {plain.cpu:.1f} ms)", "10", "5",
    )  # fmt: skip
