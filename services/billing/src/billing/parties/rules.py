"""Who sells and who buys, as a document keeps them from the moment it is issued."""

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]
_ADDRESS: Final = (
    "building", "street", "district", "city", "postal_code", "additional_number", "country_code",
)  # fmt: skip
_CONTACT: Final = ("phone", "email", "website", "logo_url")


def seller(company: Mapping[str, Any], branch: Mapping[str, Any]) -> Json:
    """The company; a branch with an address or a number of its own sells under that one.

    What was never said is None, and stops nobody from selling.
    """
    settings = company.get("settings", {})
    told = {name: settings.get(name) or None for name in _CONTACT}
    numbers = {
        name: branch.get(name) or settings.get(name) or None
        for name in ("vat_number", "registration_number")
    }
    return {
        "name": company["name"], **numbers, "branch": branch.get("name"),
        "address": _address(branch.get("address")) or _address(settings.get("address")),
        "country_code": company.get("country") or None,
        "timezone": company.get("timezone") or None, **told,
    }  # fmt: skip


def buyer(client: Mapping[str, Any]) -> Json:
    """The client, who it is to the law too."""
    legal = client.get("legal_profile", {})
    return {
        "name": client["name"], "business_name": client.get("business_name") or None,
        "tax_number": legal.get("tax_number") or None,
        "registration_number": legal.get("registration_number") or None,
        "address": _address(legal.get("address")),
        "country_code": client.get("country_code") or None,
        "language": client.get("language") or None,
    }  # fmt: skip


def about(client: Mapping[str, Any]) -> Json:
    """Whom it is about, where another client is the buyer."""
    return {"name": client["name"], "business_name": client.get("business_name") or None}


def _address(given: Mapping[str, Any] | None) -> Json | None:
    parts = {name: (given or {}).get(name) or None for name in _ADDRESS}
    return parts if any(parts.values()) else None
