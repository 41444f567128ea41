"""What a hundred times the invoices cost who asks for a few of them, or for what is owed."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench import load
from tests.bench.asking import Target
from tests.bench.bed import Bed, Say, bed
from tests.bench.growth import alternately
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.report import Finding, Report
from tests.bench.rounds import Figures
from tests.bench.sold import EACH, sell

_MOST: Final = "1.3 ×"
Ask = Callable[[str, int], str]


async def selling_growth(folder: Path, plan: Plan, report: Report, say: Say) -> None:
    """Each list and sum of both, in turn; as much is owed in both."""
    few, many = plan.invoices
    async with (
        bed(folder / "few", few // EACH, say) as small,
        bed(folder / "many", many // EACH, say) as large,
    ):
        began = datetime.now(UTC)
        sold = {one: await sell(one, count) for one, count in ((small, few), (large, many))}
        say(f"{few + many:,} invoices sold in {(datetime.now(UTC) - began).seconds} s")
        whose = {one: theirs.clients for one, theirs in sold.items()}
        sizes = f"{few:,} → {many:,} invoices"
        await ask_each((small, large), whose, _PATHS, plan, report, sizes)


async def ask_each(
    beds: tuple[Bed, Bed], whose: Mapping[Bed, Sequence[str]], paths: Mapping[str, Ask],
    plan: Plan, report: Report, sizes: str,
) -> None:  # fmt: skip
    """The same of both, one after the other, about these clients of each."""
    for what, path in paths.items():
        found = await alternately(beds, plan, partial(_asking, whose, path))
        report.found(_finding(f"{what}, p50: {sizes}", found))
        report.failed += sum(one.failed for one in found)


def _asking(whose: Mapping[Bed, Sequence[str]], path: Ask, one: Bed) -> MakeRequest:
    target = Target("/v1", lambda: one.authorization)
    turns = zip(itertools.cycle(whose[one]), itertools.count(), strict=False)
    return lambda _: load.request("GET", target.path + path(*next(turns)), target.headers())


def _window(turn: int) -> str:
    """A hundred days of the last nine hundred."""
    first = datetime.now(UTC).date() - timedelta(days=900 - turn % 800)
    return f"issue_date_from={first}&issue_date_to={first + timedelta(days=100)}"


_PATHS: Final[dict[str, Ask]] = {
    "list a client's invoices": lambda one, _: f"/invoices?limit=50&client_id={one}",
    "list the newest 50 invoices": lambda *_: "/invoices?limit=50",
    "list 50 of 100 days by date":
        lambda _, turn: f"/invoices?limit=50&sort=-issue_date&{_window(turn)}",
    "list 50 that are overdue": lambda *_: "/invoices?limit=50&status=overdue",
    "list 50 of 100 days that are overdue":
        lambda _, turn: f"/invoices?limit=50&status=overdue&{_window(turn)}",
    "sums of what is overdue": lambda *_: "/invoices/sums?status=overdue",
    "sums of a client's invoices": lambda one, _: f"/invoices/sums?client_id={one}",
    "balances of a client": lambda one, _: f"/balances?client_id={one}",
    "statement of a client": lambda one, _: f"/statements?client_id={one}",
    "receivables by age": lambda *_: "/billing/reports/receivables",
}  # fmt: skip


def _finding(what: str, found: list[Figures]) -> Finding:
    few, many = found
    figure = f"**{many.p50 / few.p50:.2f} ×** ({few.p50:.1f} → {many.p50:.1f} ms)"
    return Finding(what, figure, _MOST)
