"""HTTP door of exchange rates."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.exchange_rates import use_cases
from billing.exchange_rates.repository import LIST, ExchangeRateRepository
from billing.exchange_rates.rules.rates import written
from billing.exchange_rates.schemas import (
    EffectiveFilters,
    EffectiveRates,
    ExchangeRateCreate,
    ExchangeRateFilters,
    ExchangeRateUpdate,
    ExchangeRateView,
)
from billing.exchange_rates.tables import ExchangeRate
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/exchange-rates", "Exchange rates")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[ExchangeRateView])
async def list_exchange_rates(
    work: Work, pages: Pages, query: Annotated[ExchangeRateFilters, Query()]
) -> Json:
    """List the company's own exchange rates."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.get("/effective", permission=READ)
async def get_effective_exchange_rates(
    work: Work, context: Context, query: Annotated[EffectiveFilters, Query()]
) -> EffectiveRates:
    """Read the rates that documents of a day take, today's unless one is named."""
    await ensure_tenant(context, work.tenant_id)
    home, on, rates = await use_cases.effective(work, query.on)
    items = [
        {"currency": currency, "rate": written(one.rate), "on": one.on, "source": one.source}
        for currency, one in sorted(rates.items())
    ]
    return EffectiveRates.model_validate({"home_currency": home, "on": on, "items": items})


@routes.post(
    "", permission=MANAGE, status=201,
    example={"currency": "EUR", "rate": "4.0825", "on": "2026-03-01", "source": "SAMA"},
)  # fmt: skip
async def create_exchange_rate(
    work: Work, context: Context, body: ExchangeRateCreate
) -> ExchangeRateView:
    """Add what a currency is worth from a day on."""
    await ensure_tenant(context, work.tenant_id)
    values = body.model_dump()
    values["rate_date"] = values.pop("on")
    return _shown(await use_cases.create_rate(work, values))


@routes.get("/{exchange_rate_id}", permission=READ)
async def get_exchange_rate(work: Work, exchange_rate_id: UUID) -> ExchangeRateView:
    """Read an exchange rate."""
    return _shown(await ExchangeRateRepository(work).get(exchange_rate_id))


@routes.patch("/{exchange_rate_id}", permission=MANAGE, example={"rate": "4.0900"})
async def update_exchange_rate(
    work: Work, exchange_rate_id: UUID, body: ExchangeRateUpdate
) -> ExchangeRateView:
    """Change a rate; issued documents keep theirs."""
    changes = body.model_dump(exclude_unset=True)
    return _shown(await use_cases.update_rate(work, exchange_rate_id, changes))


@routes.delete("/{exchange_rate_id}", permission=MANAGE)
async def delete_exchange_rate(work: Work, exchange_rate_id: UUID) -> None:
    """Remove a rate; issued documents keep theirs."""
    await use_cases.delete_rate(work, exchange_rate_id)


def _shown(rate: ExchangeRate) -> ExchangeRateView:
    return ExchangeRateView.model_validate(asdict(rate) | {"on": rate.rate_date})
