"""What a company sells, from its first day: taxed as its country does, found as it is typed."""

from chassis.testing.eventually import eventually
from tests.product import Product


async def test_a_new_company_sells_on_its_first_day(product: Product) -> None:
    """BI-10, GW-05: the VAT of its country is there, and the audit log tells who added what."""
    owner = await product.sign_up()
    [vat] = (await owner.get("/v1/taxes"))["items"]
    assert (vat["rate"], vat["category"], vat["name"]["en"]) == ("0.15", "S", "VAT")
    made = await owner.post("/v1/products", {
        "name": {"ar": "قهوة عربية", "en": "Arabic coffee"}, "sku": "QH-1",
        "prices": {"SAR": "45.5"}, "tax_id": vat["id"],
    })  # fmt: skip
    assert made["prices"] == {"SAR": "45.50"}
    for typed in ("قهوه عربيه", "coffee", "qh-١"):
        page = await owner.get("/v1/products", q=typed)
        assert [one["id"] for one in page["items"]] == [made["id"]], typed
    branch = await owner.post("/v1/branches", {"name": "الرياض"})
    body = {"document_type": "invoice", "branch_id": branch["id"], "prefix": "RUH-"}
    assert (await owner.post("/v1/series", body))["current"] is True

    async def is_told() -> bool:
        entries = (await owner.get("/v1/audit-log", service="billing"))["items"]
        actors = {(one["entity"], one["actor"].partition(":")[0]) for one in entries}
        return actors >= {("taxes", "service"), ("products", "user"), ("branches", "user")}

    await eventually(is_told)
