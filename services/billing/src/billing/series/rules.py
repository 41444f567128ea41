"""Series: how the numbers of documents are written, and when that may change."""

from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from chassis.errors import Conflict, NotFound

DocumentType = Literal["estimate", "order", "invoice", "credit_note", "receipt"]
DOCUMENT_TYPES: Final[tuple[DocumentType, ...]] = get_args(DocumentType)
# What a document type starts with where the company has made no series for it.
STARTING_PREFIXES: Final[dict[DocumentType, str]] = {
    "estimate": "EST-", "order": "ORD-", "invoice": "INV-", "credit_note": "CN-", "receipt": "RCT-",
}  # fmt: skip
USUAL_DIGITS: Final = 6
MOST_NUMBERS: Final = 10**12


class SeriesNotFound(NotFound):
    """No such series."""

    code = "series_not_found"
    detail = "There is no such series."


class SeriesInUse(Conflict):
    """It has given numbers, which are on documents."""

    code = "series_in_use"
    detail = "This series has given numbers. Begin another one instead."


class SeriesNeeded(Conflict):
    """What has no branch, or one without a series, is numbered by the company's own."""

    code = "series_needed"
    detail = "The company needs a series for this document type. Begin another one instead."


class PrefixTaken(Conflict):
    """Two series with one prefix would give the same number twice."""

    code = "prefix_taken"
    detail = "Another series of this document type has this prefix."


class NoSeries(Conflict):
    """Nothing numbers such a document."""

    code = "no_series"
    detail = "Begin a series for this document type first."


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that was given, and its place in its series."""

    series_id: UUID
    place: int
    number: str


def number(prefix: str, digits: int, place: int) -> str:
    """As it stands on a document: INV-000017."""
    return f"{prefix}{place:0{digits}}"


def check_unused(first_number: int, next_number: int) -> None:
    """Raises SeriesInUse."""
    if next_number != first_number:
        raise SeriesInUse()
