"""What a company has besides its staff that is in one place at a time."""

from chassis.ids import new_id
from services.scheduling.tests.factories import Person, make_resource

RESOURCES = "/v1/resources"


async def test_a_resource_is_kept_changed_and_removed(owner: Person) -> None:
    """SC-05"""
    body = {"id": str(new_id()), "name": {"ar": "غرفة ١", "en": "Room 1"}, "kind": "equipment"}
    answer = await owner.http.post(RESOURCES, json=body)
    made, path = answer.json(), f"{RESOURCES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["name"], made["kind"], made["active"]) == (body["name"], "equipment", True)
    again = await owner.http.post(RESOURCES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(path, {"name": "Drill", "active": False})
    assert (changed["name"], changed["active"]) == ({"ar": None, "en": "Drill"}, False)
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == changed
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "resource_not_found")


async def test_resources_are_listed_by_kind_and_use(owner: Person) -> None:
    room = (await make_resource(owner))["id"]
    car = (await make_resource(owner, kind="vehicle", active=False))["id"]
    assert await owner.ids(RESOURCES, sort="created_at") == [room, car]
    assert await owner.ids(RESOURCES, kind="vehicle") == [car]
    assert await owner.ids(RESOURCES, active=True) == [room]


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    path = f"{RESOURCES}/{(await make_resource(owner))['id']}"
    for method, place, wrong, field in (
        ("POST", RESOURCES, {}, "name"), ("POST", RESOURCES, {"name": "x", "kind": "y"}, "kind"),
        ("PATCH", path, {"name": None}, "name"), ("PATCH", path, {"kind": None}, "kind"),
        ("PATCH", path, {"x": 1}, "x"),
    ):  # fmt: skip
        assert await owner.wrong(method, place, wrong) == ("validation_failed", [field])


async def test_who_may_read_resources_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    made = await make_resource(owner)
    path = f"{RESOURCES}/{made['id']}"
    async with owner.colleague("scheduling:read", "scheduling:write") as reader:
        assert await reader.get(path) == made
        for method, place, sent in (
            ("POST", RESOURCES, {"name": "x"}), ("PATCH", path, {"active": False}),
            ("DELETE", path, None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")
