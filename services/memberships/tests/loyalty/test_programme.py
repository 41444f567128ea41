"""The rules by which points are earned."""

from chassis.ids import new_id
from services.memberships.tests.factories import Person
from services.memberships.tests.loyalty.making import RULES, make_rule


async def test_a_rule_is_kept_changed_and_removed(owner: Person) -> None:
    """ME-18"""
    gold = str(new_id())
    body = {
        "id": str(new_id()), "name": "ذهبي", "category_id": gold, "priority": 5,
        "amount_per_point": "10", "currency": "KWD", "minimum_spend": "50.5",
        "expires_after": {"unit": "year", "count": 2},
    }  # fmt: skip
    answer = await owner.http.post(RULES, json=body)
    made, path = answer.json(), f"{RULES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert made == body | {
        "version": 1, "created_at": made["created_at"], "updated_at": made["updated_at"],
        "amount_per_point": "10.000", "minimum_spend": "50.500", "active": True,
    }  # fmt: skip
    again = await owner.http.post(RULES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(path, {"active": False, "expires_after": None, "priority": 6})
    assert (changed["active"], changed["expires_after"], changed["priority"]) == (False, None, 6)
    assert changed["amount_per_point"] == "10.000"
    other = await owner.patch(path, {"currency": "SAR", "minimum_spend": "0"})
    assert (other["amount_per_point"], other["minimum_spend"]) == ("10.00", "0.00")
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "loyalty_rule_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    body = {"name": "x", "amount_per_point": "10.00"}
    path = f"{RULES}/{(await owner.post(RULES, body))['id']}"
    for method, place, wrong, code, field in (
        ("POST", RULES, {"name": "x"}, "validation_failed", "amount_per_point"),
        ("POST", RULES, body | {"amount_per_point": "0"}, "not_an_amount", "amount_per_point"),
        ("POST", RULES, body | {"amount_per_point": "1.001"}, "not_an_amount", "amount_per_point"),
        ("POST", RULES, body | {"minimum_spend": "-1"}, "validation_failed", "minimum_spend"),
        ("POST", RULES, body | {"currency": "XXX"}, "validation_failed", "currency"),
        ("POST", RULES, body | {"priority": "1"}, "validation_failed", "priority"),
        ("POST", RULES, body | {"expires_after": {"unit": "week", "count": 1}},
         "validation_failed", "expires_after.unit"),
        ("POST", RULES, body | {"expires_after": {"unit": "day", "count": 0}},
         "validation_failed", "expires_after.count"),
        ("PATCH", path, {"name": None}, "validation_failed", "name"),
        ("PATCH", path, {"currency": "JPY", "minimum_spend": "0.5"}, "not_an_amount",
         "minimum_spend"),
    ):  # fmt: skip
        assert await owner.wrong(method, place, wrong) == (code, [field])


async def test_rules_are_listed_by_who_may_read(owner: Person) -> None:
    """GW-01"""
    gold = str(new_id())
    low = (await make_rule(owner, priority=1))["id"]
    high = (await make_rule(owner, priority=9, category_id=gold, active=False))["id"]
    assert await owner.ids(RULES) == [high, low]
    assert await owner.ids(RULES, active=True) == [low]
    assert await owner.ids(RULES, category_id=gold) == [high]
    async with owner.colleague("memberships:read", "memberships:write") as reader:
        assert await reader.ids(RULES) == [high, low]
        body = {"name": "x", "amount_per_point": "1"}
        for method, place, sent in (
            ("POST", RULES, body), ("PATCH", f"{RULES}/{low}", {"active": False}),
            ("DELETE", f"{RULES}/{low}", None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")
