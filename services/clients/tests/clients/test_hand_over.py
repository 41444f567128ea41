"""Somebody leaves, and their clients get somebody else."""

from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from chassis import inbox, jobs
from chassis.events import Event
from chassis.ids import new_id
from clients.clients import consumers, schedules
from clients.clients.repository import rows
from clients.clients.rules import staff
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

_TAKE = """
delete from pgqueuer where entrypoint = 'clients.hand_over' and status = 'queued'
   and tenant_id = $1 returning payload
"""
_PEOPLE = [UUID(int=number) for number in range(1, 6)]
_STAFF = st.dictionaries(
    st.sampled_from(_PEOPLE), st.sampled_from(["owner", "collaborator", "watcher"])
).map(lambda roles: [{"user_id": str(user), "role": role} for user, role in roles.items()])


@given(_STAFF)
def test_the_heir_stands_where_the_leaver_stood(members: list[dict[str, str]]) -> None:
    """CL-68"""
    leaver, heir = str(_PEOPLE[0]), str(_PEOPLE[1])
    before = {one["user_id"]: one["role"] for one in members}
    listed = staff.handed_over(members, _PEOPLE[0], _PEOPLE[1])
    after = {one["user_id"]: one["role"] for one in listed}
    assert len(after) == len(listed) and leaver not in after
    others = before.keys() - {leaver, heir}
    assert {user: after[user] for user in others} == {user: before[user] for user in others}
    if leaver not in before:
        assert after == before
    else:
        order = ["owner", "collaborator", "watcher"]
        best = min((before[one] for one in (leaver, heir) if one in before), key=order.index)
        assert after[heir] == best


async def _leaves(owner: Person, leaver: UUID, heir: UUID | None) -> int:
    """The event arrives twice; whatever jobs it made are run. How many there were."""
    data = {"user": {"id": str(leaver)}, "hand_over_to_id": str(heir or "")}
    event = Event(
        "edge.user.deactivated", leaver, data, 2, id=new_id(), tenant_id=owner.caller.tenant_id,
        actor=owner.caller.principal,
    )  # fmt: skip
    context = owner.service.context
    [subscription] = consumers.consumers.subscriptions
    for _ in range(2):
        await inbox.handle(context.database, context.service, subscription, [event])
    async with context.database.plumbing() as connection:
        waiting = await connection.fetch(_TAKE, owner.caller.tenant_id)
    for row in waiting:
        tenant_id, _, payload = jobs.read(row["payload"])
        # A worker that died after its last effect does it all once more.
        for _ in range(2):
            await schedules.hand_over(context, UUID(str(tenant_id)), payload)
    return len(waiting)


async def test_clients_of_somebody_who_left_go_to_the_heir_once(
    owner: Person, events: Events, monkeypatch: Any
) -> None:
    """CL-68, GW-06: all of them, in pieces, each told once and in the name of who decided it."""
    monkeypatch.setattr(rows, "PIECE", 2)
    leaver, heir, third = uuid4(), uuid4(), uuid4()
    mine = {"user_id": str(leaver), "role": "owner"}
    also = {"user_id": str(third), "role": "watcher"}
    theirs = [await owner.make_client(staff=[mine, also]) for _ in range(5)]
    other = await owner.make_client(staff=[also])
    assert await _leaves(owner, leaver, heir) == 1
    for client in theirs:
        found = await owner.get(client["url"])
        assert found["staff"] == [{"user_id": str(heir), "role": "owner"}, also]
        assert found["version"] == 2
    assert (await owner.get(other["url"]))["version"] == 1
    told = [e for e in await events(owner.caller) if e["type"] == "clients.client.staff_assigned"]
    assert sorted(e["clientid"] for e in told) == sorted(client["id"] for client in theirs)
    assert {e["actor"] for e in told} == {owner.caller.principal}
    assert told[0]["data"]["added"] == [{"user_id": str(heir), "role": "owner"}]
    assert told[0]["data"]["removed"] == [str(leaver)]


async def test_without_an_heir_everything_stays(owner: Person) -> None:
    leaver = uuid4()
    client = await owner.make_client(staff=[{"user_id": str(leaver), "role": "owner"}])
    assert await _leaves(owner, leaver, None) == 0
    assert (await owner.get(client["url"]))["staff"] == client["staff"]
