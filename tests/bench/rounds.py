"""Rounds of load, one application after the other, and the medians of what they cost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench import load, meter
from tests.bench.load import MakeRequest, Outcome

Roots = Callable[[], list[int]]
Settle = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Side:
    """One application under load: how it is asked, and whose CPU counts.

    `idle` is the CPU, in seconds a second, that its servers spend for the idle other one.
    `settle` waits for the work that goes on after the answers; its CPU counts.
    """

    name: str
    url: str
    make: MakeRequest
    roots: Roots
    idle: float = 0.0
    settle: Settle = _nothing


@dataclass(frozen=True, slots=True)
class Figures:
    """One round, or the medians of several. Times in milliseconds."""

    cpu: float
    rate: float
    p50: float
    p99: float
    count: int
    failed: int


async def one_round(side: Side, seconds: float) -> Figures:
    """Load one side for so long."""
    loop = asyncio.get_running_loop()
    before, began = meter.cpu_seconds(side.roots()), loop.time()
    outcome = await load.run(side.url, side.make, seconds)
    await side.settle()
    spent = meter.cpu_seconds(side.roots()) - before - side.idle * (loop.time() - began)
    return _figures(outcome, spent)


async def interleaved(
    sides: Sequence[Side], rounds: int, seconds: float
) -> tuple[list[Figures], ...]:
    """So many rounds of each side in turn, after a short one of each to warm up."""
    for side in sides:
        await one_round(side, min(seconds, 2.0))
    found: tuple[list[Figures], ...] = tuple([] for _ in sides)
    for turn in range(rounds):
        # Who goes first changes, so that neither always finds the other's leftovers.
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for index in order:
            found[index].append(await one_round(sides[index], seconds))
    return found


def medians(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure; requests and failures are added up."""
    cpu, rate, p50, p99 = (
        median(getattr(one, name) for one in rounds) for name in ("cpu", "rate", "p50", "p99")
    )
    count, failed = sum(one.count for one in rounds), sum(one.failed for one in rounds)
    return Figures(cpu, rate, p50, p99, count, failed)


def _figures(outcome: Outcome, spent: float) -> Figures:
    count = max(outcome.count, 1)
    return Figures(
        cpu=spent * 1000 / count, rate=outcome.count / outcome.seconds,
        p50=outcome.percentile(0.50), p99=outcome.percentile(0.99),
        count=outcome.count, failed=outcome.failed,
    )  # fmt: skip
