"""What was measured, as Markdown."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.rounds import Figures

_COMPARED = """\
| through the gateway | ratio | at least | reach for | product: CPU, req/s, p50, p99 | ceiling: CPU, req/s, p50, p99 |
|---|---|---|---|---|---|
"""  # noqa: E501 - a row of a table
_FOUND = "| what | figure | at most | reach for |\n|---|---|---|---|\n"
_MARKS = ("<!-- figures -->\n", "<!-- end of figures -->")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The product beside the ceiling."""

    what: str
    product: Figures
    ceiling: Figures
    least: str = ""
    reach: str = ""

    @property
    def ratio(self) -> float:
        """The ceiling's CPU per request over the product's: 1 would be no overhead at all."""
        return self.ceiling.cpu / self.product.cpu if self.product.cpu else 0.0

    def row(self) -> str:
        sides = f"{_side(self.product)} | {_side(self.ceiling)}"
        return f"| {self.what} | **{self.ratio:.2f}** | {self.least} | {self.reach} | {sides} |\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure of the product alone."""

    what: str
    figure: str
    most: str = ""
    reach: str = ""

    def row(self) -> str:
        return f"| {self.what} | {self.figure} | {self.most} | {self.reach} |\n"


@dataclass(slots=True)
class Report:
    """Everything that one run found."""

    say: Callable[[str], None]
    comparisons: list[Comparison] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: int = 0

    def compared(self, *found: Comparison) -> None:
        """Keep and tell what was found beside the ceiling."""
        for one in found:
            self.comparisons.append(one)
            self.failed += one.product.failed + one.ceiling.failed
            self.say(one.row().strip())

    def found(self, *found: Finding) -> None:
        """Keep and tell figures of the product alone."""
        for one in found:
            self.findings.append(one)
            self.say(one.row().strip())

    def markdown(self) -> str:
        """The tables, and the machine they come from."""
        compared = "".join(one.row() for one in self.comparisons)
        found = "".join(one.row() for one in self.findings)
        parts = [_COMPARED + compared if compared else "", _FOUND + found if found else ""]
        tables = "\n".join(part for part in parts if part)
        return f"{_machine()}\n\n{tables}\nRequests that failed: {self.failed}.\n"

    def put_into(self, page: Path) -> None:
        """Replace the figures of a page by these."""
        before, rest = page.read_text().split(_MARKS[0], 1)
        after = rest.split(_MARKS[1], 1)[1]
        page.write_text(before + _MARKS[0] + self.markdown() + _MARKS[1] + after)


def _side(one: Figures) -> str:
    return f"{one.cpu:.2f} ms, {one.rate:.0f}/s, {one.p50:.0f} ms, {one.p99:.0f} ms"


def _machine() -> str:
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 1e9
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "unknown")
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{model}, {cores} cores, {memory:.0f} GB, {system}, Python {platform.python_version()}."
