"""The status of the stack as a table for the terminal."""

from collections.abc import Iterable, Sequence

from local.memory import tree_pss
from local.report import Report, Row

HEADINGS = ("process", "role", "ports", "pid", "uptime", "restarts", "health")
MEGABYTE = 1_000_000


def status_table(report: Report, *, memory: bool = False) -> str:
    """One line per program; with `memory` also its PSS and the total."""
    rows = [_cells(row) for row in report["rows"]]
    headings: tuple[str, ...] = HEADINGS
    if memory:
        sizes = [tree_pss(row["pid"]) if row["pid"] else 0 for row in report["rows"]]
        rows = [(*row, _megabytes(size)) for row, size in zip(rows, sizes, strict=True)]
        rows.append(("total", *[""] * (len(HEADINGS) - 1), _megabytes(sum(sizes))))
        headings = (*HEADINGS, "PSS MB")
    return _aligned([headings, *rows])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row["label"],
        row["role"],
        row["ports"],
        str(row["pid"] or "-"),
        duration(row["uptime"]),
        str(row["restarts"]),
        row["health"],
    )


def duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.0f}"


def _aligned(rows: Iterable[Sequence[str]]) -> str:
    lines = [list(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
