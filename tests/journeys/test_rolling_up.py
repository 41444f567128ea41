"""What a company and its branches owe, and what was owed before, told by two services together."""

from chassis.testing.eventually import eventually
from tests.product import Person, Product

LINE = {"description": "صيانة", "quantity": "1", "unit_price": "100.00"}


async def _due(owner: Person, client_id: str) -> str | None:
    items = (await owner.get("/v1/balances", client_id=client_id))["items"]
    return items[0]["due"] if items else None


async def test_a_company_owes_what_its_branches_owe(product: Product) -> None:
    """CL-66: by the links that clients keep and the ledger that billing keeps."""
    owner = await product.sign_up()
    head, branch, shop = [
        (await owner.post("/v1/clients", {"name": name}))["id"] for name in ("رئيسي", "فرع", "محل")
    ]
    for above, below in ((head, branch), (branch, shop)):
        link = {"from_client_id": above, "to_client_id": below, "kind": "branch"}
        await owner.post("/v1/client-links", link)
    for one in (branch, shop):
        made = await owner.post("/v1/invoices", {"client_id": one, "lines": [LINE]})
        await owner.post(f"/v1/invoices/{made['id']}/issue")
    [sum_of] = (await owner.get("/v1/balances", client_id=head, rollup=True))["items"]
    assert (sum_of["client_id"], sum_of["due"]) == (head, "200.00")
    assert {one["client_id"]: one["due"] for one in sum_of["parts"]} == {
        branch: "100.00", shop: "100.00",
    }  # fmt: skip
    assert (await owner.get("/v1/balances", client_id=head))["items"] == []


async def test_clients_that_become_one_owe_once(product: Product) -> None:
    """CL-22, CL-78: what the record of the survivor says, and each its own once it is undone."""
    owner = await product.sign_up()
    first, second = [
        (await owner.post("/v1/clients", {"name": name, "opening_balance": owed}))["id"]
        for name, owed in (("سارة", "40.00"), ("سارة أحمد", "100.00"))
    ]

    async def owes(**dues: str) -> bool:
        found = {"first": await _due(owner, first), "second": await _due(owner, second)}
        return all(found[name] == due for name, due in dues.items())

    await eventually(lambda: owes(first="40.00", second="100.00"))
    merge = await owner.post(f"/v1/clients/{second}/merge", {"into_id": first})
    await eventually(lambda: owes(first="40.00", second="40.00"))
    await owner.post(f"/v1/merges/{merge['id']}/undo")
    await eventually(lambda: owes(first="40.00", second="100.00"))
