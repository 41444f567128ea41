"""What can be done with taxes."""

from typing import Any, Final
from uuid import UUID

from billing.taxes import rules
from billing.taxes.repository import TaxRepository
from billing.taxes.tables import Tax
from chassis.cache import TenantCache
from chassis.caller import system
from chassis.context import Context
from chassis.errors import NotFound
from chassis.work import UnitOfWork
from refs import peers

_started: Final = TenantCache[bool](seconds=3600.0)


async def start(work: UnitOfWork, vat_rate: str) -> None:
    """Give a company the VAT of its country, if it has one; once, whatever became of it."""
    taxes = TaxRepository(work)
    if not await taxes.start() or not vat_rate:
        return
    await taxes.add(
        name=rules.STARTING_NAME, rate=rules.rate(vat_rate), category="S", is_inclusive=False,
        is_active=True,
    )  # fmt: skip


async def ensure_started(context: Context, work: UnitOfWork) -> None:
    """The same on first sight, for a company whose sign-up was not heard of here.

    Before the work's first statement: identity may be asked. Raises Unavailable.
    """
    if _started.get(work):
        return
    itself = system(work.tenant_id, context.service)
    async with work.database.work(itself) as own:
        has_started = await TaxRepository(own).has_started()
    if not has_started:
        try:
            tenant = await peers.get_tenant(context, work.tenant_id)
        except NotFound:
            return
        async with work.database.work(itself) as own:
            await start(own, tenant.get("vat_rate") or "")
    _started.put(work, True)


async def check_tax(work: UnitOfWork, tax_id: UUID | None) -> None:
    """Raises UnknownTax."""
    if tax_id is None:
        return
    found = await TaxRepository(work).find(tax_id)
    if found is None or not found.is_active:
        raise rules.UnknownTax(field="tax_id")


async def create_tax(work: UnitOfWork, values: dict[str, Any]) -> Tax:
    """Add a tax."""
    values["rate"] = rules.rate(values["rate"])
    _check(values)
    tax, _ = await TaxRepository(work).add_once(**values)
    return tax


async def update_tax(work: UnitOfWork, tax_id: UUID, changes: dict[str, Any]) -> Tax:
    """Change a tax, or put it away; issued documents keep what they were issued with."""
    taxes = TaxRepository(work)
    tax = await taxes.get_for_update(tax_id)
    if "rate" in changes:
        changes["rate"] = rules.rate(changes["rate"])
    known = {name: getattr(tax, name) for name in _CHECKED}
    _check(known | changes)
    return await taxes.update(tax, **changes)


async def delete_tax(work: UnitOfWork, tax_id: UUID) -> None:
    """Remove a tax that nothing is taxed with."""
    taxes = TaxRepository(work)
    await taxes.delete(await taxes.get_for_update(tax_id))


_CHECKED: Final = (
    "category",
    "rate",
    "exemption_reason",
    "exemption_code",
    "valid_from",
    "valid_to",
)


def _check(values: dict[str, Any]) -> None:
    rules.check_category(values["category"], values["rate"], values["exemption_reason"])
    rules.check_code(values["category"], values["exemption_code"])
    rules.check_period(values["valid_from"], values["valid_to"])
