"""What a hundred times the entries of credit cost who asks what a client has, or for a few."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.bench.bed import Say, bed
from tests.bench.plan import Plan
from tests.bench.report import Report
from tests.bench.selling_growth import Ask, ask_each
from tests.bench.wallets import EACH, charge

_PATHS: Final[dict[str, Ask]] = {
    "credit balances of a client": lambda one, _: f"/credit-balances?client_id={one}",
    "statement of a client's credit":
        lambda one, _: f"/credit-balances/statement?client_id={one}",
    "list a client's charges": lambda one, _: f"/credit-charges?limit=50&client_id={one}",
    "list the newest 50 charges": lambda *_: "/credit-charges?limit=50",
    "list a client's entries of credit": lambda one, _: f"/credit-entries?limit=50&client_id={one}",
    "list the newest 50 uses": lambda *_: "/credit-usages?limit=50",
}  # fmt: skip


async def credit_growth(folder: Path, plan: Plan, report: Report, say: Say) -> None:
    """Each of both, in turn; each client has as many entries in both."""
    few, many = plan.entries
    async with (
        bed(folder / "few", few // EACH, say) as small,
        bed(folder / "many", many // EACH, say) as large,
    ):
        began = datetime.now(UTC)
        whose = {one: await charge(one, count) for one, count in ((small, few), (large, many))}
        say(f"{few + many:,} entries of credit in {(datetime.now(UTC) - began).seconds} s")
        sizes = f"{few:,} → {many:,} entries"
        await ask_each((small, large), whose, _PATHS, plan, report, sizes)
