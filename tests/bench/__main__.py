"""`make bench`: the product's speed beside the ceiling's, and what growth costs."""

import functools
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.bench import against, plan, reactions
from tests.bench.bed import Bed, Say, bed
from tests.bench.credit_growth import credit_growth
from tests.bench.growth import growth
from tests.bench.importing import importing
from tests.bench.plan import Plan
from tests.bench.planning import planning
from tests.bench.planning_growth import planning_growth
from tests.bench.profiles import profiles
from tests.bench.renewing import renewing
from tests.bench.report import Report
from tests.bench.selling import selling
from tests.bench.selling_growth import selling_growth
from tests.bench.slots import slots
from tests.bench.standing import standing
from tests.bench.using import using

_ON_ONE = {
    "read": against.read, "search": against.search, "create": against.create,
    "profiles": profiles, "react": reactions.react, "backlog": reactions.backlog,
    "import": importing, "selling": selling, "using": using, "slots": slots,
    "planning": planning,
}  # fmt: skip


async def measure(wanted: Plan, folder: Path, say: Say) -> Report:
    """Everything that the plan asks for."""
    report = Report(say)
    if wanted.wants("standing"):
        await standing(folder / "standing", report)
    if wanted.wants(*_ON_ONE):
        async with bed(folder / "bed", wanted.clients, say) as full:
            await _on_one(full, wanted, report)
    if wanted.wants("growth"):
        await growth(folder, wanted, report, say)
    if wanted.wants("selling-growth"):
        await selling_growth(folder, wanted, report, say)
    if wanted.wants("credit-growth"):
        await credit_growth(folder / "credit", wanted, report, say)
    if wanted.wants("planning-growth"):
        await planning_growth(folder / "planning", wanted, report, say)
    if wanted.wants("renewals"):
        await renewing(folder / "renewals", wanted, report, say)
    return report


async def _on_one(full: Bed, wanted: Plan, report: Report) -> None:
    for name, scenario in _ON_ONE.items():
        if wanted.wants(name):
            await scenario(full, wanted, report)


def main(arguments: list[str]) -> int:
    """Run a command line; 1 if any request failed."""
    wanted = plan.read(arguments)
    say = functools.partial(print, flush=True)
    with tempfile.TemporaryDirectory(prefix="diwan-bench-") as folder:
        report = uvloop.run(measure(wanted, Path(folder), say))
    say("\n" + report.markdown())
    if wanted.page:
        report.put_into(wanted.page)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
