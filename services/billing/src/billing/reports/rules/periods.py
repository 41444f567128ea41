"""What reports are about: which days, and what their sums are grouped by."""

from datetime import date, timedelta
from typing import Literal

from chassis.errors import Invalid

Group = Literal["month", "tag", "folder", "product", "client", "branch", "salesperson", "tax"]
Basis = Literal["issue_date", "supply_date"]
Format = Literal["json", "csv", "pdf"]


class PeriodEndsFirst(Invalid):
    """What ends before it begins has no days."""

    code = "period_ends_first"
    detail = "A period ends after it begins."


class RollupOfNobody(Invalid):
    """It is by whom they are below that clients are found."""

    code = "rollup_of_nobody"
    detail = "Name the client whose sub-clients are summed up too."


class ReportTooLong(Invalid):
    """Nobody reads so much on paper."""

    code = "report_too_long"
    detail = "The report has more than {most} rows. Ask for less of it, or for CSV."


def period(today: date, first: date | None, end: date | None, *, months: int) -> tuple[date, date]:
    """From the first day to the one after the last; what is not given is that of the year, or
    another part of it of so many months, up to today. Raises PeriodEndsFirst.
    """
    last = today if end is None else max(end, date.min + timedelta(days=1)) - timedelta(days=1)
    begin = first or last.replace(month=(last.month - 1) // months * months + 1, day=1)
    until = end or _after(max(today, begin))
    if until <= begin:
        raise PeriodEndsFirst(field="date_to")
    return begin, until


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
