"""What a hundred times the clients cost: the same requests on a small and on a large stack."""

from collections.abc import Callable
from pathlib import Path

from tests.bench import asking
from tests.bench.bed import Bed, Say, bed
from tests.bench.data import exact_fragments
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet
from tests.bench.report import Finding, Report
from tests.bench.rounds import Figures, Side, interleaved, medians

_FRAGMENTS = 2_000


async def growth(folder: Path, plan: Plan, report: Report, say: Say) -> None:
    """Reads, creates and searches of both, in turn."""
    async with (
        bed(folder / "small", plan.small, say) as small,
        bed(folder / "large", plan.large, say) as large,
    ):
        await _measure(small, large, plan, report)


async def _measure(small: Bed, large: Bed, plan: Plan, report: Report) -> None:
    beds = (small, large)
    found = await alternately(beds, plan, lambda one: asking.reads(asking.product(one), one.sample))
    report.found(_latency("read", beds, found))
    # The same texts, of the clients that both have.
    drawn = exact_fragments(small.clients, _FRAGMENTS)
    searches = await alternately(
        beds, plan, lambda one: asking.searches(asking.product(one), drawn)
    )
    report.found(_cost(beds, searches))
    creates = await alternately(
        beds, plan, lambda one: asking.creates(asking.product(one), one.numbers)
    )
    report.found(_latency("create", beds, creates))
    report.failed += sum(one.failed for both in (found, searches, creates) for one in both)


async def alternately(
    beds: tuple[Bed, Bed], plan: Plan, make: Callable[[Bed], MakeRequest]
) -> list[Figures]:
    """The medians of the same requests to both, in turn."""
    async with Quiet(beds[0].stack) as few, Quiet(beds[1].stack) as many:
        sides = []
        for one, quiet in zip(beds, (few, many), strict=True):
            await one.sign_in()
            # What a round leaves behind must not slow the next one down.
            sides.append(Side("product", one.stack.url, make(one), one.product_roots,
                              settle=quiet.settled))  # fmt: skip
        return [medians(found) for found in await interleaved(sides, plan.rounds, plan.seconds)]


def _latency(what: str, beds: tuple[Bed, Bed], found: list[Figures]) -> Finding:
    few, many = found
    figure = f"**{many.p50 / few.p50:.2f} ×** ({few.p50:.1f} → {many.p50:.1f} ms)"
    return Finding(f"{what}, p50: {_sizes(beds)}", figure, "1.3 ×", "1.1 ×")


def _cost(beds: tuple[Bed, Bed], found: list[Figures]) -> Finding:
    few, many = found
    figure = f"**{many.cpu / few.cpu:.1f} ×** ({few.cpu:.2f} → {many.cpu:.2f} ms)"
    what = f"search, CPU, equally many hits: {_sizes(beds)}"
    return Finding(what, figure, "40 ×", "10 ×")


def _sizes(beds: tuple[Bed, Bed]) -> str:
    return f"{beds[0].clients:,} → {beds[1].clients:,} clients"
