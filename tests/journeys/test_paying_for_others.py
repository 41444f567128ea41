"""A client whom their company pays for, told by clients and billed by billing."""

from typing import Any

from chassis.testing.eventually import eventually
from tests.product import Person, Product

LINE = {"description": "صيانة", "quantity": "1", "unit_price": "100.00"}


def _whose(made: dict[str, Any]) -> tuple[str, str | None]:
    return made["client_id"], made["for_client_id"]


async def _issued(owner: Person, client_id: str) -> dict[str, Any]:
    body = {"invoices": [{"client_id": client_id, "lines": [LINE]}], "issue": True}
    made: dict[str, Any] = (await owner.post("/v1/invoices/bulk", body))["items"][0]
    return made


async def test_whoever_pays_for_a_client_owes_what_is_billed(product: Product) -> None:
    """CL-64: from the first draft on; what is issued at once follows each change at once."""
    owner = await product.sign_up()
    company, other = [
        (await owner.post("/v1/clients", {"name": name}))["id"] for name in ("شركة", "أخرى")
    ]
    sara = (await owner.post("/v1/clients", {"name": "سارة", "bill_to_id": company}))["id"]
    draft = await owner.post("/v1/invoices", {"client_id": sara, "lines": [LINE]})
    assert _whose(draft) == (company, sara)
    made = await owner.post(f"/v1/invoices/{draft['id']}/issue")
    assert (made["buyer"]["name"], made["for_client"]["name"]) == ("شركة", "سارة")
    for payer in (other, None, company):
        changed = await owner.ask("PATCH", f"/v1/clients/{sara}", json={"bill_to_id": payer})
        assert changed.status_code == 200, changed.text
        owed = (payer, sara) if payer else (sara, None)
        assert _whose(await _issued(owner, sara)) == owed

        async def follows(owed: tuple[str, str | None] = owed) -> bool:
            drafted = await owner.post("/v1/invoices", {"client_id": sara, "lines": [LINE]})
            return _whose(drafted) == owed

        await eventually(follows)
    dues = {
        one: (await owner.get("/v1/balances", client_id=one))["items"][0]["due"]
        for one in (company, other, sara)
    }
    assert dues == {company: "200.00", other: "100.00", sara: "100.00"}
    about = await owner.get("/v1/invoices", for_client_id=sara, status="issued", count=True)
    assert (
        about["total"]
        + len((await owner.get("/v1/invoices", for_client_id=sara, status="overdue"))["items"])
        == 3
    )
