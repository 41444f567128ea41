"""The catalogue: products and services, found as they are typed."""

import asyncio
from typing import Any

from chassis.ids import new_id
from services.billing.tests.factories import Json, Person, make_tax

PRODUCTS = "/v1/products"


async def make(person: Person, name: Any = "منتج", **fields: Any) -> Json:
    return await person.post(PRODUCTS, {"name": name, **fields})


async def test_a_product_is_kept_changed_and_removed(owner: Person) -> None:
    """BI-10"""
    tax = await make_tax(owner)
    body = {
        "id": str(new_id()), "name": {"ar": "استشارة", "en": "Consultation"}, "kind": "service",
        "description": "An hour with one of us", "sku": "CON-1", "unit": "hour",
        "prices": {"SAR": "250", "KWD": "20.5", "JPY": "9000"}, "tax_id": tax["id"],
        "external_id": "erp-17",
    }  # fmt: skip
    response = await owner.http.post(PRODUCTS, json=body)
    made = response.json()
    path = f"{PRODUCTS}/{body['id']}"
    assert (response.status_code, response.headers["location"]) == (201, path)
    assert made["prices"] == {"SAR": "250.00", "KWD": "20.500", "JPY": "9000"}
    assert made["description"] == {"ar": None, "en": "An hour with one of us"}
    assert (made["active"], made["tax_id"], made["version"]) == (True, tax["id"], 1)
    again = await owner.http.post(PRODUCTS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert await owner.refused("POST", PRODUCTS, body | {"unit": "day"}) == (409, "id_taken")
    changed = await owner.patch(path, {
        "active": False, "description": None, "prices": {"AED": "1.5"}, "tax_id": None,
    })  # fmt: skip
    assert changed == made | {
        "active": False, "description": None, "prices": {"AED": "1.50"}, "tax_id": None,
        "version": 2, "updated_at": changed["updated_at"],
    }  # fmt: skip
    stale = await owner.http.patch(path, json={"unit": "day"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "product_not_found")


async def test_a_name_is_enough(owner: Person) -> None:
    made = await make(owner, "ماء")
    assert made["name"] == {"ar": "ماء", "en": None}
    assert (made["kind"], made["prices"], made["active"]) == ("product", {}, True)


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    """BI-10: on making a product as on changing it; nobody else's tax, none that is put away."""
    tax = await make_tax(owner, active=False)
    path = f"{PRODUCTS}/{(await make(owner))['id']}"
    for changes, code, field in (
        ({"kind": "thing"}, "validation_failed", "kind"),
        ({"prices": {"SAR": "-1"}}, "validation_failed", "prices.SAR"),
        ({"prices": {"SAR": 1.5}}, "validation_failed", "prices.SAR"),
        ({"prices": None}, "validation_failed", "prices"),
        ({"sku": "  "}, "validation_failed", "sku"),
        ({"sku": "ـ"}, "validation_failed", "sku"),
        ({"price": "1"}, "validation_failed", "price"),
        ({"prices": {"SAR": "1.001"}}, "not_a_price", "prices.SAR"),
        ({"prices": {"JPY": "1.5"}}, "not_a_price", "prices.JPY"),
        ({"prices": {"XAU": "1"}}, "unknown_currency", "prices.XAU"),
        ({"tax_id": tax["id"]}, "unknown_tax", "tax_id"),
        ({"tax_id": str(new_id())}, "unknown_tax", "tax_id"),
    ):
        for method, place, body in (
            ("POST", PRODUCTS, {"name": "x", **changes}), ("PATCH", path, changes),
        ):  # fmt: skip
            assert await owner.wrong(method, place, body) == (code, [field]), (method, changes)
    arabic = {"Accept-Language": "ar"}
    told = await owner.http.patch(path, json={"prices": {"KWD": "1.0001"}}, headers=arabic)
    assert "KWD" in told.json()["detail"] and "3" in told.json()["detail"]


async def test_a_sku_and_an_external_id_name_one_product(owner: Person) -> None:
    """BI-10: however the SKU is spelled, and whoever is first of many."""
    made = await asyncio.gather(*(
        owner.http.post(PRODUCTS, json={"name": "x", "sku": sku})
        for sku in ("AB-12", "ab-12", "AB-١٢", "ab -12")
    ))  # fmt: skip
    assert sorted(one.status_code for one in made) == [201, 409, 409, 409]
    assert {one.json()["code"] for one in made if one.status_code == 409} == {"sku_taken"}
    other = await make(owner, external_id="e-1")
    path = f"{PRODUCTS}/{other['id']}"
    assert await owner.refused("PATCH", path, {"sku": "ＡＢ-12"}) == (409, "sku_taken")
    body = {"name": "x", "external_id": "e-1"}
    assert await owner.refused("POST", PRODUCTS, body) == (409, "external_id_taken")
    assert await owner.ids(PRODUCTS, external_id="e-1") == [other["id"]]
    assert len(await owner.ids(PRODUCTS, sku="aB-12")) == 1


async def test_products_are_found_as_they_are_typed(owner: Person) -> None:
    """BI-10, CL-05: by words of name, description and SKU, in any order and any spelling."""
    oil = await make(owner, {"ar": "زيت الزيتون البِكر", "en": "Virgin olive oil"}, sku="OIL-500")
    date = await make(owner, "تمر عجوة", description={"ar": "من المدينة المنوّرة، علبة 50%"})
    rent = await make(owner, "Rent of a hall")
    for typed, found in (
        ("الزيتون", [oil]), ("بكر زيت", [oil]), ("olive VIRGIN", [oil]), ("oil-٥٠٠", [oil]),
        ("المدينه المنوره", [date]), ("عجوه تمر", [date]), ("50%", [date]), ("زيت تمر", []),
        ("_ent", []), ("ren hall", [rent]), ("ـ", [oil, date, rent]),
    ):  # fmt: skip
        ids = await owner.ids(PRODUCTS, q=typed, sort="created_at")
        assert ids == [one["id"] for one in found], typed


async def test_products_are_narrowed_and_sorted(owner: Person) -> None:
    """BI-10"""
    tax = await make_tax(owner)
    first = await make(owner, "ج", kind="service", prices={"KWD": "1"}, tax_id=tax["id"])
    second = await make(owner, "أ", active=False)
    third = await make(owner, {"en": "B", "ar": "ب"}, prices={"KWD": "1", "SAR": "2"})
    in_order = {"sort": "created_at"}

    async def found(**query: Any) -> list[int]:
        places = [one["id"] for one in (first, second, third)]
        return [places.index(one) for one in await owner.ids(PRODUCTS, **in_order, **query)]

    assert await found() == [0, 1, 2]
    assert await found(kind="service") == [0]
    assert await found(kind=["service", "product"], active=True) == [0, 2]
    assert await found(tax_id=tax["id"]) == [0]
    assert await found(tax_id="none") == [1, 2]
    assert await found(tax_id=["none", tax["id"]]) == [0, 1, 2]
    assert await found(currency="kwd") == [0, 2]
    assert await found(currency="SAR", tax_id="none") == [2]
    by_name = await owner.get(PRODUCTS, sort="name", limit=2)
    rest = await owner.get(PRODUCTS, sort="name", cursor=by_name["next_cursor"])
    names = [one["name"]["ar"] for one in by_name["items"] + rest["items"]]
    assert names == ["أ", "ب", "ج"]
    other = await owner.http.get(PRODUCTS, params={"sort": "price"})
    assert other.status_code == 422


async def test_another_company_finds_nothing(owner: Person) -> None:
    """GW-04: the list reads around the policies, so its view holds the tenant."""
    made = await make(owner, "سر", sku="S-1")
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(PRODUCTS, params={"count": True})).json()["total"] == 0
        assert (await http.get(PRODUCTS, params={"q": "سر"})).json()["items"] == []
        assert (await http.get(f"{PRODUCTS}/{made['id']}")).status_code == 404
        body = {"name": "x", "sku": "S-1"}
        assert (await http.post(PRODUCTS, json=body)).status_code == 201


async def test_a_tax_that_a_product_has_stays(owner: Person) -> None:
    """BI-10"""
    tax = await make_tax(owner)
    path = f"/v1/taxes/{tax['id']}"
    product = await make(owner, tax_id=tax["id"])
    assert await owner.refused("DELETE", path) == (409, "tax_in_use")
    await owner.patch(path, {"active": False})
    # What has it already may keep it.
    await owner.patch(f"{PRODUCTS}/{product['id']}", {"unit": "box", "tax_id": tax["id"]})
    await owner.delete(f"{PRODUCTS}/{product['id']}")
    await owner.delete(path)


async def test_each_permission_allows_its_own(owner: Person) -> None:
    """GW-01"""
    made = await make(owner)
    path = f"{PRODUCTS}/{made['id']}"
    async with owner.colleague("billing:read") as reader:
        assert await reader.get(path) == made
        assert await reader.refused("POST", PRODUCTS, {"name": "x"}) == (403, "forbidden")
        assert await reader.refused("PATCH", path, {"unit": "x"}) == (403, "forbidden")
    async with owner.colleague("billing:read", "billing:write") as writer:
        await writer.patch(path, {"unit": "box"})
        assert await writer.refused("DELETE", path) == (403, "forbidden")
    async with owner.colleague("billing:read", "billing:delete") as remover:
        await remover.delete(path)
