"""Reports as files: all of one at once, as CSV or printed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from billing.reports.rules import sheets
from billing.reports.rules.periods import Format, ReportTooLong
from chassis import cells
from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.paging import Paging
from chassis.work import UnitOfWork
from papers.printing import Printer
from papers.words import Language
from refs import people
from refs.people import Tenant

Json = dict[str, Any]
# Of clients, months, products: as many as are made without holding much.
_MOST: Final[dict[Format, int]] = {"csv": 50_000, "pdf": 1_000}
EXPORT: Final = "billing:export"
# A byte order mark: without it Excel reads Arabic as something else.
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, as what, in which language."""

    name: str
    format: Format
    language: Language | None
    read: Callable[[UnitOfWork, Paging], Awaitable[Json]]
    sort: str | None = None


async def take_out(work: UnitOfWork, context: Context, wanted: Wanted) -> tuple[str, bytes]:
    """The name of the file and what is in it; raises MissingPermission and ReportTooLong.

    No transaction stays open while it is printed.
    """
    if not work.caller.may(EXPORT):
        raise MissingPermission(permission=EXPORT)
    most = _MOST[wanted.format]
    async with work.database.work(work.caller) as own:
        report = await wanted.read(own, Paging(most, None, wanted.sort))
        company = await people.tenant(own)
    if report.get("next_cursor") is not None:
        raise ReportTooLong(field="format", most=most)
    language = wanted.language or _spoken(company)
    table = sheets.TABLES[wanted.name](report, language)
    file = f"{wanted.name}-{work.now:%Y-%m-%d}.{wanted.format}"
    if wanted.format == "csv":
        return file, (_BOM + cells.lines(sheets.csv_rows(table, language))).encode()
    name = company.name if company else ""
    sheet = sheets.sheet(wanted.name, report, table, name, language)
    return file, await context.kept(Printer).print(sheet, work.now)


def _spoken(company: Tenant | None) -> Language:
    return "en" if company and company.locale == "en" else "ar"
