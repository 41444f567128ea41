"""What is done with e-invoices as documents are issued."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from billing.defaults.repository import BillingSettingsRepository
from billing.einvoices import rules
from chassis.work import UnitOfWork

Json = Mapping[str, Any]
Check = Callable[[Json, Sequence[Json]], None]


async def is_on(work: UnitOfWork) -> bool:
    """Whether the company issues e-invoices."""
    settings = await BillingSettingsRepository(work).current()
    return settings is not None and settings.is_e_invoicing


async def checking(work: UnitOfWork) -> Check:
    """What a document is checked by before it takes its number, of what it will say and its lines.

    It raises EInvoiceIncomplete; where the company has no e-invoicing, never.
    """
    if await is_on(work):
        return lambda says, lines: rules.check(
            says["seller"], says["buyer"], lines, says["home_currency"]
        )
    return lambda _, __: None


async def check_voidable(work: UnitOfWork) -> None:
    """Raises EInvoicing."""
    if await is_on(work):
        raise rules.EInvoicing()
