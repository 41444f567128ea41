"""What is sold: rights for a time, and credit."""

from chassis.ids import new_id
from services.memberships.tests.factories import Json, Person, make_credit_type, make_package

PACKAGES = "/v1/packages"
MONTH: Json = {"unit": "month", "count": 1}
BODY: Json = {
    "name": {"ar": "ذهبي", "en": "Gold"}, "kind": "membership", "price": "300", "currency": "sar",
    "period": {"unit": "month"},
}  # fmt: skip


async def test_a_package_is_kept_changed_and_removed(owner: Person) -> None:
    """ME-05, ME-08"""
    type_id = (await make_credit_type(owner, decimals=1))["id"]
    body = BODY | {
        "id": str(new_id()), "joining_fee": "50.5", "tax_id": str(new_id()), "external_id": "g-1",
        "credits": [{"credit_type_id": type_id, "amount": "8",
                     "expires_after": {"unit": "hijri_month", "count": 2}}],
    }  # fmt: skip
    answer = await owner.http.post(PACKAGES, json=body)
    made, path = answer.json(), f"{PACKAGES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert made["name"] == body["name"]
    assert (made["price"], made["joining_fee"], made["currency"]) == ("300.00", "50.50", "SAR")
    assert (made["period"], made["tax_id"], made["active"]) == (MONTH, body["tax_id"], True)
    given = {"credit_type_id": type_id, "amount": "8.0", "expires_after": {"unit": "hijri_month",
             "count": 2}}  # fmt: skip
    assert made["credits"] == [given]
    again = await owner.http.post(PACKAGES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert await owner.refused("POST", PACKAGES, body | {"price": "301"}) == (409, "id_taken")
    changed = await owner.patch(path, {"price": "320.00", "joining_fee": None, "active": False})
    assert (changed["price"], changed["joining_fee"], changed["active"]) == ("320.00", None, False)
    assert (changed["version"], changed["credits"]) == (2, [given])
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "package_not_found")


async def test_a_price_has_exactly_the_digits_of_its_currency(owner: Person) -> None:
    made = await make_package(owner, price="20.5", joining_fee="1.255", currency="KWD")
    assert (made["price"], made["joining_fee"]) == ("20.500", "1.255")
    path = f"{PACKAGES}/{made['id']}"
    # One of its prices would have to be rounded.
    assert await owner.wrong("PATCH", path, {"currency": "SAR"}) == (
        "not_a_price", ["joining_fee"]
    )  # fmt: skip
    changed = await owner.patch(path, {"currency": "SAR", "joining_fee": "1.25"})
    assert (changed["price"], changed["joining_fee"]) == ("20.50", "1.25")
    free = await make_package(owner, price="0", currency="JPY")
    assert (free["price"], free["joining_fee"]) == ("0", None)
    plain = {name: value for name, value in BODY.items() if name != "currency"}
    assert (await owner.post(PACKAGES, plain))["currency"] == "SAR"  # the company's own


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    """ME-08"""
    sessions = (await make_credit_type(owner, decimals=1))["id"]
    put_away = (await make_credit_type(owner, active=False))["id"]
    credit: Json = {"credit_type_id": sessions, "amount": "1"}
    bare = {name: value for name, value in BODY.items() if name != "period"}
    path = f"{PACKAGES}/{(await make_package(owner))['id']}"
    for body, code, field in (
        (bare, "period_missing", "period"),
        (BODY | {"kind": "credit", "credits": [credit]}, "period_not_taken", "period"),
        (bare | {"kind": "credit"}, "credits_missing", "credits"),
        (BODY | {"price": "1.001"}, "not_a_price", "price"),
        (BODY | {"joining_fee": "1.001"}, "not_a_price", "joining_fee"),
        (BODY | {"currency": "XYZ"}, "unknown_currency", "currency"),
        (BODY | {"period": {"unit": "year", "count": 11}}, "span_too_long", "period.count"),
        (BODY | {"credits": [credit, credit]}, "credit_type_twice", "credits.1.credit_type_id"),
        (BODY | {"credits": [credit | {"amount": "0"}]}, "not_an_amount", "credits.0.amount"),
        (BODY | {"credits": [credit | {"amount": "1.25"}]}, "not_an_amount", "credits.0.amount"),
        *((BODY | {"credits": [credit | {"credit_type_id": other}]}, "unknown_reference",
           "credits.0.credit_type_id") for other in (put_away, str(new_id()))),
        (BODY | {"credits": [credit | {"expires_after": {"unit": "week", "count": 521}}]},
         "span_too_long", "credits.0.expires_after.count"),
        (BODY | {"price": "-1"}, "validation_failed", "price"),
        (BODY | {"kind": "subscription"}, "validation_failed", "kind"),
        (BODY | {"period": {"unit": "fortnight"}}, "validation_failed", "period.unit"),
    ):  # fmt: skip
        assert await owner.wrong("POST", PACKAGES, body) == (code, [field])
    for change, code, field in (
        ({"period": None}, "period_missing", "period"),
        ({"kind": "credit"}, "validation_failed", "kind"),
        ({"name": None}, "validation_failed", "name"),
        ({"price": "1.001"}, "not_a_price", "price"),
    ):
        assert await owner.wrong("PATCH", path, change) == (code, [field])


async def test_an_external_id_is_of_one_package(owner: Person) -> None:
    await make_package(owner, external_id="a")
    other = await make_package(owner, external_id="b")
    path = f"{PACKAGES}/{other['id']}"
    for method, place, body in (
        ("POST", PACKAGES, BODY | {"external_id": "a"}), ("PATCH", path, {"external_id": "a"}),
    ):  # fmt: skip
        assert await owner.refused(method, place, body) == (409, "external_id_taken")


async def test_what_a_package_gives_keeps_its_decimals_and_stays(owner: Person) -> None:
    """ME-17: amounts that are written down keep their meaning."""
    type_id = (await make_credit_type(owner))["id"]
    credit = {"credit_type_id": type_id, "amount": "8"}
    package = await make_package(owner, kind="credit", credits=[credit])
    place = f"/v1/credit-types/{type_id}"
    assert await owner.refused("PATCH", place, {"decimals": 1}) == (409, "credit_type_counted")
    assert await owner.refused("DELETE", place) == (409, "credit_type_in_use")
    # Put away, it may stay in the package.
    await owner.patch(place, {"active": False, "decimals": 0})
    changed = await owner.patch(
        f"{PACKAGES}/{package['id']}", {"credits": [credit | {"amount": "9"}]}
    )
    assert changed["credits"][0]["amount"] == "9"
    assert package["period"] is None


async def test_packages_are_listed(owner: Person) -> None:
    """ME-08"""
    type_id = (await make_credit_type(owner))["id"]
    credit = [{"credit_type_id": type_id, "amount": "8"}]
    first = (await make_package(owner, name="b", external_id="x"))["id"]
    second = (await make_package(owner, name="a", kind="credit", credits=credit))["id"]
    third = (await make_package(owner, name="c", active=False, currency="KWD"))["id"]
    assert await owner.ids(PACKAGES, sort="created_at") == [first, second, third]
    assert await owner.ids(PACKAGES, sort="name") == [second, first, third]
    assert await owner.ids(PACKAGES, kind="credit") == [second]
    assert await owner.ids(PACKAGES, active=False) == [third]
    assert await owner.ids(PACKAGES, currency="KWD") == [third]
    assert await owner.ids(PACKAGES, credit_type_id=type_id) == [second]
    assert await owner.ids(PACKAGES, external_id="x") == [first]


async def test_who_may_read_packages_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    made = await make_package(owner)
    path = f"{PACKAGES}/{made['id']}"
    async with owner.colleague("memberships:read", "memberships:write") as reader:
        assert await reader.get(path) == made
        for method, place, sent in (
            ("POST", PACKAGES, BODY), ("PATCH", path, {"active": False}), ("DELETE", path, None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")


async def test_packages_are_of_one_company(owner: Person) -> None:
    path = f"{PACKAGES}/{(await make_package(owner))['id']}"
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        other = Person(owner.service, stranger, http)
        assert await other.ids(PACKAGES) == []
        assert await other.refused("GET", path) == (404, "package_not_found")
