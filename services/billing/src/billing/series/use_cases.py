"""What can be done with series, and the numbers they give."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from billing.branches.use_cases import check_branch
from billing.series import rules
from billing.series.repository import SeriesRepository
from billing.series.tables import Series
from chassis.work import UnitOfWork

# What is on documents once a number was given.
_FIXED: Final = ("prefix", "next_number")


async def take_number(
    work: UnitOfWork, document_type: rules.DocumentType, branch_id: UUID | None
) -> rules.Taken:
    """The next number of the branch's series, else of the company's own.

    Without gaps: it is taken if this work ends well and not otherwise, and whoever takes another
    one of the series waits until then. So ask for it last. Raises NoSeries.
    """
    [taken] = (await take_numbers(work, document_type, {branch_id: 1}))[branch_id]
    return taken


async def take_numbers(
    work: UnitOfWork, document_type: rules.DocumentType, wanted: Mapping[UUID | None, int]
) -> dict[UUID | None, list[rules.Taken]]:
    """The next numbers of several branches, so many of each; the same of many at once."""
    found = SeriesRepository(work)
    named = [one for one in wanted if one is not None]
    own = await found.with_own(document_type, named) if len(wanted) > 1 else set()
    # The company's series after those of branches, and these by their ids: nobody who takes of
    # several waits for who waits for them.
    in_order = sorted(wanted, key=lambda branch_id: (branch_id not in own, str(branch_id)))
    return {one: await _take(found, document_type, one, wanted[one]) for one in in_order}


async def create_series(work: UnitOfWork, values: dict[str, Any]) -> Series:
    """Begin a series in the place of the present one of its document type and branch."""
    found = SeriesRepository(work)
    await found.lock()
    await check_branch(work, values["branch_id"])
    first = values.pop("next_number")
    if values["id"] and (known := await found.find(values["id"])) is not None:
        series, _ = await found.add_once(
            **values, first_number=first, next_number=known.next_number,
            is_current=known.is_current,
        )  # fmt: skip
        return series
    await _replace(found, values["document_type"], values["branch_id"])
    series, _ = await found.add_once(
        **values, first_number=first, next_number=first, is_current=True
    )
    return series


async def update_series(work: UnitOfWork, series_id: UUID, changes: dict[str, Any]) -> Series:
    """Change how a series is written, or whether it gives numbers; what was given stays."""
    found = SeriesRepository(work)
    await found.lock()
    series = await found.get_for_update(series_id)
    _check(series, changes)
    if "next_number" in changes:
        changes["first_number"] = changes["next_number"]
    if changes.get("is_current") and not series.is_current:
        await _replace(found, series.document_type, series.branch_id)
    return await found.update(series, **changes)


async def delete_series(work: UnitOfWork, series_id: UUID) -> None:
    """Remove a series that has given no number."""
    found = SeriesRepository(work)
    series = await found.get_for_update(series_id)
    rules.check_unused(series.first_number, series.next_number)
    await found.delete(series)


def _check(series: Series, changes: dict[str, Any]) -> None:
    """Raises SeriesInUse and SeriesNeeded."""
    if any(changes.get(n, getattr(series, n)) != getattr(series, n) for n in _FIXED):
        rules.check_unused(series.first_number, series.next_number)
    is_ended = series.is_current and changes.get("is_current") is False
    if is_ended and series.branch_id is None:
        raise rules.SeriesNeeded()


async def _replace(
    found: SeriesRepository, document_type: str, branch_id: UUID | None
) -> None:  # fmt: skip
    present = await found.current(document_type, branch_id)
    if present is not None:
        await found.update(present, is_current=False)


async def _take(
    found: SeriesRepository, document_type: rules.DocumentType, branch_id: UUID | None, count: int
) -> list[rules.Taken]:
    taken = await found.take(document_type, branch_id, count)
    if taken is None and branch_id is not None:
        taken = await found.take(document_type, None, count)
    if taken is None:
        await _start(found, document_type)
        taken = await found.take(document_type, None, count)
    if taken is None:
        raise rules.NoSeries()
    return [
        rules.Taken(taken.id, place, rules.number(taken.prefix, taken.digits, place))
        for place in range(taken.next_number - count, taken.next_number)
    ]


async def _start(found: SeriesRepository, document_type: rules.DocumentType) -> None:
    """The company's own series, if it has none yet."""
    await found.lock()
    await found.add_unless_taken(
        document_type=document_type, prefix=rules.STARTING_PREFIXES[document_type],
        digits=rules.USUAL_DIGITS, first_number=1, next_number=1, is_current=True,
    )  # fmt: skip
