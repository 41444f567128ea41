"""What can be done with clients, at appointments and in work cycles."""

from chassis.caller import system
from chassis.ids import new_id
from scheduling.actions import use_cases
from scheduling.actions.rules import STARTING_ACTIONS
from services.scheduling.tests.factories import Person, make_action

ACTIONS = "/v1/actions"


async def test_a_new_company_has_actions_for_each_subject(owner: Person) -> None:
    """CL-41, CL-42: in Arabic and English, in the order in which they are offered."""
    for subject, names in STARTING_ACTIONS.items():
        page = await owner.get(ACTIONS, subject=subject, active=True, limit=200)
        assert [(one["name"]["ar"], one["name"]["en"]) for one in page["items"]] == list(names)
        assert [one["order"] for one in page["items"]] == list(range(1, len(names) + 1))


async def test_what_was_removed_of_them_does_not_come_back(owner: Person) -> None:
    """CL-42"""
    [first, *rest] = await owner.ids(ACTIONS, limit=200)
    await owner.delete(f"{ACTIONS}/{first}")
    tenant_id, database = owner.caller.tenant_id, owner.service.context.database
    async with database.work(system(tenant_id, "scheduling")) as work:
        await use_cases.start(work)
    assert await owner.ids(ACTIONS, limit=200) == rest


async def test_an_action_is_kept_moved_renamed_and_removed(owner: Person) -> None:
    """CL-42"""
    body = {"id": str(new_id()), "name": {"ar": "معاينة", "en": "Look"}, "subject": "work_cycle"}
    answer = await owner.http.post(ACTIONS, json=body)
    made, path = answer.json(), f"{ACTIONS}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["name"], made["subject"], made["active"]) == (body["name"], "work_cycle", True)
    again = await owner.http.post(ACTIONS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    last = await make_action(owner, subject="work_cycle")
    assert last["order"] > made["order"]
    moved = await owner.patch(f"{ACTIONS}/{last['id']}", {"order": 0, "name": "Survey"})
    assert (moved["order"], moved["name"]) == (0, {"ar": None, "en": "Survey"})
    found = await owner.ids(ACTIONS, subject="work_cycle", limit=200)
    assert (found[0], found[-1]) == (last["id"], made["id"])
    put_away = await owner.patch(path, {"active": False})
    assert await owner.ids(ACTIONS, active=False) == [made["id"]]
    stale = await owner.http.patch(path, json={"active": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.get(path) == put_away
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "action_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    path = f"{ACTIONS}/{(await make_action(owner))['id']}"
    for method, place, wrong, field in (
        ("POST", ACTIONS, {}, "name"), ("POST", ACTIONS, {"name": " "}, "name.en"),
        ("POST", ACTIONS, {"name": "x", "subject": "dog"}, "subject"),
        ("POST", ACTIONS, {"name": "x", "order": -1}, "order"),
        ("PATCH", path, {"name": None}, "name"), ("PATCH", path, {"subject": "client"}, "subject"),
        ("PATCH", path, {"order": None}, "order"),
    ):  # fmt: skip
        assert await owner.wrong(method, place, wrong) == ("validation_failed", [field])


async def test_who_may_read_actions_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    made = await make_action(owner)
    path = f"{ACTIONS}/{made['id']}"
    async with owner.colleague("scheduling:read", "scheduling:write") as reader:
        assert await reader.get(path) == made
        for method, place, sent in (
            ("POST", ACTIONS, {"name": "x"}), ("PATCH", path, {"active": False}),
            ("DELETE", path, None),
        ):  # fmt: skip
            assert await reader.refused(method, place, sent) == (403, "forbidden")
