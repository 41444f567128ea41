"""Why an invoice asks for what it asks for: where it comes from, its figures, what became of it.

No figure is worked out here but how much was left after each movement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from billing.explanations.rules.words import MOVED, Said, said
from billing.statements.rules import event
from chassis.money import Money
from papers.words import percent

Json = Mapping[str, Any]
_BY_TYPE: Final = {"opening_balance": "made_of_balance", "opening_invoice": "made_of_import"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reason: what it adds (`amount`), and what is left to be paid after it (`balance`)."""

    kind: str
    text: Said
    amount: str | None = None
    balance: str | None = None
    at: datetime | None = None
    by: str | None = None
    causes: Sequence[str] = ()
    source: Json | None = field(default=None)


def explained(
    invoice: Json, movements: Iterable[Json], causes: Mapping[UUID, list[str]], today: date
) -> list[Step]:
    """All steps to what is left of an invoice, as the API shows it; `movements` are what was
    posted of what is owed of it, oldest first, and `causes` what other systems asked for, by the
    document that it made.
    """
    return [
        _origin(invoice, causes.get(UUID(str(invoice["id"])), [])),
        *_figures(invoice),
        *_moves(invoice, movements, causes),
        _standing(invoice, today),
    ]


def _origin(invoice: Json, causes: list[str]) -> Step:
    kind, values, source = _made(invoice, causes)
    return Step(
        kind=kind, text=said(kind, **values), at=datetime.fromisoformat(invoice["created_at"]),
        by=invoice["created_by"], causes=causes, source=source,
    )  # fmt: skip


def _made(invoice: Json, causes: list[str]) -> tuple[str, dict[str, str], Json | None]:
    if kind := _BY_TYPE.get(invoice["type"]):
        return kind, {}, None
    if found := invoice["subscription_id"]:
        kind = "made_of_change" if invoice["adjusts_id"] else "made_of_period"
        days = {"since": invoice["period_from"], "until": invoice["period_to"]}
        return kind, days, _source("subscription", found)
    for name in ("estimate", "order"):
        if found := invoice[f"{name}_id"]:
            return f"made_of_{name}", {}, _source(name, found)
    if causes:
        return "made_by_cause", {"cause": causes[0]}, None
    is_key = invoice["created_by"].startswith("key:")
    return "made_by_key" if is_key else "made", {}, None


def _figures(invoice: Json) -> Iterable[Step]:
    for line in invoice["lines"]:
        yield _line(line)
    for name, sign in (("discount_total", "-"), ("shipping", "")):
        if Decimal(invoice[name]):
            kind = name.removesuffix("_total")
            yield Step(kind=kind, text=said(kind), amount=f"{sign}{invoice[name]}")
    for group in invoice["taxes"]:
        values = {"rate": percent(group["rate"]), "taxable": group["taxable"]}
        yield Step(kind="tax", text=said("tax", **values), amount=group["amount"])
    if Decimal(invoice["rounding"]):
        yield Step(kind="rounding", text=said("rounding"), amount=invoice["rounding"])
    yield Step(kind="total", text=said("total"), amount=invoice["total"])


def _line(line: Json) -> Step:
    values = {
        "description": line["description"], "quantity": line["quantity"],
        "price": line["unit_price"], "net": line["net"],
    }  # fmt: skip
    name = "inclusive_line" if line["tax"] and line["tax"]["inclusive"] else "line"
    if Decimal(line["discount_amount"]):
        name, values["discount"] = f"discounted_{name}", line["discount_amount"]
    return Step(kind="line", text=said(name, **values), amount=line["net"])


def _moves(
    invoice: Json, movements: Iterable[Json], causes: Mapping[UUID, list[str]]
) -> Iterable[Step]:
    currency, left = invoice["currency"], 0
    for one in movements:
        due = int(one["due"])
        left += due
        name = event(one["cause"], due)
        number, source = _of(invoice, one)
        kind = name if name in MOVED else "movement"
        yield Step(
            kind=kind, text=said(kind, number=number), amount=Money(due, currency).format(),
            balance=Money(left, currency).format(), at=one["at"], by=one["created_by"],
            causes=causes.get(source["id"], []) if source else [], source=source,
        )  # fmt: skip


def _of(invoice: Json, one: Json) -> tuple[str, Json | None]:
    """The document beside the invoice that a movement is of, and its number."""
    if one["payment_id"]:
        return one["receipt_number"] or "", _source("payment", one["payment_id"])
    if one["credit_note_id"]:
        return one["credit_note_number"] or "", _source("credit_note", one["credit_note_id"])
    return invoice["number"] or "", None


def _standing(invoice: Json, today: date) -> Step:
    due = date.fromisoformat(invoice["due_date"])
    status, balance = invoice["status"], invoice["balance"]
    if status in {"draft", "void"}:
        return Step(kind=f"is_{status}", text=said(f"is_{status}"), balance=balance)
    if not Decimal(balance):
        return Step(kind="is_settled", text=said("is_settled"), balance=balance)
    if status == "overdue":
        words = said("is_overdue", due=due.isoformat(), days=str((today - due).days))
        return Step(kind="is_overdue", text=words, balance=balance)
    return Step(kind="is_due", text=said("is_due", due=due.isoformat()), balance=balance)


def _source(kind: str, found: Any) -> Json:
    path = {"credit_note": "credit-notes"}.get(kind, f"{kind}s")
    return {"type": kind, "id": UUID(str(found)), "url": f"/v1/{path}/{found}"}
