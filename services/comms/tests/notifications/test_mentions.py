"""Who is mentioned in a note is told, once, in their language."""

import asyncio
from typing import Any
from uuid import UUID

from chassis.consumer_runner import ConsumerRunner
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from comms.notifications.consumers import consumers
from services.comms.tests.factories import make_client_ref, make_tenant, make_user


def _note_event(tenant_id: UUID, client_id: UUID, author: str, mentioned: list[str]) -> Event:
    note = {"id": str(new_id()), "preview": "اتصل به غدًا"}
    data = {"note": note, "changed": [], "mentioned": mentioned}
    return Event("clients.note.added", UUID(note["id"]), data, client_id=client_id,
                 tenant_id=tenant_id, actor=author)  # fmt: skip


async def _notifications(comms: Harness, tenant_id: UUID, user: dict[str, Any]) -> Any:
    async with comms.http(comms.caller(tenant_id, user_id=UUID(user["id"]))) as http:
        return (await http.get("/v1/notifications")).json()["items"]


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
    runner = ConsumerRunner(comms.context, [consumers])
    running = asyncio.create_task(runner.run())
    jetstream = comms.context.nats.jetstream()
    for event in (first, plain, first, first, last):
        await jetstream.publish(event.nats_subject, event.to_json())

    async def told() -> Any:
        return await _notifications(comms, tenant_id, noura)

    [mine] = await eventually(told, within=20)
    await runner.stop()
    await asyncio.wait([running], timeout=10)
    assert (mine["title"], mine["body"]) == ("ذُكرت في ملاحظة", "اتصل به غدًا")
    [other] = await _notifications(comms, tenant_id, omar)
    assert other["title"] == "نورة mentioned you in a note"
    assert (other["client_id"], other["created_by"]) == (str(client_id), author)
    assert await _notifications(comms, tenant_id, gone) == []
