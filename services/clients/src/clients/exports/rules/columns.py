"""What a table of clients shows: one row a client, in words and not in ids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from chassis.i18n import translate

Bilingual: TypeAlias = Mapping[str, str]
_Cell: TypeAlias = Callable[[Mapping[str, Any], Callable[[Any], str]], Any]


def _plain(name: str) -> _Cell:
    return lambda client, _: client.get(name)


def _named(name: str) -> _Cell:
    return lambda client, label: label(client.get(name))


def _address(client: Mapping[str, Any], _: Callable[[Any], str]) -> str:
    parts = ("building", "street", "district", "city", "postal_code", "country_code")
    return " | ".join(
        ", ".join(str(one[part]) for part in parts if one.get(part)) for one in client["addresses"]
    )


# The heading of each column, and how its cell is found. Headings are in locales/ar.po.
COLUMNS: Final[Mapping[str, _Cell]] = {
    "Code": _plain("code"),
    "Serial": _plain("serial"),
    "Kind": _plain("kind"),
    "Type": _plain("type"),
    "Name": _plain("name"),
    "Business name": _plain("business_name"),
    "Folder": _named("folder_id"),
    "Status": _named("status_id"),
    "Pinned status": _named("pinned_status_id"),
    "Follow-up status": _named("follow_up_status_id"),
    "Category": _named("category_id"),
    "Tags": lambda client, _: ", ".join(client["tags"]),
    "Phones": lambda client, _: ", ".join(p["e164"] or p["number"] for p in client["phones"]),
    "E-mails": lambda client, _: ", ".join(e["address"] for e in client["emails"]),
    "Addresses": _address,
    "Country": _plain("country_code"),
    "Currency": _plain("currency"),
    "Language": _plain("language"),
    "Links": lambda client, _: ", ".join(client["links"]),
    "Tax number": _plain("tax_number"),
    "Registration number": _plain("registration_number"),
    "Gender": _plain("gender"),
    "Birth date": _plain("birth_date"),
    "Credit limit": _plain("credit_limit"),
    "Credit days": _plain("credit_days"),
    "Opening balance": _plain("opening_balance"),
    "Invoicing method": _plain("invoicing_method"),
    "Barcode": _plain("barcode"),
    "Staff": lambda client, label: ", ".join(label(one["user_id"]) for one in client["staff"]),
    "Source": _plain("source"),
    "External id": _plain("external_id"),
    "Archived": lambda client, _: "1" if client["archived"] else "",
    "Created at": _plain("created_at"),
    "Updated at": _plain("updated_at"),
    "Last activity at": _plain("last_activity_at"),
    "Last contact at": _plain("last_contact_at"),
    "Balance due": _plain("balance_due"),
    "Balance currency": _plain("balance_currency"),
    "Next appointment at": _plain("next_appointment_at"),
    "Id": _plain("id"),
}


# What the reader's folder hides is not in the client: an empty cell.
_EMPTY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("tags", "phones", "emails", "addresses", "links"), ()),
    **dict.fromkeys(("business_name", "birth_date")),
}


def whole(client: Mapping[str, Any]) -> Mapping[str, Any]:
    """The client with every field that a file asks for, the hidden ones empty."""
    return {**_EMPTY, **client}


@dataclass(frozen=True, slots=True)
class CustomColumn:
    """A custom field as a column; `options` are the names of a choice's keys."""

    key: str
    label: Bilingual
    options: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for ids and keys, and the language it is said in."""

    labels: Mapping[str, Bilingual | str]
    custom: Sequence[CustomColumn]
    locale: str

    def headings(self) -> list[str]:
        """The first row."""
        own = [translate(heading, self.locale) for heading in COLUMNS]
        return own + [self._in_locale(column.label) for column in self.custom]

    def row(self, client: Mapping[str, Any]) -> list[str]:
        """One client's cells as texts; what is unknown or null is empty."""
        own = [cell(client, self._label) for cell in COLUMNS.values()]
        more = [self._chosen(column, client["custom_fields"]) for column in self.custom]
        return ["" if cell is None else str(cell) for cell in own + more]

    def _label(self, key: Any) -> str:
        return self._in_locale(self.labels.get(str(key), ""))

    def _in_locale(self, found: Bilingual | str) -> str:
        if isinstance(found, str):
            return found
        return found.get(self.locale) or next(iter(found.values()), "")

    def _chosen(self, column: CustomColumn, values: Mapping[str, Any]) -> Any:
        value = values.get(column.key)
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, list):
            return ", ".join(self._in_locale(column.options.get(one, one)) for one in value)
        option = column.options.get(str(value))
        return self._in_locale(option) if option else value
