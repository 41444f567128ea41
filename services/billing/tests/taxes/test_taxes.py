"""Taxes: what a company starts with, and how it changes them."""

import asyncio

from billing.taxes.consumers import on_tenant_created
from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Json, Person, make_tax

TAXES = "/v1/taxes"


async def _hear(owner: Person, **tenant: str) -> None:
    tenant_id = owner.caller.tenant_id
    event = Event("edge.tenant.created", tenant_id, {"tenant": tenant}, tenant_id=tenant_id)
    async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
        await on_tenant_created(work, event)


def _told(page: Json) -> list[tuple[str, str, str]]:
    return [(one["name"]["en"], one["rate"], one["category"]) for one in page["items"]]


async def test_a_new_company_has_the_vat_of_its_country(owner: Person, identity: Identity) -> None:
    """BI-10: once, however often its sign-up is heard of, and in both languages."""
    for _ in range(2):
        await _hear(owner, country="SA", vat_rate="0.15")
    page = await owner.get(TAXES)
    assert _told(page) == [("VAT", "0.15", "S")]
    [vat] = page["items"]
    assert vat["name"]["ar"] == "ضريبة القيمة المضافة"
    assert (vat["inclusive"], vat["active"], vat["valid_from"]) == (False, True, None)
    assert owner.caller.tenant_id not in identity.asked


async def test_a_company_that_was_there_before_has_it_too(
    owner: Person, identity: Identity
) -> None:
    """BI-10: on first sight, once however many ask, and what it removed stays away."""
    identity.tenants[owner.caller.tenant_id] = {"country": "BH", "vat_rate": "0.10"}
    pages = await asyncio.gather(*(owner.get(TAXES) for _ in range(6)))
    assert all(_told(page) == [("VAT", "0.1", "S")] for page in pages)
    await owner.delete(f"{TAXES}/{pages[0]['items'][0]['id']}")
    await _hear(owner, country="BH", vat_rate="0.10")
    assert await owner.ids(TAXES) == []


async def test_a_country_without_vat_gives_none(owner: Person) -> None:
    await _hear(owner, country="KW", vat_rate="")
    assert await owner.ids(TAXES) == []


async def test_a_tax_of_ones_own(owner: Person) -> None:
    """BI-10"""
    body = {
        "id": str(new_id()), "name": {"ar": "معفى", "en": "Exempt"}, "rate": "0.0", "category": "E",
        "exemption_reason": "Financial services", "valid_from": "2026-01-01",
    }  # fmt: skip
    response = await owner.http.post(TAXES, json=body)
    made = response.json()
    path = f"{TAXES}/{made['id']}"
    assert (response.status_code, response.headers["location"]) == (201, path)
    assert response.headers["etag"] == '"1"'
    again = await owner.http.post(TAXES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert (made["rate"], made["valid_to"], made["active"]) == ("0", None, True)
    changed = await owner.patch(path, {"valid_to": "2027-01-01", "active": False})
    assert changed == made | {
        "valid_to": "2027-01-01", "active": False, "version": 2,
        "updated_at": changed["updated_at"],
    }  # fmt: skip
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    assert (await owner.get(TAXES))["items"] == [changed]
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "tax_not_found")


async def test_what_does_not_fit_names_its_field(owner: Person) -> None:
    """BI-10: on making a tax as on changing it."""
    whole = {"name": "VAT", "rate": "0.15", "category": "S"}
    path = f"{TAXES}/{(await owner.post(TAXES, whole))['id']}"
    for changes, code, field in (
        ({"rate": "1.5"}, "validation_failed", "rate"),
        ({"rate": "0.12345"}, "validation_failed", "rate"),
        ({"rate": 0.15}, "validation_failed", "rate"),
        ({"rate": "-0.15"}, "validation_failed", "rate"),
        ({"category": "X"}, "validation_failed", "category"),
        ({"name": {}}, "validation_failed", "name"),
        ({"percent": "15"}, "validation_failed", "percent"),
        ({"active": None}, "validation_failed", "active"),
        ({"rate": "0"}, "rate_does_not_fit", "rate"),
        ({"category": "Z"}, "rate_does_not_fit", "rate"),
        ({"category": "O", "rate": "0"}, "exemption_reason_needed", "exemption_reason"),
        ({"exemption_reason": "x"}, "exemption_reason_not_allowed", "exemption_reason"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-02-01"}, "ends_before_start", "valid_to"),
    ):
        for method, place, body in (("POST", TAXES, whole | changes), ("PATCH", path, changes)):
            assert await owner.wrong(method, place, body) == (code, [field]), (method, changes)
    arabic = await owner.http.post(
        TAXES, json=whole | {"rate": "0"}, headers={"Accept-Language": "ar"}
    )
    assert arabic.json()["detail"].startswith("نسبة الفئة S")


async def test_taxes_are_found_by_category_day_and_use(owner: Person) -> None:
    """BI-10"""
    old = await make_tax(owner, rate="0.05", valid_to="2020-07-01")
    new = await make_tax(owner, valid_from="2020-07-01")
    free = await make_tax(owner, rate="0", category="Z", active=False)
    in_order = {"sort": "created_at"}
    assert await owner.ids(TAXES, **in_order) == [old["id"], new["id"], free["id"]]
    assert await owner.ids(TAXES, category=["Z", "E"]) == [free["id"]]
    assert await owner.ids(TAXES, active=True, **in_order) == [old["id"], new["id"]]
    assert await owner.ids(TAXES, valid_on="2020-06-30", category="S") == [old["id"]]
    assert await owner.ids(TAXES, valid_on="2020-07-01", category="S") == [new["id"]]
    first = await owner.get(TAXES, limit=2, **in_order)
    rest = await owner.get(TAXES, cursor=first["next_cursor"], **in_order)
    assert [one["id"] for one in rest["items"]] == [free["id"]]


async def test_who_may_read_taxes_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    tax = await make_tax(owner)
    path = f"{TAXES}/{tax['id']}"
    async with owner.colleague("billing:read", "billing:write") as reader:
        assert await reader.get(path) == tax
        assert await reader.refused("POST", TAXES, {"name": "x"}) == (403, "forbidden")
        assert await reader.refused("PATCH", path, {"active": False}) == (403, "forbidden")
        assert await reader.refused("DELETE", path) == (403, "forbidden")
    async with owner.colleague("clients:read") as nobody:
        assert await nobody.refused("GET", path) == (404, "not_found")
        assert await nobody.refused("GET", TAXES) == (403, "forbidden")
