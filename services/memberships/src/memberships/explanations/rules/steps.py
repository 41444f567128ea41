"""Why a membership is what it is today: each fact in order, with the figures that it gives.

The days are those of memberships.rules.coverage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from memberships.explanations.rules.words import Said, named, said
from memberships.memberships.rules.coverage import Covered, first_open, goes_on, skipped_days
from memberships.memberships.rules.status import Facts, Status

Json = Mapping[str, Any]
_UNCOUNTED: Final = {"pending": "pending", "refused": "refused", "withdrawn": "withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fact, and its figures: days, numbers of days, and codes, as they are written."""

    kind: str
    text: Said
    figures: Mapping[str, str | None] = field(default_factory=dict)
    at: datetime | None = None
    by: str | None = None
    source: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A membership's rows, by the names of their columns, and what follows from them today."""

    membership: Json
    periods: Sequence[Json]
    freezes: Sequence[Json]
    facts: Facts
    day: date
    status: Status


def explained(known: Known) -> list[Step]:
    """All steps to its status and its renewal date of today."""
    return [
        _begun(known.membership), *_periods(known), *map(_rest, known.freezes),
        *_ending(known), _standing(known),
    ]  # fmt: skip


def _begun(membership: Json) -> Step:
    figures = {"start_date": _text(membership["start_date"])}
    package = membership["package_id"]
    return Step(
        kind="begun", text=named("begun", membership["terms"]["name"], figures), figures=figures,
        at=membership["created_at"], by=membership["created_by"],
        source={"type": "package", "id": package, "url": f"/v1/packages/{package}"},
    )  # fmt: skip


def _periods(known: Known) -> Iterator[Step]:
    covered = {one.number: one for one in known.facts.coverage.periods}
    reached = first_open(known.membership["start_date"], skipped_days(known.facts.rests))
    for period in known.periods:
        yield _asked(period)
        if (found := covered.get(period["number"])) is None:
            yield _uncounted(period)
            continue
        yield _step("paid", _number(period), at=period["granted_at"], source=_invoice(period))
        yield from _days(period, found, reached)
        reached = found.lapses_on


def _asked(period: Json) -> Step:
    span = period["terms"]["period"]
    figures = _number(period) | {
        "asked_on": _text(period["asked_on"]), "count": str(span["count"]), "unit": span["unit"],
    }  # fmt: skip
    return _step("asked", figures, at=period["created_at"])


def _uncounted(period: Json) -> Step:
    is_paid = period["paid_at"] is not None
    kind = "unsupported" if is_paid else _UNCOUNTED.get(period["state"], "unpaid")
    figures = _number(period) | {"problem": (period["problem"] or {}).get("code")}
    return _step(kind, figures, source=_invoice(period))


def _days(period: Json, found: Covered, reached: date | None) -> Iterator[Step]:
    figures = _number(period) | {
        "asked_on": _text(period["asked_on"]), "tolerance_days": str(period["tolerance_days"]),
        "reached": _text(reached), "starts_on": _text(found.starts_on),
    }  # fmt: skip
    yield _step(_beginning(period, found, reached), figures)
    if found.starts_on is None:
        return
    skipped = found.skipped
    figures = _number(period) | {
        "length": str(found.length), "anchor": _text(found.anchor),
        "nominal_from": _text(found.nominal_from), "nominal_to": _text(found.nominal_to),
        "starts_on": _text(found.starts_on), "ends_on": _text(found.ends_on),
        "skipped": None if skipped is None else str(skipped),
    }  # fmt: skip
    kind = "covers_until" if skipped is None else "covers_skipping" if skipped else "covers"
    yield _step(kind, figures)


def _beginning(period: Json, found: Covered, reached: date | None) -> str:
    if found.starts_on is None:
        return "waits"
    if period.get("changes_on") is not None:
        return "replaces"
    if not found.begins_run:
        return "follows"
    is_late = reached and not goes_on(period["asked_on"], reached, period["tolerance_days"])
    return "anew" if is_late else "first"


def _rest(freeze: Json) -> Step:
    since, until = freeze["from_day"], freeze["to_day"]
    kind = freeze["kind"] if freeze["extends"] else "freeze_lost"
    figures = {"from": _text(since), "to": _text(until)}
    if until is None:
        kind = "suspension_open"
    else:
        figures["days"] = str((until - since).days + 1)
    return _step(kind, figures, at=freeze["created_at"], by=freeze["created_by"])


def _ending(known: Known) -> Iterable[Step]:
    if known.membership["cancels_at_end"]:
        yield _step("ends_with_period", {"cancelled_on": _text(known.facts.cancelled_on)})
    elif known.facts.cancelled_on is not None:
        yield _step("ends", {"cancelled_on": _text(known.facts.cancelled_on)})


def _standing(known: Known) -> Step:
    facts = known.facts
    figures = {
        "today": _text(known.day), "covered_from": _text(facts.coverage.covered_from),
        "renewal_date": _text(facts.coverage.renewal_date),
        "tolerance_days": str(facts.tolerance_days), "cancelled_on": _text(facts.cancelled_on),
    }  # fmt: skip
    return _step(f"is_{known.status}", figures)


def _step(kind: str, figures: Mapping[str, str | None], **more: Any) -> Step:
    return Step(kind=kind, text=said(kind, figures), figures=figures, **more)


def _number(period: Json) -> dict[str, str | None]:
    return {"number": str(period["number"])}


def _invoice(period: Json) -> Json | None:
    if (found := period["invoice_id"]) is None:
        return None
    return {"type": "invoice", "id": found, "url": f"/v1/invoices/{found}"}


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
