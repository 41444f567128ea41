"""Work time that becomes lines of an invoice, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import Money
from scheduling.time_entries.rules import hours

MOST_ENTRIES: Final = 200
_LONGEST: Final = 900
_UNNAMED: Final = "وقت عمل · Work time"
# What a draft becomes, or an invoice, that nobody is to pay any more.
GONE: Final = ("deleted", "voided")
Json = dict[str, Any]


class State(StrEnum):
    """Pending until billing answered; released once its invoice is no more."""

    PENDING = "pending"
    MADE = "made"
    REFUSED = "refused"
    RELEASED = "released"


class Worked(Protocol):
    """What an invoice says of some work."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def note(self) -> str | None: ...
    @property
    def is_billable(self) -> bool: ...
    @property
    def rate_minor(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def work_cycle_id(self) -> UUID | None: ...
    @property
    def time_invoice_id(self) -> UUID | None: ...


class TimeInvoiceNotFound(NotFound):
    """None such, or of a client that the caller does not see."""

    code = "time_invoice_not_found"
    detail = "There is no such invoicing of work time."


class UnknownTime(Invalid):
    """No such entry, or one that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no such time entry."


class NotInvoiceable(Invalid):
    """Nobody can say what it costs."""

    code = "not_invoiceable"
    detail = "Only billable time that has ended and has a rate and a client is invoiced."


class OneClientNeeded(Invalid):
    """An invoice is one client's."""

    code = "one_client_needed"
    detail = "Time of one client goes on one invoice."


class OneCurrencyNeeded(Invalid):
    """An invoice has one currency."""

    code = "one_currency_needed"
    detail = "Time of one currency goes on one invoice."


class AlreadyInvoiced(Conflict):
    """Nobody pays twice."""

    code = "time_invoiced"
    detail = "Some of this time is on an invoice."


def client_of(ids: Sequence[UUID], known: Mapping[UUID, UUID | None]) -> UUID:
    """Whose some time is, by whom each entry is for.

    Raises UnknownTime, NotInvoiceable and OneClientNeeded.
    """
    found: UUID | None = None
    for place, one in enumerate(ids):
        field = f"time_entry_ids.{place}"
        if one not in known:
            raise UnknownTime(field=field)
        if (client_id := known[one]) is None:
            raise NotInvoiceable(field=field)
        if found not in (None, client_id):
            raise OneClientNeeded(field=field)
        found = client_id
    if found is None:
        raise UnknownTime(field="time_entry_ids")
    return found


def currency_of(entries: Sequence[Worked]) -> str:
    """The one in which all of it is; raises NotInvoiceable, AlreadyInvoiced, OneCurrencyNeeded."""
    found = ""
    for place, one in enumerate(entries):
        field = f"time_entry_ids.{place}"
        if one.time_invoice_id is not None:
            raise AlreadyInvoiced(field=field)
        is_priced = one.is_billable and one.rate_minor is not None and one.currency
        if not is_priced or one.ended_at is None or not hours(one.started_at, one.ended_at):
            raise NotInvoiceable(field=field)
        if found not in ("", one.currency):
            raise OneCurrencyNeeded(field=field)
        found = one.currency or ""
    return found


def line(entry: Worked, day: str, chosen: Mapping[str, UUID | None]) -> Json:
    """Some work as a line of an invoice, by the names of DocumentLine; on a day as it is written.

    `chosen` are the product and the tax of the line, if any.
    """
    if entry.ended_at is None or entry.rate_minor is None or entry.currency is None:
        raise NotInvoiceable(field="time_entry_ids")
    note = " ".join((entry.note or "").split()) or _UNNAMED
    return {
        "description": f"{note[:_LONGEST]} · {day}",
        "quantity": f"{hours(entry.started_at, entry.ended_at):f}",
        "unit_price": Money(entry.rate_minor, entry.currency).format(),
        **{name: str(one) for name, one in chosen.items() if one is not None},
    }


def cause(time_invoice_id: UUID) -> str:
    """What billing knows it by."""
    return f"time_invoice:{time_invoice_id}"
