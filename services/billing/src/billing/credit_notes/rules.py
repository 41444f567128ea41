"""Credit notes: what may be taken off an invoice."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chassis.errors import Conflict, Invalid, NotFound

Json = dict[str, Any]
Key = tuple[str, str]


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


class NothingCredited(Invalid):
    """A credit note is of some money."""

    code = "not_an_amount"
    detail = "An amount is above zero."


class CreditNoteExternalIdTaken(Conflict):
    """What a partner's system calls it names one credit note."""

    code = "external_id_taken"
    detail = "Another credit note has this external id."


def taxed(lines: Sequence[Json], invoiced: Iterable[Json]) -> list[Json]:
    """The lines with their taxes as they were on the invoice; without one, with its product's
    there. Raises TaxNotOnInvoice.
    """
    kept = {one["tax_id"]: one["tax"] for one in invoiced if one["tax_id"]}
    products = {one["product_id"]: one["tax_id"] for one in invoiced if one["product_id"]}
    found = []
    for place, line in enumerate(lines):
        tax_id = line["tax_id"] or products.get(line["product_id"])
        if tax_id is not None and tax_id not in kept:
            raise TaxNotOnInvoice(field=f"lines.{place}.tax_id")
        found.append(line | {"tax_id": tax_id, "tax": kept.get(tax_id) if tax_id else None})
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
