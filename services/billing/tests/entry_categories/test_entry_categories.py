"""Categories of expenses and incomes."""

from chassis.ids import new_id
from services.billing.tests.factories import Person

CATEGORIES = "/v1/entry-categories"


async def test_a_category_is_kept_changed_and_removed(owner: Person) -> None:
    """CL-83: what money was spent on."""
    body = {"id": str(new_id()), "kind": "expense", "name": {"ar": "إيجار", "en": "Rent"}}
    answer = await owner.http.post(CATEGORIES, json=body)
    made, path = answer.json(), f"{CATEGORIES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["kind"], made["name"], made["active"]) == ("expense", body["name"], True)
    again = await owner.http.post(CATEGORIES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(path, {"name": "Rents", "active": False})
    assert (changed["name"], changed["active"]) == ({"ar": None, "en": "Rents"}, False)
    assert (await owner.patch(path, {}))["version"] == 2
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "entry_category_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    body = {"kind": "expense", "name": "x"}
    path = f"{CATEGORIES}/{(await owner.post(CATEGORIES, body))['id']}"
    for method, place, wrong, field in (
        ("POST", CATEGORIES, {"name": "x"}, "kind"),
        ("POST", CATEGORIES, body | {"kind": "y"}, "kind"),
        ("POST", CATEGORIES, {"kind": "income"}, "name"),
        ("PATCH", path, {"kind": "income"}, "kind"),
        ("PATCH", path, {"name": None}, "name"), ("PATCH", path, {"name": " "}, "name.en"),
    ):  # fmt: skip
        assert await owner.wrong(method, place, wrong) == ("validation_failed", [field])


async def test_categories_are_listed_by_kind(owner: Person) -> None:
    rent, gifts = [
        (await owner.post(CATEGORIES, {"kind": kind, "name": "x", "active": is_active}))["id"]
        for kind, is_active in (("expense", True), ("income", False))
    ]
    assert await owner.ids(CATEGORIES, sort="created_at") == [rent, gifts]
    assert await owner.ids(CATEGORIES, kind="expense") == [rent]
    assert await owner.ids(CATEGORIES, kind=["expense", "income"], active=False) == [gifts]


async def test_a_category_that_is_used_stays(owner: Person) -> None:
    made = await owner.post(CATEGORIES, {"kind": "income", "name": "x"})
    path = f"{CATEGORIES}/{made['id']}"
    income = await owner.post("/v1/incomes", {"amount": "1", "entry_category_id": made["id"]})
    assert await owner.refused("DELETE", path) == (409, "entry_category_in_use")
    await owner.delete(f"/v1/incomes/{income['id']}")
    await owner.delete(path)


async def test_who_may_read_categories_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    body = {"kind": "income", "name": "x"}
    made = await owner.post(CATEGORIES, body)
    path = f"{CATEGORIES}/{made['id']}"
    async with owner.colleague("billing:read", "billing:write", "billing:delete") as reader:
        assert await reader.get(path) == made
        for method, place, sent in (
            ("POST", CATEGORIES, body), ("PATCH", path, {"active": False}), ("DELETE", path, None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")
