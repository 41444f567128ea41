"""What a PDF costs through the gateway beside the bare compiler, given the same sheets."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any, Final

from billing.papers.rules import invoice as invoice_rules
from billing.papers.use_cases.papers import _picture
from billing.ubl.rules import qr
from papers.look import Look
from papers.press import Press
from papers.printing import AT_ONCE
from tests.bench import load, meter
from tests.bench.asking import Target
from tests.bench.bed import Bed
from tests.bench.plan import Plan
from tests.bench.report import Finding, Report
from tests.bench.rounds import Side, medians, one_round
from tests.product import Json

SHEETS: Final = 20
_MOST: Final = "1.5"
_IDLE_SECONDS: Final = 5.0


async def printing(bed: Bed, invoices: Sequence[str], plan: Plan, report: Report) -> None:
    """The CPU of both for some invoices, one after the other."""
    await bed.sign_in()
    sheets = [await bed.owner.get(f"/v1/invoices/{one}") for one in invoices]
    bare = [Bare(sheets[place::AT_ONCE]) for place in range(AT_ONCE)]
    for one in sheets:
        answer = await bed.owner.ask("GET", f"/v1/invoices/{one['id']}/pdf")
        assert answer.content == bare[0].print(one), "both print the same"
    target = Target("/v1/invoices", lambda: bed.authorization)
    paths = itertools.cycle(f"{target.path}/{one}/pdf" for one in invoices)
    side = Side(
        "product", bed.stack.url, lambda _: load.request("GET", next(paths), target.headers()),
        bed.product_roots, idle=await _idle(bed),
    )  # fmt: skip
    await one_round(side, min(plan.seconds, 2.0))
    rounds, compiled = [], []
    for _ in range(plan.rounds):
        compiled.append(await _compiled(bare, plan.seconds))
        rounds.append(await one_round(side, plan.seconds))
    found, alone = medians(rounds), median(compiled)
    report.failed += found.failed
    figure = f"**{found.cpu / alone:.2f}** ({found.cpu:.2f} ms; the compiler {alone:.2f} ms)"
    report.found(Finding("PDF of an invoice, CPU in bare typst compiles", figure, _MOST))


async def _compiled(bare: Sequence["Bare"], seconds: float) -> float:
    """The CPU of a compile, in milliseconds: as many at once as the product prints, on a machine as
    full as it is under the product."""
    spent = time.process_time()
    counts = await asyncio.gather(*(asyncio.to_thread(one.print_for, seconds) for one in bare))
    return (time.process_time() - spent) / sum(counts) * 1000


async def _idle(bed: Bed) -> float:
    """What the product spends when nobody asks, in CPU seconds a second."""
    before = meter.cpu_seconds(bed.product_roots())
    await asyncio.sleep(_IDLE_SECONDS)
    return (meter.cpu_seconds(bed.product_roots()) - before) / _IDLE_SECONDS


class Bare:
    """The compiler that the product has, with the same fonts, and nothing else."""

    def __init__(self, invoices: Sequence[Json]) -> None:
        self._invoices = itertools.cycle(invoices)
        self._press = Press()
        self._sheets: dict[str, tuple[Any, datetime]] = {}

    def print_for(self, seconds: float) -> int:
        """Its invoices one after the other; how many it printed."""
        until = time.perf_counter() + seconds
        turns = itertools.takewhile(lambda _: time.perf_counter() < until, self._invoices)
        return sum(1 for one in turns if self.print(one))

    def print(self, invoice: Json) -> bytes:
        """A PDF of an invoice as the API shows it."""
        if (found := self._sheets.get(invoice["id"])) is None:
            picture = _picture(qr.code(invoice))
            sheet = invoice_rules.sheet(invoice, Look("ar"), picture)
            found = sheet, datetime.fromisoformat(invoice["issued_at"])
            self._sheets[invoice["id"]] = found
        sheet, at = found
        return self._press.print(sheet, at, "sheet", None)
