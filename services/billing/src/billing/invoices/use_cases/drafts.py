"""What can be done with invoices that are not issued yet."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from billing.branches.use_cases import check_branch
from billing.invoices import events, rules
from billing.invoices.repository import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.lines import with_product_taxes, with_taxes
from billing.totals.rules.written import EXTRAS, figures
from chassis.context import Context
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import about, people
from refs.home import home, today
from refs.reading import ensure_tenant, ensure_user
from refs.writing import Access

# What the figures of an invoice follow from, and what the taxes of its lines do.
_FIGURED: Final = frozenset({"lines", "currency", *EXTRAS})
_TAXED: Final = frozenset({"lines", "issue_date", "supply_date"})
_COLUMNS: Final = {"shipping": "shipping_minor", "deposit": "deposit_minor"}
Json = dict[str, Any]


async def create_invoice(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Invoice:
    """Write an invoice down; it is a draft until it is issued."""
    said = await _ask(work, context, values)
    client = None
    if said is not None:
        client = await about.client_to_write(work, values["client_id"], said)
        values["client_id"] = client.id
    invoices = InvoiceRepository(work)
    if (known := await invoices.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    await _check_named(work, values)
    currency = values["currency"] or (client and client.currency) or (await home(work)).currency
    values["issue_date"] = values["issue_date"] or await today(work)
    rules.check_dates(values["issue_date"], values["due_date"])
    lines = await with_product_taxes(work, values["lines"])
    lines = await with_taxes(work, lines, values["supply_date"] or values["issue_date"])
    plain = {name: value for name, value in values.items() if name not in _FIGURED}
    invoice = await invoices.add(
        **plain, **figures(currency, lines, values), status=rules.Status.DRAFT.value,
        created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.invoice_changed("created", invoice))
    return invoice


async def update_invoice(
    work: UnitOfWork, context: Context, invoice_id: UUID, changes: Json
) -> Invoice:
    """Change a draft."""
    said = await _ask(work, context, changes)
    invoices = InvoiceRepository(work)
    known = await invoices.get_for_update(invoice_id)
    rules.check_draft(known.status)
    if said is not None:
        changes["client_id"] = (await about.client_to_write(work, changes["client_id"], said)).id
    await _check_named(work, changes)
    rules.check_dates(
        changes.get("issue_date", known.issue_date), changes.get("due_date", known.due_date)
    )
    changed = await invoices.update(known, **await _columns(work, known, changes))
    if changed is not known:
        names = [name for name in changes if _differs(known, changed, name)]
        work.publish(events.invoice_changed("updated", changed, changed=names))
    return changed


async def delete_invoice(work: UnitOfWork, invoice_id: UUID) -> None:
    """Remove a draft."""
    invoices = InvoiceRepository(work)
    invoice = await invoices.get_for_update(invoice_id)
    rules.check_draft(invoice.status)
    await invoices.delete(invoice)
    work.publish(events.invoice_changed("deleted", invoice))


async def forget_drafts(work: UnitOfWork, client_id: UUID) -> None:
    """Remove the drafts of a client who is erased; what was issued the law has kept."""
    await InvoiceRepository(work).forget_drafts(client_id)


async def _ask(work: UnitOfWork, context: Context, values: Mapping[str, Any]) -> Access | None:
    """All that others are asked, before the work's first statement."""
    await ensure_tenant(context, work.tenant_id)
    if values.get("salesperson_id"):
        await ensure_user(context, work.tenant_id, values["salesperson_id"])
    return await about.ask(work, context, values.get("client_id"))


async def _check_named(work: UnitOfWork, values: Mapping[str, Any]) -> None:
    if values.get("salesperson_id"):
        user = await people.user(work, values["salesperson_id"])
        if user is None or not user.is_active:
            raise rules.UnknownSalesperson(field="salesperson_id")
    if values.get("branch_id"):
        await check_branch(work, values["branch_id"])


async def _columns(work: UnitOfWork, known: Invoice, changes: Json) -> Json:
    """What is written of a change: also the figures, where they may be others now."""
    plain = {name: value for name, value in changes.items() if name not in _FIGURED}
    if changes.keys().isdisjoint(_FIGURED | _TAXED):
        return plain
    lines = known.lines
    if "lines" in changes:
        lines = await with_product_taxes(work, changes["lines"])
    if not changes.keys().isdisjoint(_TAXED):
        lines = await with_taxes(work, lines, _supplied(known, changes))
    extras = {
        "discount": known.discount,
        "shipping": Money(known.shipping_minor, known.currency).format(),
        "deposit": Money(known.deposit_minor, known.currency).format(),
    } | changes  # fmt: skip
    return plain | figures(changes.get("currency", known.currency), lines, extras)


def _supplied(known: Invoice, changes: Mapping[str, Any]) -> date:
    supplied: date | None = changes.get("supply_date", known.supply_date)
    issued: date = changes.get("issue_date", known.issue_date)
    return supplied or issued


def _differs(known: Invoice, changed: Invoice, name: str) -> bool:
    column = _COLUMNS.get(name, name)
    return bool(getattr(known, column) != getattr(changed, column))
