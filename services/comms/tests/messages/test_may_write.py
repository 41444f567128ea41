"""Who may send, retry and cancel messages about a client: who may change that client."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from diwan.comms.v1 import messages_pb2

from chassis.caller import Caller, system
from chassis.errors import Forbidden
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.rpc.method import unary
from chassis.testing.harness import Harness
from refs import folders
from services.comms.tests.conftest import Events
from services.comms.tests.factories import (
    FakeClients,
    make_client,
    make_client_ref,
    make_tenant,
    make_user,
)

WORDS = frozenset({"comms:read", "comms:write"})
TEXT = {"channel": "email", "subject": "x", "body": "x"}
REFUSED = (403, "folder_not_writable")
SERVICE = "diwan.comms.v1.MessagesService"
SEND = unary(f"{SERVICE}.SendMessage", messages_pb2.SendMessageResponse)
NOTIFY = unary(f"{SERVICE}.Notify", messages_pb2.NotifyResponse)


@dataclass(frozen=True)
class Case:
    """Somebody, and whether they see the client and may change it."""

    rights: dict[str, Any]
    level: str = ""
    role: str = ""
    sees: bool = True
    writes: bool = True


CASES = {
    "owner of the company": Case({"is_owner": True, "permissions": frozenset({"*"})}),
    "role that sees all": Case({"visibility": "all"}),
    "role that sees all, reader of the folder": Case({"visibility": "all"}, level="read"),
    "reader of the folder": Case({"visibility": "folders"}, level="read", writes=False),
    "writer of the folder": Case({"visibility": "folders"}, level="write"),
    "manager of the folder": Case({"visibility": "folders"}, level="manage"),
    "owner of the client": Case({"visibility": "assigned"}, role="owner"),
    "collaborator": Case({"visibility": "assigned"}, role="collaborator"),
    "watcher": Case({"visibility": "assigned"}, role="watcher", writes=False),
    "watcher with write on the folder": Case(
        {"visibility": "assigned"}, level="write", role="watcher"
    ),
    "nobody to the client": Case({"visibility": "assigned"}, sees=False, writes=False),
    "owner of the client whom the folder is hidden from": Case(
        {"visibility": "all"}, level="none", role="owner", sees=False, writes=False
    ),
}


@dataclass
class Scene:
    """A client in a folder, two messages about it, one about a client merged into it."""

    comms: Harness
    tenant_id: UUID
    folder_id: UUID
    client_id: UUID
    scheduled: str
    merged: str


async def scene_of(comms: Harness, clients: FakeClients, person: Caller, case: Case) -> Scene:
    tenant_id, folder_id = person.tenant_id, new_id()
    staff = [{"user_id": str(person.user_id), "role": case.role}] if case.role else []
    editors = [person.user_id] if case.role in ("owner", "collaborator") else []
    sara, old = make_client(folder_id=folder_id, editor_ids=editors), make_client()
    clients.known |= {sara.id: sara, old.id: old}
    place: dict[str, Any] = {"folder_id": str(folder_id), "staff": staff}
    await make_client_ref(comms.context, tenant_id, sara.id, **place)
    if case.level:
        access = [{"principal": f"user:{person.user_id}", "level": case.level}]
        told = {"folder_id": str(folder_id), "parent_id": "", "version": 1, "access": access}
        async with comms.context.database.work(system(tenant_id, "comms")) as work:
            await folders.remember_access(work, [told])
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = []
    async with comms.http(comms.caller(tenant_id)) as http:
        for one in (sara, old):
            body = {**TEXT, "client_id": str(one.id), "scheduled_at": later}
            made.append((await http.post("/v1/messages", json=body)).json()["id"])
    await make_client_ref(comms.context, tenant_id, old.id, merged_into=str(sara.id))
    return Scene(comms, tenant_id, folder_id, sara.id, *made)


async def answers(scene: Scene, person: Caller) -> list[tuple[int, str]]:
    """Of sending, of two cancels and of a retry of what was not refused by a mail server."""
    sent = {**TEXT, "client_id": str(scene.client_id)}
    asked: list[tuple[str, Any]] = [
        ("", sent), (f"/{scene.scheduled}/cancel", None), (f"/{scene.merged}/cancel", None),
        (f"/{scene.scheduled}/retry", None),
    ]  # fmt: skip
    found = []
    async with scene.comms.http(person) as http:
        for path, body in asked:
            answer = await http.post(f"/v1/messages{path}", json=body)
            found.append((answer.status_code, answer.json().get("code", "")))
    return found


async def test_who_may_not_change_a_client_changes_nothing_about_it(
    comms: Harness, clients: FakeClients, events: Events
) -> None:
    """GW-02: seen and not to be changed is 403, not seen 404; of a merged one as its survivor."""
    for name, case in CASES.items():
        rights = {"is_owner": False, "permissions": WORDS} | case.rights
        person = comms.caller(await make_tenant(comms), **rights)
        scene = await scene_of(comms, clients, person, case)
        if not case.sees:  # as clients answers in their name
            clients.known.clear()
        told = await events()
        async with comms.http(person) as http:
            read = await http.get(f"/v1/messages/{scene.scheduled}")
        assert read.status_code == (200 if case.sees else 404), name
        found = await answers(scene, person)
        if case.writes:
            done = [(201, ""), (200, ""), (200, ""), (409, "message_not_failed")]
            assert found == done, name
        elif case.sees:
            assert found == [REFUSED] * 4, name
        else:
            missing = (404, "unknown_message")
            assert found == [(422, "unknown_reference"), missing, missing, missing], name
        assert (await events() == told) is not case.writes, name


async def test_a_key_writes_in_its_own_folders(comms: Harness, clients: FakeClients) -> None:
    """GW-02, GW-08"""
    for is_inside, statuses in ((True, [201, 200, 200, 409]), (False, [422, 404, 404, 404])):
        person = comms.caller(await make_tenant(comms), is_owner=False)
        scene = await scene_of(comms, clients, person, Case({}, level="read"))
        folder_id = scene.folder_id if is_inside else new_id()
        if not is_inside:  # as clients answers in its name
            clients.known.clear()
        key = comms.caller(
            scene.tenant_id, principal=f"key:{new_id()}", is_owner=False, visibility="folders",
            permissions=WORDS, folder_ids=(folder_id,), role_id=None,
        )  # fmt: skip
        async with comms.context.database.work(system(scene.tenant_id, "comms")) as work:
            told = {"folder_id": str(folder_id), "parent_id": "", "version": 2, "access": []}
            await folders.remember_access(work, [told])
        assert [status for status, _ in await answers(scene, key)] == statuses


async def test_a_flow_sends_and_tells_only_where_its_editor_may_write(
    comms: Harness, clients: FakeClients, peer: Peer, events: Events
) -> None:
    """GW-02, AU-12"""
    for level, made in (("read", 0), ("write", 2)):
        role = {"id": str(new_id()), "version": 1, "name": "agent", "visibility": "folders",
                "permissions": sorted(WORDS), "is_owner": False}  # fmt: skip
        noura = make_user(role_id=role["id"])
        tenant_id = await make_tenant(comms, noura, roles=[role])
        editor = comms.caller(tenant_id, user_id=UUID(noura["id"]))
        scene = await scene_of(comms, clients, editor, Case({}, level=level))
        by, client_id = Asking(editor.acting_as("flow:1")), str(scene.client_id)
        told, codes = await events(), []
        send = messages_pb2.SendMessageRequest(client_id=client_id, channel="email", body="x")
        notify = messages_pb2.NotifyRequest(client_id=client_id, user_ids=[noura["id"]], title="x")
        for method, request in ((SEND, send), (NOTIFY, notify)):
            try:
                await peer.call(method, request, by, key=request.DESCRIPTOR.name)
            except Forbidden as refused:
                codes.append(refused.code)
        assert codes == ["folder_not_writable"] * (2 - made)
        assert len(await events()) - len(told) == made
