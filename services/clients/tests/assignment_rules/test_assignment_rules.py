"""Clients that come without staff get somebody by the rules of their company."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from chassis import inbox
from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from clients.assignment_rules import consumers, rules, use_cases
from refs import people
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

Json = dict[str, Any]
_PEOPLE = [UUID(int=number) for number in range(1, 6)]
_FOLDERS = [UUID(int=number) for number in range(10, 13)]
_RULES = st.lists(
    st.builds(
        rules.AssignmentRule, st.uuids(), st.sampled_from([None, *_FOLDERS]),
        st.sampled_from([None, "SA", "EG"]), st.lists(st.sampled_from(_PEOPLE), unique=True),
    ),
    max_size=6,
)  # fmt: skip


@given(_RULES, st.sampled_from(_FOLDERS), st.sampled_from(["SA", "EG", "AE"]))
def test_the_first_rule_that_fits_decides(
    ordered: list[rules.AssignmentRule], folder: UUID, country: str
) -> None:
    """GW-06"""
    found = rules.first(ordered, folder, country)
    before = ordered if found is None else ordered[: ordered.index(found)]
    assert not any(rules.fits(rule, folder, country) for rule in before)
    if found:
        assert found.candidates and found.folder_id in (None, folder)
        assert found.country_code in (None, country)


@given(st.lists(st.sampled_from(_PEOPLE), unique=True, min_size=1), st.integers(0, 10**9),
       st.integers(0, 60))  # fmt: skip
def test_turns_in_a_row_are_spread_evenly(people_: list[UUID], start: int, turns: int) -> None:
    """GW-06"""
    rule = rules.AssignmentRule(UUID(int=1), None, None, people_)
    found = Counter(rules.whose(rule, turn) for turn in range(start, start + turns))
    counts = [found[one] for one in people_]
    assert max(counts) - min(counts) <= 1 and sum(counts) == turns


async def staff(
    owner: Person, *users: UUID, team_id: UUID | None = None, left: bool = False
) -> None:
    """Have users remembered, as identity told them."""
    async with owner.service.context.database.work(system(owner.caller.tenant_id, "t")) as work:
        await people.remember_users(work, [
            {"id": str(one), "version": 2 if left else 1, "name": "x", "email": f"{one}@x.sa",
             "team_ids": [str(team_id)] if team_id else [], "is_active": not left}
            for one in users
        ])  # fmt: skip
        use_cases.forget(work)


async def told(owner: Person, verb: str = "created", **given_: Any) -> Json:
    """What identity says of a rule, delivered twice."""
    rule = {
        "id": str(new_id()), "version": 1, "name": "r", "folder_id": "", "country_code": "",
        "user_ids": [], "team_id": "", "order": 0, "is_enabled": True,
    } | given_  # fmt: skip
    event = Event(
        f"edge.assignment_rule.{verb}", UUID(str(rule["id"])), {"assignment_rule": rule},
        int(str(rule["version"])), id=new_id(), tenant_id=owner.caller.tenant_id,
    )  # fmt: skip
    [subscription] = consumers.consumers.subscriptions
    context = owner.service.context
    for _ in range(2):
        await inbox.handle(context.database, context.service, subscription, [event])
    return rule


def owners(client: Json) -> list[str]:
    assert all(member["role"] == "owner" for member in client["staff"])
    return [member["user_id"] for member in client["staff"]]


async def test_creates_at_once_are_spread_evenly(owner: Person, events: Events) -> None:
    """GW-06, CL-68: many at the same time; each assignment is told."""
    users = [uuid4() for _ in range(3)]
    await staff(owner, *users)
    await told(owner, user_ids=[str(one) for one in users])
    made = await asyncio.gather(*(owner.make_client(f"c{n}") for n in range(30)))
    assert Counter(owners(client)[0] for client in made) == {str(one): 10 for one in users}
    all_told = await events(owner.caller)
    assigned = [e for e in all_told if e["type"] == "clients.client.staff_assigned"]
    assert {e["clientid"] for e in assigned} == {client["id"] for client in made}
    one = next(e for e in assigned if e["clientid"] == made[0]["id"])
    assert one["data"]["added"] == made[0]["staff"] and one["data"]["removed"] == []


async def test_rules_are_tried_in_their_order_by_folder_and_country(owner: Person) -> None:
    """GW-06"""
    in_folder, in_egypt, anywhere = uuid4(), uuid4(), uuid4()
    await staff(owner, in_folder, in_egypt, anywhere)
    active = await owner.folder("Active")
    await told(owner, user_ids=[str(anywhere)], order=9)
    await told(owner, user_ids=[str(in_egypt)], order=2, country_code="EG")
    await told(owner, user_ids=[str(in_folder)], order=1, folder_id=active["id"])
    await told(owner, user_ids=[str(uuid4())], order=0, is_enabled=False)
    both = await owner.make_client(folder_id=active["id"], country_code="EG")
    egypt = await owner.make_client(country_code="EG")
    other = await owner.make_client()
    assert [owners(one) for one in (both, egypt, other)] == [
        [str(in_folder)], [str(in_egypt)], [str(anywhere)]
    ]  # fmt: skip


async def test_whoever_names_staff_decides_alone(owner: Person, events: Events) -> None:
    named, ruled = uuid4(), uuid4()
    await staff(owner, named, ruled)
    await told(owner, user_ids=[str(ruled)])
    client = await owner.make_client(staff=[{"user_id": str(named), "role": "watcher"}])
    assert [member["user_id"] for member in client["staff"]] == [str(named)]
    assert all(e["type"] != "clients.client.staff_assigned" for e in await events(owner.caller))


async def test_a_team_takes_turns_and_whoever_left_does_not(owner: Person) -> None:
    """GW-06"""
    team, here, gone, fallback = uuid4(), uuid4(), uuid4(), uuid4()
    await staff(owner, here, gone, team_id=team)
    await staff(owner, fallback)
    await told(owner, team_id=str(team))
    await told(owner, user_ids=[str(fallback)], order=5)
    first = [owners(await owner.make_client())[0] for _ in range(4)]
    assert Counter(first) == {str(here): 2, str(gone): 2}
    await staff(owner, gone, team_id=team, left=True)
    assert {owners(await owner.make_client())[0] for _ in range(3)} == {str(here)}
    await staff(owner, here, team_id=team, left=True)
    assert owners(await owner.make_client()) == [str(fallback)]


async def test_a_rule_that_is_gone_assigns_nobody_and_does_not_come_back(owner: Person) -> None:
    user = uuid4()
    await staff(owner, user)
    rule = await told(owner, user_ids=[str(user)])
    assert owners(await owner.make_client()) == [str(user)]
    await told(owner, "deleted", **rule | {"version": 3})
    await told(owner, "updated", **rule | {"version": 2})
    assert owners(await owner.make_client()) == []


async def test_the_same_create_again_is_the_same_client(owner: Person) -> None:
    users = [uuid4(), uuid4()]
    await staff(owner, *users)
    await told(owner, user_ids=[str(one) for one in users])
    body = {"id": str(new_id()), "name": "once"}
    first, again = await owner.post("/v1/clients", body), await owner.post("/v1/clients", body)
    assert first == again


async def test_without_rules_a_create_costs_no_question(owner: Person, monkeypatch: Any) -> None:
    """GW-06: a company without rules is looked at once a second, not at every create."""
    asked: list[UUID] = []
    enabled = use_cases.enabled

    async def counted(work: Any) -> Any:
        asked.append(work.tenant_id)
        return await enabled(work)

    monkeypatch.setattr(use_cases, "enabled", counted)
    monkeypatch.setattr(use_cases._known, "_seconds", 60)
    for _ in range(5):
        assert owners(await owner.make_client()) == []
    assert asked.count(owner.caller.tenant_id) == 1
