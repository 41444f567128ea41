"""Credit notes: what may be taken off an invoice, in all, of each tax and of each line."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import Money, round_half_up

Json = dict[str, Any]
Key = tuple[str, str]
# What is left of all that is taxed alike, in words for a paper in either language.
_REST: Final = "المتبقي من الفاتورة {number} · Rest of invoice {number}"


class CreditNoteNotFound(NotFound):
    """No such credit note, or one of a client that the caller does not see."""

    code = "credit_note_not_found"
    detail = "There is no such credit note."


class OverCredited(Conflict):
    """No more is taken off than was asked for."""

    code = "over_credited"
    detail = "This is more than what is left of the invoice to be credited."


class TaxNotOnInvoice(Invalid):
    """A credit note gives back the taxes of its invoice, as they were."""

    code = "unknown_reference"
    detail = "There is no such tax on the invoice."


class UnknownLine(Invalid):
    """A credit note names the lines of its invoice by their places."""

    code = "unknown_reference"
    detail = "There is no such line on the invoice."


class LinesNeeded(Invalid):
    """What is left of an invoice is not what is left of its lines."""

    code = "lines_needed"
    detail = "Some of the invoice was written off. Say what is credited."


class NothingCredited(Invalid):
    """A credit note is of some money."""

    code = "not_an_amount"
    detail = "An amount is above zero."


class CreditNoteExternalIdTaken(Conflict):
    """What a partner's system calls it names one credit note."""

    code = "external_id_taken"
    detail = "Another credit note has this external id."


def taxed(lines: Sequence[Json], invoiced: Sequence[Json]) -> list[Json]:
    """The lines with their taxes as they were on the invoice; without one, with that of the line
    they name, else its product's there. Raises TaxNotOnInvoice and UnknownLine.
    """
    kept = {one["tax_id"]: one["tax"] for one in invoiced if one["tax_id"]}
    products = {one["product_id"]: one["tax_id"] for one in invoiced if one["product_id"]}
    found = []
    for place, line in enumerate(lines):
        tax_id = line["tax_id"] or products.get(line["product_id"])
        named = _named(line, invoiced, f"lines.{place}.invoice_line")
        if named is not None:
            tax_id = line["tax_id"] or named["tax_id"]
        is_other = named is not None and tax_id != named["tax_id"]
        if is_other or (tax_id is not None and tax_id not in kept):
            raise TaxNotOnInvoice(field=f"lines.{place}.tax_id")
        # What was worked out of the invoice says itself how its prices are to be read.
        tax = line["tax"] if "tax" in line else kept.get(tax_id) if tax_id else None
        found.append(line | {"tax_id": tax_id, "tax": tax})
    return found


def check_left(
    left_minor: int,
    total_minor: int,
    invoiced: Sequence[Json],
    credited: Mapping[Key, Decimal],
    taxes: Sequence[Json],
) -> None:
    """In all, and of what is taxed alike; raises NothingCredited and OverCredited."""
    if not total_minor:
        raise NothingCredited(field="lines")
    if total_minor > left_minor:
        raise OverCredited()
    most = {(one["category"], one["rate"]): Decimal(one["taxable"]) for one in invoiced}
    for one in taxes:
        key = one["category"], one["rate"]
        if credited.get(key, Decimal(0)) + Decimal(one["taxable"]) > most.get(key, Decimal(0)):
            raise OverCredited()


def left_of(lines: Sequence[Json], currency: str) -> list[Json]:
    """What is left of each line of an invoice of which nothing was credited by line."""
    return [
        {"quantity": _written(Decimal(one["quantity"])),
         "amount": Money(_asked(one, currency), currency).format()}
        for one in lines
    ]  # fmt: skip


def take(left: Sequence[Json], lines: Sequence[Json], currency: str) -> list[Json]:
    """What is left of each line after these were credited; raises OverCredited by its line."""
    after = list(left)
    for place, line in enumerate(lines):
        if line["invoice_line"] is None:
            continue
        rest = after[line["invoice_line"]]
        quantity = Decimal(rest["quantity"]) - Decimal(line["quantity"])
        amount = Money.parse(rest["amount"], currency).amount_minor - _asked(line, currency)
        if quantity < 0 or amount < 0:
            raise OverCredited(field=f"lines.{place}")
        after[line["invoice_line"]] = {
            "quantity": _written(quantity), "amount": Money(amount, currency).format(),
        }  # fmt: skip
    return after


def nothing_of(lines: Sequence[Json], currency: str) -> list[Json]:
    """The same once all is credited."""
    return [{"quantity": "0", "amount": Money(0, currency).format()} for _ in lines]


def rest_of(invoice: Any, credited: Mapping[Key, Decimal], net_minor: int) -> list[Json]:
    """A line for all that is taxed alike of which something is left; of nothing for the rounding.

    `credited` is what credit notes took off by tax, `net_minor` without tax in all.
    """
    currency, left = invoice.currency, []
    untaxed = invoice.subtotal_minor - invoice.discount_minor + invoice.shipping_minor - net_minor
    for group in invoice.taxes:
        rest = Decimal(group["taxable"]) - credited.get((group["category"], group["rate"]), 0)
        rest_minor = Money.parse(f"{rest:f}", currency).amount_minor
        untaxed -= rest_minor
        left.append((rest_minor, *of_group(group, invoice.lines)))
    left.append((untaxed, None, None))
    lines = [(minor, tax_id, tax) for minor, tax_id, tax in left if minor > 0] or left[:1]
    return [
        {"product_id": None, "description": _REST.format(number=invoice.number), "quantity": "1",
         "unit_price": Money(max(minor, 0), currency).format(), "discount": None,
         "tax_id": tax_id, "tax": tax, "invoice_line": None}
        for minor, tax_id, tax in lines
    ]  # fmt: skip


def of_group(group: Json, lines: Sequence[Json]) -> tuple[str | None, Json | None]:
    """The tax of what is taxed so on the invoice, for a price without it."""
    for one in lines:
        tax = one["tax"]
        if tax and (tax["category"], Decimal(tax["rate"])) == (
            group["category"], Decimal(group["rate"]),
        ):  # fmt: skip
            return one["tax_id"], tax | {"inclusive": False}
    return None, None


def _named(line: Json, invoiced: Sequence[Json], field: str) -> Json | None:
    place = line["invoice_line"]
    if place is None:
        return None
    if place >= len(invoiced):
        raise UnknownLine(field=field)
    return invoiced[place]


def _asked(line: Json, currency: str) -> int:
    """What a line was asked for, less its discount: with tax where its price has it in it."""
    price = Money.parse(line["unit_price"], currency).amount_minor
    taken = Money.parse(line["discount_amount"], currency).amount_minor
    return round_half_up(Decimal(line["quantity"]) * price) - taken


def _written(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
