"""Reports as they are answered: a page, and the sums of all."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from billing.balances.repository import seen_here
from billing.exchange_rates.rules.pegs import peg
from billing.exchange_rates.rules.rates import converted
from billing.invoices.repository.invoices import InvoiceRepository
from billing.reports.repository import lifetime, receivables, revenue, taxes
from billing.reports.repository.clauses import OF_DOCUMENTS
from billing.reports.rules.periods import period
from chassis.money import Money
from chassis.paging import ListQuery, Paging
from chassis.work import Record, UnitOfWork
from refs.home import home, today

Json = dict[str, Any]
_YEAR, _QUARTER = 12, 3


async def receivables_report(
    work: UnitOfWork, pages: Paging, asked: Json, *, of: Sequence[UUID] | None = None
) -> Json:
    """Who owes how much since when; `of` some alone, if the caller sees the first of them."""
    if of is not None:
        who = await seen_here(work, of)
        asked = asked | {"client_ids": sorted(set(who.values())) if of and of[0] in who else []}
    asked = asked | {"as_of": asked.get("as_of") or await today(work)}
    values = await _values(work) | {"not_before": _moment(asked["as_of"])}
    page = await _page(work, receivables.LIST, pages, asked, values)
    totals = [dict(row) for row in await work.fetch(receivables.TOTALS, **values, **asked)]
    at_home = sum(one.pop("home") for one in totals)
    if any(asked.get(name) for name in OF_DOCUMENTS):
        for one in (*totals, *(each for item in page["items"] for each in item["currencies"])):
            one["credit"] = None
    return {
        "as_of": asked["as_of"], "home_currency": values["home"], "totals": totals,
        "due_at_home": Money(at_home, values["home"]).format(), **page,
    }  # fmt: skip


async def revenue_report(work: UnitOfWork, pages: Paging, asked: Json) -> Json:
    """What was earned in a time."""
    group = asked.pop("group_by")
    asked |= await _period(work, asked, _YEAR)
    values = await _values(work)
    page = await _page(work, revenue.listing(group), pages, asked, values)
    totals = [dict(row) for row in await work.fetch(revenue.TOTALS, **values, **asked)]
    sums = {name: sum(one.pop(f"home_{name}") for one in totals) for name in revenue.SUMS}
    at_home = {
        f"{name}_at_home": Money(minor, values["home"]).format() for name, minor in sums.items()
    }
    return {
        "group_by": group, "date_from": asked["date_from"], "date_to": asked["date_to"],
        "home_currency": values["home"], "totals": at_home | {"currencies": totals}, **page,
    }  # fmt: skip


async def lifetime_report(work: UnitOfWork, pages: Paging, asked: Json) -> Json:
    """What clients brought in."""
    values = await _values(work)
    page = await _page(work, lifetime.LIST, pages, asked, values)
    totals = [dict(row) for row in await work.fetch(lifetime.TOTALS, **values, **asked)]
    return {"home_currency": values["home"], "totals": totals, **page}


async def taxes_report(work: UnitOfWork, asked: Json) -> Json:
    """The figures of a tax return."""
    basis = asked.pop("basis")
    asked |= await _period(work, asked, _QUARTER)
    values = await _values(work) | asked
    sales = [_sale(row) for row in await work.fetch(taxes.SALES[basis], **values)]
    entries, unrated = _rated(await work.fetch(taxes.ENTRIES, **values), values["home"])
    earned, spent = (sum(one["tax"] for one in entries[kind]) for kind in ("income", "expense"))
    output = earned + sum(one["net_tax"] for one in sales)
    written = _Written(values["home"])
    return {
        "date_from": asked["date_from"], "date_to": asked["date_to"], "basis": basis,
        "currency": values["home"], "sales": [written(one) for one in sales],
        "incomes": [written(one) for one in entries["income"]],
        "expenses": [written(one) for one in entries["expense"]],
        "output_tax": written.amount(output), "input_tax": written.amount(spent),
        "net_due": written.amount(output - spent), "unrated": unrated,
    }  # fmt: skip


class _Written:
    """Writes the amounts of rows in one currency."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def __call__(self, row: Mapping[str, Any]) -> Json:
        return {
            name: self.amount(one) if isinstance(one, int) else one for name, one in row.items()
        }

    def amount(self, minor: int) -> str:
        """One of them."""
        return Money(minor, self._currency).format()


def _sale(row: Record) -> Json:
    left = {f"net_{name}": row[name] - row[f"credited_{name}"] for name in ("taxable", "tax")}
    return dict(row) | left


def _rated(rows: Sequence[Record], own: str) -> tuple[dict[str, list[Json]], list[Json]]:
    """The books at home, by kind, category and rate; and what no rate is known for."""
    found: dict[tuple[str, str | None, str | None], Json] = {}
    unrated: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        rate = _rate(row, own)
        if rate is None:
            sums = unrated.setdefault((row["kind"], row["currency"]), [0, 0])
            sums[0], sums[1] = sums[0] + row["taxable"], sums[1] + row["tax"]
            continue
        key = row["kind"], row["category"], row["rate"]
        one = found.setdefault(key, {"category": key[1], "rate": key[2], "taxable": 0, "tax": 0})
        for name in ("taxable", "tax"):
            one[name] += converted(row[name], row["currency"], own, rate)
    kinds: dict[str, list[Json]] = {"income": [], "expense": []}
    for (kind, _, _), one in found.items():
        kinds[kind].append(one)
    return kinds, [_unrated(*key, *sums) for key, sums in unrated.items()]


def _rate(row: Record, own: str) -> Decimal | None:
    """The company's own rate, then the central banks': as documents take theirs."""
    if row["currency"] == own:
        return Decimal(1)
    if row["exchange_rate"] is not None:
        return Decimal(row["exchange_rate"])
    return peg(row["currency"], own)


def _unrated(kind: str, currency: str, taxable: int, tax: int) -> Json:
    written = _Written(currency)
    told = {"taxable": written.amount(taxable), "tax": written.amount(tax)}
    return {"kind": kind, "currency": currency, **told}


async def _values(work: UnitOfWork) -> Json:
    """Who asks, what they see, and in which currency the books are."""
    values = await InvoiceRepository(work).scope_values()
    return values | {"tenant_id": work.tenant_id, "home": (await home(work)).currency}


async def _page(
    work: UnitOfWork, listed: ListQuery, pages: Paging, asked: Json, values: Json
) -> Json:
    # Each report is planned for what it is asked for: most is left out where nothing is.
    await work.plan_for_values()
    bound = {name: one for name, one in values.items() if name != "tenant_id"}
    page: Json = orjson.loads(await listed.page(work, pages, asked, **bound))
    return page


async def _period(work: UnitOfWork, asked: Json, months: int) -> Json:
    first, end = period(
        await today(work), asked.get("date_from"), asked.get("date_to"), months=months
    )
    return {"date_from": first, "date_to": end}


def _moment(as_of: date) -> datetime:
    """Before the next day begins, wherever that is: nowhere does it a whole day before UTC's."""
    return datetime.combine(as_of, time.min, UTC)
