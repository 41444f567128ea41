"""Rows of files as memberships that run: what their cells mean, and which days they cover."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final, Protocol

from background.imports.rules.bodies import Body, Mapped, Places, filled
from background.imports.rules.cells import boolean, day
from chassis.errors import Conflict, Invalid
from chassis.shapes import LAST_DAY
from memberships.calendar.rules import Span, Unit, plus
from memberships.imports import rules
from memberships.imports.rules import CLIENT, CLIENT_ALIASES, client_of, paths_of

_DAY: Final = timedelta(days=1)
_LUNAR_DAYS: Final = 29.530588
_DAYS: Final = ("start_date", "renewal_date", "last_day")
_NEEDED: Final = (("package",), ("start_date",), ("renewal_date", "last_day"))
PATHS: Final = frozenset({"package", *_DAYS, "auto_renew", "external_id", "note"})
_PATH_OF: Final = paths_of({
    **CLIENT_ALIASES,
    "package": "package, membership, membership type, plan, subscription, type, package name,"
    " الباقة, اسم الباقة, العضوية, نوع العضوية, الاشتراك, نوع الاشتراك, نوع الباقة",
    "start_date": "start date, start, starts on, from, join date, joined, member since, since,"
    " date, تاريخ البداية, البداية, تاريخ الاشتراك, بداية الاشتراك, تاريخ بداية العضوية,"
    " تاريخ الانضمام, من تاريخ",
    "renewal_date": "renewal date, renewal, renews on, next renewal, next bill date, next payment,"
    " due date, تاريخ التجديد, التجديد, موعد التجديد, تاريخ الاستحقاق, التجديد القادم",
    "last_day": "last day, end date, end, ends on, expiry, expiry date, expires, expires on,"
    " valid until, paid until, paid to, until, to, تاريخ الانتهاء, الانتهاء, ينتهي في,"
    " تاريخ النهاية, نهاية الاشتراك, صالح حتى, مدفوع حتى, آخر يوم, إلى تاريخ",
    "auto_renew": "auto renew, auto-renew, automatic renewal, renews automatically, recurring,"
    " تجديد تلقائي, التجديد التلقائي, يتجدد تلقائيا",
    "external_id": "external id, id, membership id, subscription id, reference, ref, المعرف,"
    " المعرف الخارجي, معرف العضوية, رقم الاشتراك, المرجع",
    "note": "note, notes, description, memo, remarks, ملاحظة, ملاحظات, الملاحظات, البيان",
})  # fmt: skip


class NoDayCovered(Invalid):
    """What is paid covers at least a day."""

    code = "ends_before_start"
    detail = "A membership is paid for at least one day from its start on."


class EndNeeded(Invalid):
    """Nobody knows until when it is paid."""

    code = "required"
    detail = "Say the renewal date, or the last day that is paid."


class DaysDiffer(Invalid):
    """The renewal date is the first day that is not paid."""

    code = "days_differ"
    detail = "The renewal date is the day after the last one that is paid."


class HasEnded(Conflict):
    """It would be renewed at once, and nobody knows whether that is wanted."""

    code = "membership_ended"
    detail = "What has ended, and its tolerance too, does not renew by itself."


class MembershipThere(Conflict):
    """What was taken over once is not taken over again."""

    code = "exists_already"
    detail = "This client has a membership of this package from this day on already."


class Taken(Protocol):
    """A membership, as far as somebody may change it without its money and its days."""

    @property
    def package_id(self) -> object: ...
    @property
    def start_date(self) -> date: ...
    @property
    def auto_renew(self) -> bool: ...
    @property
    def discount(self) -> Any: ...
    @property
    def note(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def cancelled_on(self) -> date | None: ...
    @property
    def cancels_at_end(self) -> bool: ...


def check_mapping(mapping: Mapped, headings: Sequence[str]) -> None:
    """Raises UnknownPath, UnknownColumn and ColumnNeeded."""
    rules.check_mapping(mapping, headings, PATHS, _NEEDED)


def suggested(headings: Sequence[str]) -> dict[str, list[str]]:
    """A mapping of paths to columns by their headings."""
    return rules.suggested(headings, _PATH_OF)


def body_of(row: Sequence[str], places: Places) -> Body:
    """A row's cells, read; empty ones are not there."""
    body = Body()
    for path, cells in filled(row, places):
        cell, body.origins[path] = cells[0]
        if path in _DAYS:
            body.values[path] = day(cell)
        elif path == "auto_renew":
            body.values[path] = boolean(cell)
        elif not path.startswith(CLIENT):
            body.values[path] = cell
    if (named := client_of(row, places)) is not None:
        body.values["client"] = named
    return body


def renewal_of(start_date: date, renewal_date: date | None, last_day: date | None) -> date:
    """The first day that is not paid, of what is said of it.

    Raises EndNeeded, DaysDiffer and NoDayCovered.
    """
    after = last_day + _DAY if last_day is not None else None
    found = renewal_date or after
    if found is None:
        raise EndNeeded(field="renewal_date")
    if after not in (None, found):
        raise DaysDiffer(field="last_day")
    if not start_date < found <= LAST_DAY:
        raise NoDayCovered(field="last_day" if renewal_date is None else "renewal_date")
    return found


def check_renews(renewal_date: date, tolerance_days: int, today: date) -> None:
    """Whether it may renew by itself; raises HasEnded."""
    if renewal_date + timedelta(days=tolerance_days) <= today:
        raise HasEnded(field="auto_renew")


def span_until(start_date: date, renewal_date: date, sold: Span) -> Span:
    """What all that is paid comes to as one span: so many months, where they end just then.

    So what is renewed goes on from the day of the month on which it began: after 28 February comes
    31 March, where it began on the 31st. Else it is so many days.
    """
    days = (renewal_date - start_date).days
    unit: Unit = "hijri_month" if sold.unit == "hijri_month" else "month"
    if unit == "hijri_month":
        near = round(days / _LUNAR_DAYS)
    else:
        near = 12 * (renewal_date.year - start_date.year) + renewal_date.month - start_date.month
    counts = (near, near - 1, near + 1) if sold.unit not in ("day", "week") else ()
    for count in counts:
        if count > 0 and plus(start_date, Span(unit, 1), count) == renewal_date:
            return Span(unit, count)
    return Span("day", days)


def trace(taken: Taken) -> dict[str, Any]:
    """By what it is seen later whether somebody changed it: JSON, and nothing about its client."""
    said = repr((taken.discount, taken.note, taken.external_id))
    return {
        "package_id": str(taken.package_id), "start_date": taken.start_date.isoformat(),
        "auto_renew": taken.auto_renew, "said": sha256(said.encode()).hexdigest(),
        "ends": taken.cancels_at_end or taken.cancelled_on is not None,
    }  # fmt: skip
