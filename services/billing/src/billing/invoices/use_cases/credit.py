"""Whether a client may owe as much as an invoice asks for."""

from collections.abc import Mapping
from typing import Any

from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.rules import CreditLimitExceeded, CreditLimitMode, exceeds
from billing.invoices.repository.credit import credit_of, owed_by
from billing.invoices.tables import Invoice
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home


async def check_credit(work: UnitOfWork, draft: Invoice, worth: Mapping[str, Any]) -> None:
    """Raises CreditLimitExceeded, where the company wants that.

    Whoever else issues for the client waits from here on. `worth` are the columns of what the
    draft is worth at home.
    """
    more = {worth["home_currency"]: worth["home_total_minor"], draft.currency: draft.total_minor}
    if (found := await _exceeded(work, draft, CreditLimitMode.REFUSE, more)) is not None:
        raise found


async def warning(work: UnitOfWork, invoice: Invoice) -> CreditLimitExceeded | None:
    """What to tell of an invoice that was just issued, where the company wants to be warned."""
    return await _exceeded(work, invoice, CreditLimitMode.WARN, {})


async def _exceeded(
    work: UnitOfWork, invoice: Invoice, mode: CreditLimitMode, more: Mapping[str, int]
) -> CreditLimitExceeded | None:
    if invoice.client_id is None or not invoice.total_minor:
        return None
    settings = await BillingSettingsRepository(work).current()
    if settings is None or settings.credit_limit_mode != mode:
        return None
    if (credit := await credit_of(work, invoice.client_id)) is None:
        return None
    currency = credit.currency or (await home(work)).currency
    limit = Money.parse(credit.limit, currency).amount_minor
    owed = await owed_by(work, invoice.client_id, currency) + more.get(currency, 0)
    return CreditLimitExceeded() if exceeds(limit, owed) else None
