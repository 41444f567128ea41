"""The credit that goes with what was sold is charged once that is paid, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.calendar.rules import Span, plus
from memberships.credit.use_cases import charging
from memberships.credit.use_cases.charging import Charge
from memberships.credit_types.rules import smallest

Terms = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grant:
    """What calls for credit, by its name, from which day on, and of which kind it is."""

    cause: str
    starts_on: date
    source: str


async def charge_terms(work: UnitOfWork, client_id: UUID, terms: Terms, grant: Grant) -> None:
    """Charge all that terms give, once for its cause."""
    wanted = [
        Charge(
            credit_type_id=UUID(one["credit_type_id"]), amount=smallest(one["amount"]),
            cause=grant.cause, starts_on=grant.starts_on, source=grant.source,
            expires_on=last_day(grant.starts_on, one["expires_after"]),
            package_id=UUID(terms["package_id"]),
        )
        for one in terms["credits"]
    ]  # fmt: skip
    if wanted:
        await charging.charge_each(work, client_id, wanted)


async def take_back_terms(work: UnitOfWork, terms: Terms, cause: str) -> None:
    """Take back what is unused of what a cause has charged."""
    if terms["credits"]:
        await charging.take_back(work, cause)


def last_day(starts_on: date, span: Mapping[str, Any] | None) -> date | None:
    """The last day of a span that begins on a day; none: for good."""
    return plus(starts_on, Span.of(dict(span))) - timedelta(days=1) if span else None
