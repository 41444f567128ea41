"""What credit is counted in."""

from chassis.ids import new_id
from services.memberships.tests.factories import Person, make_credit_type

TYPES = "/v1/credit-types"


async def test_a_credit_type_is_kept_changed_and_removed(owner: Person) -> None:
    """ME-17"""
    body = {
        "id": str(new_id()), "name": {"ar": "جلسات", "en": "Sessions"}, "unit": "جلسة",
        "description": "جلسات العلاج", "decimals": 1,
    }  # fmt: skip
    answer = await owner.http.post(TYPES, json=body)
    made, path = answer.json(), f"{TYPES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert made["name"] == body["name"]
    assert made["unit"] == {"ar": "جلسة", "en": None}
    assert (made["decimals"], made["allow_negative"], made["active"]) == (1, False, True)
    again = await owner.http.post(TYPES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(path, {"name": "Visits", "active": False, "decimals": 0})
    assert (changed["name"], changed["active"]) == ({"ar": None, "en": "Visits"}, False)
    assert (changed["unit"], changed["decimals"]) == (made["unit"], 0)
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "credit_type_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    body = {"name": "x", "unit": "y"}
    path = f"{TYPES}/{(await owner.post(TYPES, body))['id']}"
    for method, place, wrong, field in (
        ("POST", TYPES, {"name": "x"}, "unit"), ("POST", TYPES, {"unit": "x"}, "name"),
        ("POST", TYPES, body | {"decimals": 5}, "decimals"),
        ("POST", TYPES, body | {"decimals": -1}, "decimals"),
        ("PATCH", path, {"name": None}, "name"), ("PATCH", path, {"unit": " "}, "unit.en"),
        ("PATCH", path, {"kind": "x"}, "kind"),
    ):  # fmt: skip
        assert await owner.wrong(method, place, wrong) == ("validation_failed", [field])


async def test_credit_types_are_listed(owner: Person) -> None:
    sessions, minutes = [
        (await make_credit_type(owner, active=is_active))["id"] for is_active in (True, False)
    ]
    assert await owner.ids(TYPES, sort="created_at") == [sessions, minutes]
    assert await owner.ids(TYPES, active=False) == [minutes]


async def test_who_may_read_credit_types_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    made = await make_credit_type(owner)
    path = f"{TYPES}/{made['id']}"
    async with owner.colleague("memberships:read", "memberships:write") as reader:
        assert await reader.get(path) == made
        for method, place, sent in (
            ("POST", TYPES, {"name": "x", "unit": "y"}), ("PATCH", path, {"active": False}),
            ("DELETE", path, None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")
