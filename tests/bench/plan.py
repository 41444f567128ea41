"""What to measure, and how much of it: the command line of `python -m tests.bench`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = (
    "read", "search", "create", "profiles", "react", "backlog", "import", "selling", "using",
    "slots", "planning", "growth", "selling-growth", "credit-growth", "planning-growth",
    "renewals", "standing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    only: tuple[str, ...] = SCENARIOS
    clients: int = 100_000
    small: int = 10_000
    large: int = 1_000_000
    invoices: tuple[int, int] = (10_000, 1_000_000)
    entries: tuple[int, int] = (10_000, 1_000_000)
    appointments: tuple[int, int] = (10_000, 1_000_000)
    renewals: tuple[int, int] = (1_000, 10_000)
    backlog: tuple[int, int] = (1_000, 10_000)
    rows: tuple[int, int] = (5_000, 50_000)
    rounds: int = 5
    seconds: float = 8.0
    page: Path | None = None

    def wants(self, *names: str) -> bool:
        """Whether any of these scenarios is asked for."""
        return not set(names).isdisjoint(self.only)


def read(arguments: Sequence[str]) -> Plan:
    """The plan that a command line asks for."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--only", default=",".join(SCENARIOS), help="some of " + ", ".join(SCENARIOS))
    add("--clients", type=int, default=usual.clients, help="how many beside the ceiling")
    add("--small", type=int, default=usual.small, help="the fewer clients of growth")
    add("--large", type=int, default=usual.large, help="the more clients of growth")
    add("--invoices", type=_pair, default=usual.invoices, help="of selling-growth: fewer,more")
    add("--entries", type=_pair, default=usual.entries, help="of credit-growth: fewer,more")
    add(
        "--appointments",
        type=_pair,
        default=usual.appointments,
        help="of planning-growth: fewer,more",
    )
    add("--renewals", type=_pair, default=usual.renewals, help="on one day: fewer,more")
    add("--backlog", type=_pair, default=usual.backlog, help="events waiting: fewer,more")
    add("--rows", type=_pair, default=usual.rows, help="rows imported: fewer,more")
    add("--rounds", type=int, default=usual.rounds)
    add("--seconds", type=float, default=usual.seconds, help="of load in one round")
    add("--page", type=Path, help="a page whose figures are replaced by these")
    told = vars(parser.parse_args(arguments))
    told["only"] = tuple(told["only"].split(","))
    if unknown := set(told["only"]) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return Plan(**told)


def _pair(text: str) -> tuple[int, int]:
    fewer, more = (int(number) for number in text.split(","))
    return fewer, more
