"""Notifications of staff: told through gRPC, read by each of them alone."""

from uuid import UUID

from chassis.ids import new_id
from chassis.testing.harness import Harness
from comms.notifications.use_cases import Audience, notify
from services.comms.tests.conftest import Events
from services.comms.tests.factories import make_client_ref, make_tenant, make_user


async def test_everybody_is_told_once_and_reads_their_own(comms: Harness, events: Events) -> None:
    """AU-17"""
    team_id, role_id = new_id(), new_id()
    noura, omar = make_user(role_id=str(role_id)), make_user()
    gone = make_user(role_id=str(role_id), is_active=False)
    team = {"id": str(team_id), "version": 1, "name": "A", "member_ids": [noura["id"], omar["id"]]}
    tenant_id = await make_tenant(comms, noura, omar, gone, teams=[team])
    owner, client_id = comms.caller(tenant_id), new_id()
    audience = Audience([UUID(noura["id"])], [team_id], [role_id])
    async with comms.context.database.work(owner) as work:
        made = await notify(work, audience, title="موعد جديد", client_id=client_id)
    assert {str(one.user_id) for one in made} == {noura["id"], omar["id"]}
    told = await events()
    assert [e["type"] for e in told] == ["comms.notification.created"] * 2
    assert {e["clientid"] for e in told} == {str(client_id)}

    me = comms.caller(tenant_id, user_id=UUID(noura["id"]))
    async with comms.http(me) as http:
        listed = (await http.get("/v1/notifications?unread=true&count=true")).json()
        [item] = listed["items"]
        assert listed["total"] == 1 and item["title"] == "موعد جديد" and item["read_at"] is None
        assert item["url"] == f"/v1/clients/{client_id}"
        read = await http.post(f"/v1/notifications/{item['id']}/read")
        assert read.status_code == 200 and read.json()["read_at"]
        again = await http.post(f"/v1/notifications/{item['id']}/read")
        now = await http.get(f"/v1/notifications/{item['id']}")
        assert again.json() == read.json() == now.json()
        assert (await http.get("/v1/notifications?unread=true")).json()["items"] == []
        others = next(str(one.id) for one in made if str(one.user_id) == omar["id"])
        assert (await http.post(f"/v1/notifications/{others}/read")).status_code == 404
        assert (await http.post("/v1/notifications/read-all")).json() == {"read": 0}
    async with comms.http(comms.caller(tenant_id, user_id=UUID(omar["id"]))) as http:
        assert (await http.post("/v1/notifications/read-all")).json() == {"read": 1}
        assert len((await http.get("/v1/notifications?unread=false")).json()["items"]) == 1


async def test_what_is_about_a_hidden_client_is_hidden_too(comms: Harness) -> None:
    """GW-02"""
    agent = make_user()
    tenant_id = await make_tenant(comms, agent)
    me = comms.caller(tenant_id, user_id=UUID(agent["id"]), is_owner=False, visibility="assigned")
    mine, hidden = new_id(), new_id()
    staff = [{"user_id": agent["id"], "role": "watcher"}]
    await make_client_ref(comms.context, tenant_id, mine, staff=staff)
    await make_client_ref(comms.context, tenant_id, hidden)
    async with comms.context.database.work(comms.caller(tenant_id)) as work:
        for client_id in (mine, hidden, None):
            await notify(work, Audience([UUID(agent["id"])]), title="x", client_id=client_id)
    async with comms.http(me) as http:
        items = (await http.get("/v1/notifications")).json()["items"]
        assert {item["client_id"] for item in items} == {str(mine), None}
        assert (await http.post("/v1/notifications/read-all")).json() == {"read": 2}
    async with comms.http() as http:
        assert (await http.get("/v1/notifications")).status_code == 401
