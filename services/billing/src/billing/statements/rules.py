"""What a client owed, what became of it, and what it came to: a statement, of what was posted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

import orjson

from chassis.errors import Invalid, NotFound
from chassis.money import Money
from chassis.paging import InvalidCursor

Json = dict[str, Any]
Format = Literal["json", "pdf", "csv"]
MEDIA_TYPES: Final[Mapping[str, Format]] = {
    "application/json": "json", "application/pdf": "pdf", "text/csv": "csv",
}  # fmt: skip
BUCKETS: Final = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
"""What is due, by how long it is past its day."""
MOST_PRINTED: Final = 5_000


class StatementClientNotFound(NotFound):
    """No such client, or one that the caller does not see."""

    code = "client_not_found"
    detail = "There is no such client."


class EndsBeforeItBegins(Invalid):
    """A statement is of at least one day."""

    code = "ends_before_it_begins"
    detail = "The end of a statement is after its beginning."


class StatementTooLong(Invalid):
    """On paper nobody reads that many; the file, and the pages, have all of them."""

    code = "statement_too_long"
    detail = "There are more than {most} movements in these days: choose fewer of them."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose, of which days, from the first to the one before `until`, and in which currency."""

    client_id: UUID
    since: date | None
    until: date | None
    currency: str | None
    # All that it is of, where it is of those below the client too.
    clients: tuple[UUID, ...] | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until <= self.since:
            raise EndsBeforeItBegins(field="date_to")

    @property
    def given(self) -> Json:
        """What is said of it, by the names of the parameters."""
        said = {"since": self.since, "until": self.until, "currency": self.currency}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def mark(self) -> str:
        """What a cursor belongs to."""
        is_rollup = [True] if self.clients is not None else []
        said = orjson.dumps(
            [str(self.client_id), self.since, self.until, self.currency, *is_rollup]
        )
        return sha256(said).hexdigest()[:12]

    @property
    def is_rollup(self) -> bool:
        """Whether it is of all below the client too."""
        return self.clients is not None

    def of(self, client_id: UUID, clients: tuple[UUID, ...] | None = None) -> "Wanted":
        """The same of another client, or of several."""
        return replace(self, client_id=client_id, clients=clients)

    def as_of(self, today: date) -> date:
        """The last of its days, as far as days have been."""
        return min(self.until - timedelta(days=1), today) if self.until else today


@dataclass(frozen=True, slots=True)
class Position:
    """What a client owes, and what they have left of payments, in minor units."""

    due: int = 0
    credit: int = 0

    @property
    def balance(self) -> int:
        """What they would have to pay if all they have left were used."""
        return self.due - self.credit

    def moved(self, due: int, credit: int) -> "Position":
        """After a movement."""
        return replace(self, due=self.due + due, credit=self.credit + credit)

    def written(self, currency: str) -> Json:
        """As amounts."""
        found = {"due": self.due, "credit": self.credit, "balance": self.balance}
        return {name: Money(minor, currency).format() for name, minor in found.items()}


def moved(
    rows: Iterable[Mapping[str, Any]], carried: dict[str, Position], wanted: Wanted
) -> list[Json]:
    """Movements as they are shown, each with the balance after it; `carried`, by currency, is
    where the first of them begins, and after this where the last ones end. Of several clients each
    says whose it is.
    """
    told = []
    for row in rows:
        client_id = row["client_id"] if wanted.is_rollup else wanted.client_id
        currency, due, credit = row["currency"], int(row["due"]), int(row["credit"])
        after = carried[currency] = carried.get(currency, Position()).moved(due, credit)
        amounts = {"due": due, "credit": credit, "amount": due - credit, "balance": after.balance}
        told.append({
            **{name: row[name] for name in _PLAIN}, "event": event(row["cause"], due),
            "client_id": client_id, "url": f"/v1/clients/{client_id}",
            "client_name": (row["client_name"] or "") if wanted.is_rollup else None,
            **{name: Money(minor, currency).format() for name, minor in amounts.items()},
        })  # fmt: skip
    return told


def event(cause: str, due: int) -> str:
    """What moved, by what it follows from: `invoice.issued`, `payment.received`."""
    kind, _, verb = (*cause.split(":"), "", "")[:3]
    if kind == "allocation":
        return "payment.deallocated" if due > 0 else "payment.allocated"
    return f"{kind}.{'changed' if verb.isdigit() else verb}"


def summed(row: Mapping[str, Any], ages: Mapping[str, Any] | None) -> Json:
    """How a client stood before, how after, and for how long what is due has been."""
    currency = row["currency"]
    opening = Position(int(row["due_before"]), int(row["credit_before"]))
    closing = Position(int(row["due_after"]), int(row["credit_after"]))
    aged = {one: Money(int(ages[one]) if ages else 0, currency).format() for one in BUCKETS}
    return {
        "currency": currency, "opening": opening.written(currency),
        "charged": Money(int(row["charged"]), currency).format(),
        "settled": Money(int(row["settled"]), currency).format(),
        "closing": closing.written(currency), "ageing": aged,
    }  # fmt: skip


def cursor(mark: str, row: Mapping[str, Any]) -> str:
    """Where to go on after a movement."""
    place = [mark, row["currency"], row["at"].isoformat(), str(row["transaction_id"])]
    return urlsafe_b64encode(orjson.dumps(place)).decode()


def after(given: str | None, mark: str) -> Json:
    """The place that a cursor names, by the names of the parameters; raises InvalidCursor."""
    if given is None:
        return {}
    try:
        found, currency, at, transaction_id = orjson.loads(urlsafe_b64decode(given))
        if found != mark or not isinstance(currency, str) or "\0" in currency:
            raise InvalidCursor(field="cursor")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise InvalidCursor(field="cursor")
        return {"last_currency": currency, "last_at": moment, "last_id": UUID(transaction_id)}
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor(field="cursor") from error


def chosen(format: Format | None, accept: str) -> Format:
    """What is asked for: by its name, else by the first media type there is one of."""
    if format is not None:
        return format
    named = (one.partition(";")[0].strip() for one in accept.split(","))
    return next((MEDIA_TYPES[one] for one in named if one in MEDIA_TYPES), "json")


_PLAIN: Final = (
    "transaction_id", "on", "at", "currency", "invoice_id", "invoice_number", "payment_id",
    "receipt_number", "credit_note_id", "credit_note_number",
)  # fmt: skip
