"""Companies of which the authority knows all that it asks for."""

from typing import Any

import pytest

from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Json, Person, clients_say, make_tax
from services.billing.tests.invoices.making import LINE, remember_client
from services.billing.tests.invoices.test_parties import ADDRESS, CLIENT, COMPANY

SETTINGS = "/v1/settings/billing"
WHOLE = ADDRESS | {
    "district": "الورود", "building": "7421", "additional_number": "2345", "postal_code": "12211",
}  # fmt: skip


def company(address: Json = WHOLE, **fields: Any) -> Json:
    """As identity tells it."""
    settings: Any = COMPANY["settings"]
    return COMPANY | {"settings": settings | {"address": address} | fields}


async def e_invoicing(person: Person, identity: Identity, **fields: Any) -> Json:
    """Switch it on for a whole company; a line with its tax."""
    identity.companies[person.caller.tenant_id] = company(**fields)
    await person.patch(SETTINGS, {"e_invoicing": True})
    return LINE | {"tax_id": (await make_tax(person))["id"]}


async def taxed_client(
    person: Person, monkeypatch: pytest.MonkeyPatch, address: Json = WHOLE, **fields: Any
) -> str:
    """A client with a tax number; their id."""
    legal: Any = CLIENT["legal_profile"]

    async def client() -> Any:
        return CLIENT | {"legal_profile": legal | {"address": address} | fields}

    clients_say(monkeypatch, client)
    return str(await remember_client(person))
