"""All SQL of exchange rates."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import asyncpg
from sqlalchemy import (
    Date,
    Integer,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from billing.exchange_rates.rules.rates import ExchangeRateNotFound, ExchangeRateTaken
from billing.exchange_rates.tables import ExchangeRate, exchange_rates
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = exchange_rates.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "currency", "home_currency", "rate", "source",
)  # fmt: skip
_ASKED: Final = (
    func.unnest(bindparam("currencies", type_=ARRAY(Text)), bindparam("days", type_=ARRAY(Date)))
    .table_valued(column("currency", Text), column("day", Date), name="asked")
    .render_derived()
)
_LAST: Final = (
    select(*written_columns(exchange_rates))
    .where(
        _OURS, _C.home_currency == bindparam("home", type_=Text),
        _C.currency == _ASKED.c.currency, _C.rate_date <= _ASKED.c.day,
    )
    .order_by(_C.rate_date.desc()).limit(literal_column("1", Integer)).lateral("last")
)  # fmt: skip
_NEWEST: Final = statement(select(_ASKED.c.day, *_LAST.c).join_from(_ASKED, _LAST, true()))

LIST: Final = ListQuery(
    source=exchange_rates,
    columns={**{name: _C[name] for name in _SHOWN}, "on": _C.rate_date},
    where=(_OURS,),
    filters={
        "currency": _C.currency == any_(bindparam("currency", type_=ARRAY(Text))),
        "source": _C.source == any_(bindparam("source", type_=ARRAY(Text))),
        "on_from": _C.rate_date >= bindparam("on_from", type_=Date),
        "on_to": _C.rate_date < bindparam("on_to", type_=Date),
    },
    sorts={"on": _C.rate_date, "updated_at": _C.updated_at},
    default_sort="-on", key=_C.id,
)  # fmt: skip


class ExchangeRateRepository(Repository[ExchangeRate]):
    """The rates of the tenant."""

    table = exchange_rates
    row = ExchangeRate
    missing = ExchangeRateNotFound

    async def newest(
        self, home: str, asked: Collection[tuple[str, date]]
    ) -> dict[tuple[str, date], ExchangeRate]:
        """Of each of these currencies the rate of its day, or the last before it."""
        rows = await self.work.fetch(
            _NEWEST, tenant_id=self.work.tenant_id, home=home,
            currencies=[currency for currency, _ in asked], days=[day for _, day in asked],
        )  # fmt: skip
        found = [dict(row) for row in rows]
        return {(one["currency"], one.pop("day")): ExchangeRate(**one) for one in found}

    async def add_once(self, **values: Any) -> tuple[ExchangeRate, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "uq_exchange_rates__day":
                raise ExchangeRateTaken(field="on") from error
            raise
