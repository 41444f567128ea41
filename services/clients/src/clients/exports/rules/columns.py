"""What a table of clients shows: one row a client, in words and not in ids."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from chassis.i18n import translate

Labels: TypeAlias = Mapping[str, Mapping[str, str] | str]
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
    "Staff": lambda client, label: ", ".join(label(one["user_id"]) for one in client["staff"]),
    "Source": _plain("source"),
    "External id": _plain("external_id"),
    "Archived": lambda client, _: "1" if client["archived"] else "",
    "Created at": _plain("created_at"),
    "Updated at": _plain("updated_at"),
    "Last activity at": _plain("last_activity_at"),
    "Id": _plain("id"),
}


def headings(locale: str) -> list[str]:
    """The first row."""
    return [translate(heading, locale) for heading in COLUMNS]


def row(client: Mapping[str, Any], labels: Labels, locale: str) -> list[str]:
    """One client's cells as texts; what is unknown or null is empty."""

    def label(key: Any) -> str:
        found = labels.get(str(key), "")
        if isinstance(found, str):
            return found
        return found.get(locale) or next(iter(found.values()), "")

    cells = (cell(client, label) for cell in COLUMNS.values())
    return ["" if cell is None else str(cell) for cell in cells]
