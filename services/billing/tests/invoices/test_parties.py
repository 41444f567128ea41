"""Who sold and who bought, as an issued invoice keeps them."""

from typing import Any

import pytest

from chassis.errors import NotFound, Unavailable
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Person, clients_say
from services.billing.tests.invoices.making import (
    INVOICES,
    draft,
    issued,
    remember_client,
)

ADDRESS = {"building": "7", "street": "العليا", "city": "الرياض", "postal_code": "12211",
           "country_code": "SA"}  # fmt: skip
WHOLE = dict.fromkeys(("district", "additional_number")) | ADDRESS
COMPANY = {
    "name": "عيادة النور", "country": "SA", "timezone": "Asia/Riyadh",
    "settings": {"vat_number": "300000000000003", "registration_number": "1010000001",
                 "address": ADDRESS, "phone": "0112000000", "email": "info@example.sa"},
}  # fmt: skip
CLIENT = {
    "name": "سارة", "business_name": "مؤسسة سارة", "country_code": "SA", "language": "ar",
    "legal_profile": {"tax_number": "311111111111113", "registration_number": "2020000002",
                      "address": ADDRESS},
}  # fmt: skip
BARE = dict.fromkeys(("vat_number", "registration_number", "branch", "address", "country_code",
                      "timezone", "phone", "email", "website", "logo_url"))  # fmt: skip


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What clients says of everybody; an error it raises."""
    answers: dict[str, Any] = {"client": CLIENT}

    async def client() -> Any:
        if isinstance(answers["client"], Exception):
            raise answers["client"]
        return answers["client"]

    clients_say(monkeypatch, client)
    return answers


async def test_seller_and_buyer_stay_as_they_were_when_it_was_issued(
    owner: Person, identity: Identity, told: dict[str, Any]
) -> None:
    """BI-03, BI-07: whatever the company and the client say of themselves later."""
    identity.companies[owner.caller.tenant_id] = COMPANY
    client_id = str(await remember_client(owner))
    made = await draft(owner, client_id=client_id)
    assert (made["seller"], made["buyer"], made["chain"]) == (None, None, None)
    after = await owner.post(f"{INVOICES}/{made['id']}/issue")
    settings: Any = COMPANY["settings"]
    assert after["seller"] == BARE | settings | {
        "name": "عيادة النور", "address": WHOLE, "country_code": "SA", "timezone": "Asia/Riyadh",
    }  # fmt: skip
    assert after["buyer"] == {
        "name": "سارة", "business_name": "مؤسسة سارة", "tax_number": "311111111111113",
        "registration_number": "2020000002", "address": WHOLE, "country_code": "SA",
        "language": "ar",
    }  # fmt: skip
    identity.companies[owner.caller.tenant_id] = {"name": "أخرى"}
    told["client"] = {"name": "غيرها"}
    assert await owner.get(f"{INVOICES}/{made['id']}") == after
    assert (await owner.get(INVOICES))["items"] == [after]


async def test_a_bare_company_sells_to_whom_it_knows_nothing_of(owner: Person) -> None:
    """BI-07: a name is enough; a walk-in sale has no buyer."""
    made = await issued(owner)
    assert made["seller"] == BARE | {"name": "عيادة النور"} and made["buyer"] is None
    made = await issued(owner, client_id=str(await remember_client(owner)))
    assert made["buyer"]["name"] == "سارة" and made["buyer"]["tax_number"] is None


async def test_a_branch_sells_under_its_own_numbers(owner: Person, identity: Identity) -> None:
    """BI-07: what it has not is the company's."""
    identity.companies[owner.caller.tenant_id] = COMPANY
    branch = await owner.post("/v1/branches", {
        "name": {"ar": "جدة", "en": "Jeddah"}, "address": {"city": "جدة"},
        "registration_number": "4030000001",
    })  # fmt: skip
    seller = (await issued(owner, branch_id=branch["id"]))["seller"]
    assert (seller["registration_number"], seller["vat_number"]) == (
        "4030000001", "300000000000003",
    )  # fmt: skip
    assert seller["branch"] == {"ar": "جدة", "en": "Jeddah"}
    assert seller["address"] == dict.fromkeys(WHOLE) | {"city": "جدة"}


async def test_nothing_is_issued_to_who_cannot_be_asked_for(
    owner: Person, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07: no number is taken; nobody is asked about what cannot be issued anyway."""
    client_id = str(await remember_client(owner))
    path = f"{INVOICES}/{(await draft(owner, client_id=client_id))['id']}/issue"
    for error, refusal in (
        (Unavailable(peer="clients"), (503, "unavailable")),
        (NotFound(), (422, "unknown_reference")),
    ):
        told["client"] = error
        assert await owner.refused("POST", path) == refusal
    told["client"] = CLIENT
    assert (await owner.post(path))["number"] == "INV-000001"
    told["client"] = RuntimeError("asked")
    assert await owner.refused("POST", path) == (409, "invoice_not_draft")
    async with owner.colleague("billing:read") as reader:
        path = f"{INVOICES}/{(await draft(owner, client_id=client_id))['id']}/issue"
        assert (await reader.refused("POST", path))[0] == 403


async def test_a_draft_that_changes_hands_meanwhile_is_not_issued(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07: not to a buyer that nobody asked for."""
    first, second = [str(await remember_client(owner)) for _ in range(2)]
    made = await draft(owner, client_id=first)

    async def client() -> Any:
        await owner.patch(f"{INVOICES}/{made['id']}", {"client_id": second})
        return CLIENT

    with monkeypatch.context() as patch:
        clients_say(patch, client)
        refused = await owner.refused("POST", f"{INVOICES}/{made['id']}/issue")
    assert refused == (409, "buyer_changed")
    after = await owner.post(f"{INVOICES}/{made['id']}/issue")
    assert (after["client_id"], after["number"]) == (second, "INV-000001")
