"""What a client is found and filtered by, made from what is typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.folding import fold_compact
from chassis.money import Money
from clients.clients.rules import contacts
from clients.clients.rules import staff as assignment
from clients.clients.rules.failures import NotAnAmount

Columns = dict[str, Any]


def contents(typed: Mapping[str, Any], country: str) -> Columns:
    """The JSON columns that were given, with the columns that follow from them."""
    made = dict(typed)
    if "phones" in typed:
        made["phones"] = contacts.stored_phones(typed["phones"], country)
        made["phone_keys"] = contacts.phone_keys(made["phones"])
    if "emails" in typed:
        made["emails"] = contacts.stored_emails(typed["emails"])
        made["email_keys"] = contacts.email_keys(made["emails"])
    if "staff" in typed:
        made |= staff(assignment.assigned((), typed["staff"]))
    return made


def staff(members: Iterable[Mapping[str, Any]]) -> Columns:
    """The staff, and who of them sees and who may change the client."""
    listed = [dict(member) for member in members]
    return {
        "staff": listed, "staff_ids": assignment.staff_ids(listed),
        "editor_ids": assignment.editor_ids(listed),
    }  # fmt: skip


def code(typed: str) -> Columns:
    """The code, and the form in which two spellings of one code are equal."""
    return {"code": typed, "code_key": fold_compact(typed)}


def amounts(given: Mapping[str, str | None], currency: str) -> Columns:
    """Amounts as they are kept, with the currency's digits; raises NotAnAmount."""
    return {name: _amount(name, text, currency) for name, text in given.items()}


def _amount(name: str, text: str | None, currency: str) -> str | None:
    try:
        return None if text is None else Money.parse(text, currency).format()
    except ValueError:
        raise NotAnAmount(field=name, currency=currency) from None


def source(principal: str) -> str:
    """Where a client comes from unless it is said: by hand, by a partner, by a flow."""
    kind = principal.partition(":")[0]
    return {"user": "ui", "key": "integration", "flow": "automation"}.get(kind, kind)
