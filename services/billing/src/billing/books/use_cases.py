"""What can be done with expenses and incomes."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from billing.books import events
from billing.books.repository import EntryRepository, forget
from billing.books.tables import BookEntry
from billing.documents.use_cases.drafting import ask, check_named
from billing.documents.use_cases.lines import kept_tax
from billing.entry_categories.use_cases import check_category
from billing.totals.rules.written import figures, minor
from chassis.context import Context
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import about
from refs.home import home, today

# What the figures of an entry follow from, and what its tax does.
_FIGURED: Final = frozenset({"amount", "currency"})
_TAXED: Final = frozenset({"tax_id", "date"})
# Whose it is, where it is about no client.
_WHOSE: Final = "staff_id"
_COLUMNS: Final = {"amount": "amount_minor", "date": "entry_date"}
Json = dict[str, Any]


async def record_entry(
    context: Context, entries: EntryRepository, values: Json, digest: bytes
) -> BookEntry:
    """Write down what was spent, or came in."""
    work = entries.work
    said = await ask(work, context, values, _WHOSE)
    client = None
    if said is not None:
        client = await about.client_to_write(work, values["client_id"], said)
        values["client_id"] = client.id
    if (known := await entries.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    await _check_named(entries, values)
    values["date"] = values["date"] or await today(work)
    tax = await kept_tax(work, values["tax_id"], values["date"], "tax_id")
    currency = values["currency"] or (client and client.currency) or (await home(work)).currency
    plain = {name: value for name, value in values.items() if name not in {*_FIGURED, "date"}}
    entry = await entries.add(
        **plain, **written(values["amount"], currency, tax), entry_date=values["date"],
        created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.entry_changed("recorded", entry))
    return entry


async def update_entry(
    context: Context, entries: EntryRepository, entry_id: UUID, changes: Json
) -> BookEntry:
    """Change what was written down."""
    work = entries.work
    said = await ask(work, context, changes, _WHOSE)
    known = await entries.get_for_update(entry_id)
    if said is not None:
        changes["client_id"] = (await about.client_to_write(work, changes["client_id"], said)).id
    await _check_named(entries, changes)
    changed = await entries.update(known, **await _columns(work, known, changes))
    if changed is not known:
        names = [name for name in changes if _differs(known, changed, name)]
        work.publish(events.entry_changed("updated", changed, changed=names))
    return changed


async def delete_entry(entries: EntryRepository, entry_id: UUID) -> None:
    """Remove what was written down."""
    entry = await entries.get_for_update(entry_id)
    await entries.delete(entry)
    entries.work.publish(events.entry_changed("deleted", entry))


async def forget_entries(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of the entries of a client who is erased what the law has a company keep."""
    await forget(work, client_id)


async def _check_named(entries: EntryRepository, values: Mapping[str, Any]) -> None:
    await check_named(entries.work, values, _WHOSE)
    await check_category(entries.work, entries.kind, values.get("entry_category_id"))


async def _columns(work: UnitOfWork, known: BookEntry, changes: Json) -> Json:
    """What is written of a change: also the figures, where they may be others now."""
    columns = {_COLUMNS.get(name, name): value for name, value in changes.items()}
    if changes.keys().isdisjoint(_FIGURED | _TAXED):
        return columns
    tax = known.tax
    if not changes.keys().isdisjoint(_TAXED):
        tax_id, on = changes.get("tax_id", known.tax_id), changes.get("date", known.entry_date)
        tax = await kept_tax(work, tax_id, on, "tax_id")
    amount = changes.get("amount", Money(known.amount_minor, known.currency).format())
    return columns | written(amount, changes.get("currency", known.currency), tax)


def written(amount: str, currency: str, tax: Json | None) -> Json:
    """What an amount with its tax in it comes to; raises NotAnAmount."""
    minor(amount, currency, "amount")
    minor(amount, currency, "amount")
    kept = tax and {**tax, "inclusive": True}
    line = {"quantity": "1", "unit_price": amount, "discount": None, "tax": kept}
    found = figures(currency, [line], {})
    return {
        "currency": currency, "tax": kept, "amount_minor": found["total_minor"],
        "net_minor": found["subtotal_minor"], "tax_minor": found["tax_minor"],
        "rounding_minor": found["rounding_minor"],
    }  # fmt: skip


def _differs(known: BookEntry, changed: BookEntry, name: str) -> bool:
    column = _COLUMNS.get(name, name)
    return bool(getattr(known, column) != getattr(changed, column))
