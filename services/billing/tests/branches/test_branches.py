"""Branches: where a company sells from."""

from chassis.ids import new_id
from services.billing.tests.factories import Person

BRANCHES = "/v1/branches"


async def test_a_branch_is_kept_changed_and_removed(owner: Person) -> None:
    """BI-07: with an address and numbers of its own."""
    body = {
        "id": str(new_id()), "name": {"ar": "فرع الرياض", "en": "Riyadh"}, "code": "RUH",
        "address": {"building": "8228", "city": "الرياض", "country_code": "sa"},
        "vat_number": "310122393500003",
    }  # fmt: skip
    response = await owner.http.post(BRANCHES, json=body)
    made = response.json()
    path = f"{BRANCHES}/{body['id']}"
    assert (response.status_code, response.headers["location"]) == (201, path)
    assert made["address"]["country_code"] == "SA" and made["address"]["street"] is None
    assert (made["registration_number"], made["active"], made["version"]) == (None, True, 1)
    again = await owner.http.post(BRANCHES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(path, {"address": None, "active": False, "name": "Riyadh"})
    assert (changed["address"], changed["active"], changed["version"]) == (None, False, 2)
    assert changed["name"] == {"ar": None, "en": "Riyadh"}
    stale = await owner.http.patch(path, json={"code": "R"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "branch_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    await owner.post(BRANCHES, {"name": "A", "code": "A"})
    path = f"{BRANCHES}/{(await owner.post(BRANCHES, {'name': 'B'}))['id']}"
    for changes, field in (
        ({"name": None}, "name"), ({"address": {"country_code": "XX"}}, "address.country_code"),
        ({"address": {"town": "x"}}, "address.town"), ({"vat_number": ""}, "vat_number"),
    ):  # fmt: skip
        for method, place, body in (
            ("POST", BRANCHES, {"name": "x", **changes}), ("PATCH", path, changes),
        ):  # fmt: skip
            assert await owner.wrong(method, place, body) == ("validation_failed", [field])
    taken = (409, "branch_code_taken")
    assert await owner.refused("POST", BRANCHES, {"name": "x", "code": "A"}) == taken
    assert await owner.refused("PATCH", path, {"code": "A"}) == taken


async def test_branches_are_listed(owner: Person) -> None:
    first = await owner.post(BRANCHES, {"name": "A", "code": "A"})
    second = await owner.post(BRANCHES, {"name": "B", "code": "B", "active": False})
    in_order = {"sort": "created_at"}
    assert await owner.ids(BRANCHES, **in_order) == [first["id"], second["id"]]
    assert await owner.ids(BRANCHES, active=False) == [second["id"]]
    assert await owner.ids(BRANCHES, code=["A", "C"]) == [first["id"]]
    page = await owner.get(BRANCHES, limit=1, **in_order)
    rest = await owner.get(BRANCHES, cursor=page["next_cursor"], **in_order)
    assert [one["id"] for one in rest["items"]] == [second["id"]]


async def test_a_branch_that_has_a_series_stays(owner: Person) -> None:
    branch = await owner.post(BRANCHES, {"name": "A"})
    path = f"{BRANCHES}/{branch['id']}"
    body = {"document_type": "invoice", "branch_id": branch["id"], "prefix": "A-"}
    series = await owner.post("/v1/series", body)
    assert await owner.refused("DELETE", path) == (409, "branch_in_use")
    await owner.delete(f"/v1/series/{series['id']}")
    await owner.delete(path)


async def test_who_may_read_branches_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    branch = await owner.post(BRANCHES, {"name": "A"})
    path = f"{BRANCHES}/{branch['id']}"
    async with owner.colleague("billing:read", "billing:write", "billing:delete") as reader:
        assert await reader.get(path) == branch
        assert await reader.refused("POST", BRANCHES, {"name": "x"}) == (403, "forbidden")
        assert await reader.refused("PATCH", path, {"active": False}) == (403, "forbidden")
        assert await reader.refused("DELETE", path) == (403, "forbidden")
