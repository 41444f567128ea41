"""What can be done with exchange rates, and where the rate of a document comes from."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from iso4217 import Currency

from billing.exchange_rates.repository import ExchangeRateRepository
from billing.exchange_rates.rules.pegs import peg
from billing.exchange_rates.rules.rates import (
    OF_DOCUMENT,
    PEG,
    OwnCurrency,
    converted,
    unknown,
    written,
)
from billing.exchange_rates.tables import ExchangeRate
from chassis.work import UnitOfWork
from refs.home import home, today


@dataclass(frozen=True, slots=True)
class Rate:
    """What one of a currency is worth to the company, of which day that is, and who says so."""

    rate: Decimal
    on: date | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """The company's currency, and what others were worth in it on some days."""

    home: str
    rates: Mapping[tuple[str, date], Rate]


Asked = tuple[str, date]
Rates = dict[Asked, Rate]
# Work, the company's currency, others each on a day: what it knows of them.
Source = Callable[[UnitOfWork, str, Collection[Asked]], Awaitable[Rates]]


async def _of_company(work: UnitOfWork, home: str, asked: Collection[Asked]) -> Rates:
    found = await ExchangeRateRepository(work).newest(home, asked)
    return {
        one: Rate(Decimal(known.rate), known.rate_date, known.source)
        for one, known in found.items()
    }


async def _fixed(_: UnitOfWork, home: str, asked: Collection[Asked]) -> Rates:
    known = {one: peg(one[0], home) for one in asked}
    return {one: Rate(rate, None, PEG) for one, rate in known.items() if rate}


# Whoever comes first is believed; one more is a function more.
SOURCES: Final[tuple[Source, ...]] = (_of_company, _fixed)


async def effective(work: UnitOfWork, on: date | None) -> tuple[str, date, dict[str, Rate]]:
    """The company's currency, the day, and all rates that are known for it."""
    day = on or await today(work)
    known = await rates_on(work, {(str(one.code), day) for one in Currency})
    return known.home, day, {currency: rate for (currency, _), rate in known.rates.items()}


async def create_rate(work: UnitOfWork, values: dict[str, Any]) -> ExchangeRate:
    """Add a rate; raises OwnCurrency and ExchangeRateTaken."""
    own = (await home(work)).currency
    if values["currency"] == own:
        raise OwnCurrency(field="currency")
    values["rate_date"] = values["rate_date"] or await today(work)
    rate, _ = await ExchangeRateRepository(work).add_once(**values, home_currency=own)
    return rate


async def update_rate(work: UnitOfWork, rate_id: UUID, changes: dict[str, Any]) -> ExchangeRate:
    """Change a rate; issued documents keep theirs."""
    rates = ExchangeRateRepository(work)
    return await rates.update(await rates.get_for_update(rate_id), **changes)


async def delete_rate(work: UnitOfWork, rate_id: UUID) -> None:
    """Remove a rate; issued documents keep theirs."""
    rates = ExchangeRateRepository(work)
    await rates.delete(await rates.get_for_update(rate_id))


async def quoted(work: UnitOfWork, on: date, currencies: Collection[str]) -> dict[str, Decimal]:
    """What one of each was worth to the company on a day; raises ExchangeRateUnknown."""
    known = await rates_on(work, [(one, on) for one in currencies])
    found = {known.home: Decimal(1)}
    for currency in currencies:
        if currency != known.home:
            if (rate := known.rates.get((currency, on))) is None:
                raise unknown(currency, known.home, on)
            found[currency] = rate.rate
    return found


async def at_home(
    work: UnitOfWork, currency: str, on: date, given: str | None, amounts: Mapping[str, int]
) -> dict[str, Any]:
    """What a document of that day is worth in the company's currency, as columns of it.

    At the rate it was given, if any, else at that of its day. Raises ExchangeRateUnknown.
    """
    known = await rates_on(work, {(currency, on)} if given is None else set())
    return worth(known, currency, on, given, amounts)


async def rates_on(work: UnitOfWork, asked: Collection[Asked]) -> Known:
    """What some currencies were worth, each on its day; one look, however many days."""
    own = (await home(work)).currency
    foreign, found = {one for one in asked if one[0] != own}, Rates()
    for source in SOURCES:
        if missing := sorted(foreign - found.keys()):
            found |= await source(work, own, missing)
    return Known(own, found)


def worth(
    known: Known, currency: str, on: date, given: str | None, amounts: Mapping[str, int]
) -> dict[str, Any]:
    """The same of rates that were looked up before; raises ExchangeRateUnknown."""
    own = known.home
    if currency == own:
        found = Rate(Decimal(1), None, None)
    elif given is not None:
        found = Rate(Decimal(given), on, OF_DOCUMENT)
    elif (on_day := known.rates.get((currency, on))) is not None:
        found = on_day
    else:
        raise unknown(currency, own, on)
    minors = {
        f"home_{name}_minor": converted(minor, currency, own, found.rate)
        for name, minor in amounts.items()
    }
    return minors | {
        "exchange_rate": written(found.rate), "exchange_rate_source": found.source,
        "exchange_rate_on": found.on, "home_currency": own,
    }  # fmt: skip
