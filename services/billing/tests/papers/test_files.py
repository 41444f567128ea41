"""E-invoices as they are fetched."""

from typing import Any

import pytest

from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Json, Person, clients_say, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, draft, issued, remember_client
from services.billing.tests.invoices.test_parties import ADDRESS, CLIENT, COMPANY
from services.billing.tests.ubl.judging import STAMP, faults

_WHOLE = ADDRESS | {"district": "الورود", "building": "7421", "additional_number": "2345"}


async def _file(person: Person, invoice: Json) -> bytes:
    answer = await person.http.get(f"{INVOICES}/{invoice['id']}/xml")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    return answer.content


async def test_invoices_of_a_whole_company_pass_the_rules(
    owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07, BI-03: one after the other; a simplified one lacks nothing but its stamp."""
    settings: Any = COMPANY["settings"]
    identity.companies[owner.caller.tenant_id] = COMPANY | {
        "settings": settings | {"address": _WHOLE}
    }

    async def client() -> Any:
        return CLIENT | {"legal_profile": CLIENT["legal_profile"] | {"address": _WHOLE}}

    clients_say(monkeypatch, client)
    tax, client_id = await make_tax(owner), str(await remember_client(owner))
    lines = LINE | {"tax_id": tax["id"]}
    for _ in range(3):
        assert faults(await _file(owner, await issued(owner, lines, client_id=client_id))) == set()
    walk_in = await issued(owner, lines)
    content = await _file(owner, walk_in)
    assert faults(content) == STAMP and await _file(owner, walk_in) == content


async def test_a_bare_company_and_a_draft_have_one_too(owner: Person) -> None:
    """BI-07: given also where the authority would refuse it."""
    assert b">388<" in await _file(owner, await issued(owner))
    content = await _file(owner, made := await draft(owner))
    assert b">325<" in content and b"ICV" not in content and made["id"].encode() in content


async def test_a_file_is_for_whom_the_invoice_is_for(owner: Person) -> None:
    """GW-02, BI-03"""
    made = await issued(owner, client_id=str(await remember_client(owner)))
    async with owner.colleague("billing:read", visibility="assigned") as other:
        refused = await other.refused("GET", f"{INVOICES}/{made['id']}/xml")
    assert refused == (404, "invoice_not_found")
