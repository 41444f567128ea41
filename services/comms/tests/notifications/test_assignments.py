"""Who is to act for a client from now on hears of it; many clients are one notification."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from comms.notifications.consumers import consumers
from comms.notifications.use_cases import Assignment, forget_notifications, tell_assigned
from refs import folders
from services.comms.tests.conftest import Events
from services.comms.tests.factories import make_client_ref, make_tenant, make_user
from services.comms.tests.notifications.test_consumers import delivered, read_by

AGENT = {
    "id": str(new_id()), "version": 1, "name": "agent", "permissions": ["clients:read"],
    "visibility": "assigned", "is_owner": False,
}  # fmt: skip
BOSS = f"user:{new_id()}"


def make_agent(**values: Any) -> dict[str, Any]:
    return make_user(**({"role_id": AGENT["id"]} | values))


def told(verb: str, tenant_id: UUID, staff: dict[str, str], **values: Any) -> Event:
    """`staff` are roles by the ids of users; all of them are new."""
    client_id = values.pop("client_id", None) or new_id()
    members = [{"user_id": user_id, "role": role} for user_id, role in staff.items()]
    client = {"id": str(client_id), "version": 2, "name": "سارة", "folder_id": str(new_id()),
              "staff": members} | values.pop("client", {})  # fmt: skip
    data = {"client": client} | ({} if verb == "created" else {"added": members, "removed": []})
    given = {"version": 1 if verb == "created" else 2, "actor": BOSS, "time": datetime.now(UTC)}
    return Event(f"clients.client.{verb}", client_id, data, client_id=client_id,
                 tenant_id=tenant_id, **(given | values))  # fmt: skip


async def make_company(comms: Harness, *staff: dict[str, Any]) -> UUID:
    return await make_tenant(comms, *staff, roles=[AGENT])


async def titles(comms: Harness, tenant_id: UUID, user: dict[str, Any]) -> list[str]:
    return [one["title"] for one in await read_by(comms, tenant_id, user)]


async def _counted(comms: Harness, tenant_id: UUID, user: dict[str, Any], count: str) -> list[str]:
    return [one for one in await titles(comms, tenant_id, user) if one.startswith(count)]


async def test_who_is_to_act_for_a_client_is_told_by_whom(comms: Harness) -> None:
    """CL-68: owners and collaborators, each in their language; not watchers, nor who left."""
    noura, omar = make_agent(), make_agent(locale="en")
    others = [make_agent(), make_agent(is_active=False), make_user()]
    tenant_id, client_id = await make_company(comms, noura, omar, *others), new_id()
    roles = {noura["id"]: "owner", omar["id"]: "collaborator", others[0]["id"]: "watcher"}
    # Of the last two one has left, and the other may see no client at all.
    staff = roles | {one["id"]: "owner" for one in others[1:]}
    event = told("staff_assigned", tenant_id, staff, client_id=client_id)
    async with delivered(comms, consumers, event, event):
        [mine] = await eventually(lambda: read_by(comms, tenant_id, noura))
        await eventually(lambda: read_by(comms, tenant_id, omar))
    assert mine["title"] == "إسناد جديد إليك: سارة"
    assert (mine["client_id"], mine["created_by"]) == (str(client_id), BOSS)
    assert await titles(comms, tenant_id, omar) == ["سارة was assigned to you"]
    for other in others:
        assert await titles(comms, tenant_id, other) == []


async def test_nobody_is_told_of_what_they_did_or_may_not_see(comms: Harness) -> None:
    """CL-68, GW-02"""
    noura, omar = make_agent(), make_agent(locale="en")
    tenant_id, folder_id = await make_company(comms, noura, omar), str(new_id())
    hidden = {"principal": f"user:{noura['id']}", "level": "none"}
    async with comms.context.database.work(system(tenant_id, "comms")) as work:
        entry = {"folder_id": folder_id, "access": [hidden], "version": 1}
        await folders.remember_access(work, [entry])
    both = {noura["id"]: "owner", omar["id"]: "collaborator"}
    own = told("staff_assigned", tenant_id, both, actor=f"user:{omar['id']}",
               client={"folder_id": folder_id})  # fmt: skip
    seen = told("staff_assigned", tenant_id, both)
    old = told("staff_assigned", tenant_id, both, time=datetime.now(UTC) - timedelta(days=30))
    async with delivered(comms, consumers, own, old, seen):
        await eventually(lambda: read_by(comms, tenant_id, omar))
    for user in (noura, omar):
        [only] = await read_by(comms, tenant_id, user)
        assert only["client_id"] == str(seen.client_id)


async def test_with_whom_a_client_was_made_hears_of_it_once(comms: Harness) -> None:
    """CL-68: named by hand, or chosen by a rule, which a second event tells besides."""
    noura = make_agent(locale="en")
    tenant_id, staff = await make_company(comms, noura), {noura["id"]: "owner"}
    made = told("created", tenant_id, staff)
    chosen = told("staff_assigned", tenant_id, staff, version=1, client_id=made.client_id)
    plain = told("created", tenant_id, {})
    last = told("created", tenant_id, staff)
    async with delivered(comms, consumers, chosen, made, plain, last):
        await eventually(lambda: _counted(comms, tenant_id, noura, "2 "))
    assert await titles(comms, tenant_id, noura) == ["2 clients were assigned to you"]


async def test_an_import_is_one_notification(comms: Harness, events: Events) -> None:
    """CL-68: counted up while it is unread, and told live once."""
    noura, omar = make_agent(), make_agent(locale="en")
    tenant_id = await make_company(comms, noura, omar)
    staff = {noura["id"]: "owner", omar["id"]: "collaborator"}
    many = [told("created", tenant_id, staff) for _ in range(40)]
    async with delivered(comms, consumers, *many):
        await eventually(lambda: _counted(comms, tenant_id, omar, "40 "))
    assert await titles(comms, tenant_id, noura) == ["أُسند إليك 40 عميلًا"]
    [only] = await read_by(comms, tenant_id, omar)
    assert (only["title"], only["url"]) == ("40 clients were assigned to you", None)
    kinds = [event["type"] for event in await events()]
    assert kinds == ["comms.notification.created"] * 2


def assigned(user_id: str, *client_ids: UUID) -> list[Assignment]:
    user = UUID(user_id)
    return [Assignment(BOSS, [user], one, "سارة", new_id(), [user]) for one in client_ids]


async def tell(comms: Harness, tenant_id: UUID, some: Sequence[Assignment]) -> None:
    async with comms.context.database.work(system(tenant_id, "comms")) as work:
        await tell_assigned(work, some)


async def test_two_workers_count_in_one_notification(comms: Harness) -> None:
    """CL-68: nobody's clients are lost or told apart, whatever races."""
    noura, omar = make_agent(locale="en"), make_agent(locale="en")
    tenant_id = await make_company(comms, noura, omar)

    async def some(order: int) -> None:
        staff = (noura, omar)[:: order or -1]
        told_of = [one for user in staff for one in assigned(user["id"], new_id(), new_id())]
        await tell(comms, tenant_id, told_of)

    await asyncio.gather(*(some(number % 2) for number in range(10)))
    for user in (noura, omar):
        assert await titles(comms, tenant_id, user) == ["20 clients were assigned to you"]


async def test_what_was_read_or_is_an_hour_old_counts_no_more(comms: Harness) -> None:
    """CL-68: nor does a client that it is about already; an erased one leaves no name."""
    noura = make_agent(locale="en")
    tenant_id, first, other = await make_company(comms, noura), new_id(), new_id()
    for client_id in (first, other):
        await make_client_ref(comms.context, tenant_id, client_id,
                              staff=[{"user_id": noura["id"], "role": "owner"}])  # fmt: skip
    for _ in range(2):
        await tell(comms, tenant_id, assigned(noura["id"], first))
    assert await titles(comms, tenant_id, noura) == ["سارة was assigned to you"]
    async with comms.http(comms.caller(tenant_id, user_id=UUID(noura["id"]))) as http:
        assert (await http.post("/v1/notifications/read-all")).json() == {"read": 1}
    await tell(comms, tenant_id, assigned(noura["id"], other))
    assert await titles(comms, tenant_id, noura) == ["سارة was assigned to you"] * 2
    async with comms.context.database.plumbing() as connection:
        await connection.execute("select set_config('app.tenant', $1, true)", str(tenant_id))
        await connection.execute(
            "update notifications set created_at = created_at - interval '2 hours'"
        )
    await tell(comms, tenant_id, assigned(noura["id"], new_id(), new_id(), new_id()))
    assert (await titles(comms, tenant_id, noura))[0] == "3 clients were assigned to you"
    async with comms.context.database.work(system(tenant_id, "comms")) as work:
        await forget_notifications(work, other)
    assert len(await titles(comms, tenant_id, noura)) == 2


@pytest.mark.parametrize(
    ("count", "arabic"),
    [(2, "أُسند إليك عميلان"), (3, "أُسند إليك 3 عملاء"), (11, "أُسند إليك 11 عميلًا"),
     (100, "أُسند إليك 100 عميل")],
)  # fmt: skip
async def test_arabic_counts_as_it_does(comms: Harness, count: int, arabic: str) -> None:
    noura = make_agent()
    tenant_id = await make_company(comms, noura)
    await tell(comms, tenant_id, assigned(noura["id"], *(new_id() for _ in range(count))))
    assert await titles(comms, tenant_id, noura) == [arabic]
