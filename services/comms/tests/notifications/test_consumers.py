"""What notifications follow: mentions and due follow-ups, told once, in the reader's language."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from chassis.consumer import Consumers
from chassis.consumer_runner import ConsumerRunner
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from comms.notifications.consumers import consumers
from comms.notifications.rules import responsible
from services.comms.tests.factories import make_client_ref, make_tenant, make_user


def _note_event(tenant_id: UUID, client_id: UUID, author: str, mentioned: list[str]) -> Event:
    note = {"id": str(new_id()), "preview": "اتصل به غدًا"}
    data = {"note": note, "changed": [], "mentioned": mentioned}
    return Event("clients.note.added", UUID(note["id"]), data, client_id=client_id,
                 tenant_id=tenant_id, actor=author)  # fmt: skip


async def read_by(comms: Harness, tenant_id: UUID, user: dict[str, Any]) -> Any:
    async with comms.http(comms.caller(tenant_id, user_id=UUID(user["id"]))) as http:
        return (await http.get("/v1/notifications")).json()["items"]


@asynccontextmanager
async def delivered(comms: Harness, registry: Consumers, *events: Event) -> AsyncIterator[None]:
    """Publish these while the consumers run; all of them are dealt with at the end."""
    runner = ConsumerRunner(comms.context, [registry])
    running = asyncio.create_task(runner.run())
    jetstream = comms.context.nats.jetstream()
    for event in events:
        await jetstream.publish(event.nats_subject, event.to_json())
    yield
    await runner.stop()
    await asyncio.wait([running], timeout=10)


async def test_a_mention_is_told_once_however_often_its_event_comes(comms: Harness) -> None:
    """CL-50: not its author, nobody who left, each in their own language."""
    noura, omar = make_user(), make_user(name="Omar", locale="en")
    gone = make_user(is_active=False)
    tenant_id, client_id = await make_tenant(comms, noura, omar, gone), new_id()
    await make_client_ref(comms.context, tenant_id, client_id)
    author, ids = f"user:{noura['id']}", [noura["id"], omar["id"], gone["id"]]
    first = _note_event(tenant_id, client_id, author, ids)
    plain = _note_event(tenant_id, client_id, author, [])
    last = _note_event(tenant_id, client_id, "key:1", [noura["id"]])
    async with delivered(comms, consumers, first, plain, first, first, last):
        [mine] = await eventually(lambda: read_by(comms, tenant_id, noura))
    assert (mine["title"], mine["body"]) == ("ذُكرت في ملاحظة", "اتصل به غدًا")
    [other] = await read_by(comms, tenant_id, omar)
    assert other["title"] == "نورة mentioned you in a note"
    assert (other["client_id"], other["created_by"]) == (str(client_id), author)
    assert await read_by(comms, tenant_id, gone) == []


async def test_who_acts_for_a_client_hears_that_its_follow_up_is_due(comms: Harness) -> None:
    """CL-40: its owners, once; neither collaborators beside them nor watchers."""
    owner, helper, onlooker = make_user(), make_user(), make_user()
    tenant_id, client_id = await make_tenant(comms, owner, helper, onlooker), new_id()
    await make_client_ref(comms.context, tenant_id, client_id)
    roles = {"owner": owner, "collaborator": helper, "watcher": onlooker}
    staff = [{"user_id": user["id"], "role": role} for role, user in roles.items()]
    data = {"client": {"name": "سارة", "staff": staff}, "status_id": str(new_id())}
    event = Event("clients.client.follow_up_due", client_id, data, client_id=client_id,
                  tenant_id=tenant_id, actor="service:clients")  # fmt: skip
    async with delivered(comms, consumers, event, event):
        [told] = await eventually(lambda: read_by(comms, tenant_id, owner))
    assert (told["title"], told["client_id"]) == ("حان وقت متابعة سارة", str(client_id))
    for user in (helper, onlooker):
        assert await read_by(comms, tenant_id, user) == []


def test_without_an_owner_collaborators_act() -> None:
    ids = [str(new_id()) for _ in range(3)]
    staff = [{"user_id": one, "role": role} for one, role in zip(ids, _ROLES, strict=True)]
    assert responsible(staff) == [UUID(ids[1]), UUID(ids[2])]
    assert responsible(staff[:1]) == responsible([]) == []


_ROLES = ("watcher", "collaborator", "collaborator")
