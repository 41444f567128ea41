"""kill -9 of automation inside every step of a run: afterwards each effect is there once."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate
from tests.product import Json, Person, Product

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

# Each step's effect, by the event that is written in its transaction.
_EFFECTS = {
    "add_tags": "clients.client.tagged",
    "change_status": "clients.client.status_changed",
    "move_folder": "clients.client.folder_changed",
    "send_message": "comms.message.queued",
    "notify": "comms.notification.created",
}
_ONCE = {
    "clients.client.created": 1, "clients.client.tagged": 1, "clients.client.status_changed": 1,
    "clients.client.folder_changed": 1, "comms.message.queued": 1, "comms.message.sent": 1,
    "automation.run.completed": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A flow of every kind of step, and a client it is run for."""

    owner: Person
    flow_id: str
    client_id: str
    address: str

    async def run(self) -> str:
        """Begin; the id of the run."""
        asked = {"client_id": self.client_id}
        return str((await self.owner.post(f"/v1/flows/{self.flow_id}/run", asked))["id"])

    async def ended(self, run_id: str) -> Json:
        """Wait until the run is over."""

        async def over() -> Json | None:
            answer = await self.owner.ask("GET", f"/v1/runs/{run_id}")
            found: Json = answer.json() if answer.status_code == 200 else {}
            return found if found.get("status") in ("completed", "failed") else None

        found = await eventually(over, every=0.2)
        assert found
        return found


async def scene(product: Product) -> Scene:
    """Signed up, with a client in the folder Leads."""
    owner = await product.sign_up()
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    address = f"{owner.tenant['id'][-12:]}@example.com"
    client = await owner.post(
        "/v1/clients",
        {"name": "x", "folder_id": leads["id"], "emails": [{"address": address}]},
    )
    other = next(s for s in leads["statuses"] if s["id"] != client["status_id"])
    me = await owner.get("/v1/me")
    is_tagged = {"field": "client.tags", "operator": "contains", "value": "once"}
    steps: list[dict[str, Any]] = [
        {"type": "add_tags", "tags": ["once"]},
        {"type": "change_status", "status_id": other["id"]},
        {"type": "branch", "condition": is_tagged,
         "then": [{"type": "move_folder", "folder_id": active["id"]}], "else": []},
        {"type": "send_message", "channel": "email", "subject": "Once", "body": "Once"},
        {"type": "notify", "title": "Once", "user_ids": [me["user"]["id"]]},
    ]  # fmt: skip
    flow = await owner.post(
        "/v1/flows", {"name": "f", "enabled": True, "trigger": {"manual": True}, "steps": steps}
    )
    return Scene(owner, flow["id"], client["id"], address)


async def each_effect_is_there_once(product: Product, found: Scene) -> None:
    """Events on the timeline, tags, mails, notifications."""

    async def whole() -> bool:
        return set(_ONCE) <= set(await found.owner.events_of(found.client_id))

    await eventually(whole, every=0.2)
    events = Counter(await found.owner.events_of(found.client_id))
    assert {name: events[name] for name in _ONCE} == _ONCE
    client = await found.owner.get(f"/v1/clients/{found.client_id}")
    assert client["tags"] == ["once"]
    assert len(await product.mails_to(found.address)) == 1
    notifications = (await found.owner.get("/v1/notifications"))["items"]
    assert [one["title"] for one in notifications] == ["Once"]


@pytest.mark.parametrize("step", _EFFECTS)
async def test_killed_while_the_effect_is_being_made(
    stack: Stack, product: Product, step: str
) -> None:
    """AU-02: the other service has begun and not answered; the next process asks again."""
    found = await scene(product)
    kind = _EFFECTS[step]
    written = f"new.subject like 'events.{kind}.%'"
    async with gate(stack, kind.partition(".")[0], "insert on outbox", written) as effect:
        run = await found.run()
        await effect.reached()
        stack.kill("automation")
    await stack.wait_ready()
    ended = await found.ended(run)
    assert ended["status"] == "completed", ended
    await each_effect_is_there_once(product, found)


async def test_killed_when_all_effects_are_made_and_nothing_is_written_down(
    stack: Stack, product: Product
) -> None:
    """AU-02: every step is asked for again under its key, and answered from memory."""
    found = await scene(product)
    async with gate(stack, "automation", "update on runs") as record:
        run = await found.run()
        await record.kill_there()
    await stack.wait_ready()
    ended = await found.ended(run)
    assert ended["status"] == "completed", ended
    await each_effect_is_there_once(product, found)


async def test_killed_while_a_run_waits(stack: Stack, product: Product) -> None:
    """AU-02: the wait ends in its time though the process that began it is gone."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "x"})
    until = (datetime.now(UTC) + timedelta(seconds=6)).isoformat()
    flow = await owner.post("/v1/flows", {
        "name": "f", "enabled": True, "trigger": {"manual": True},
        "steps": [{"type": "wait", "until": until}, {"type": "add_tags", "tags": ["later"]}],
    })  # fmt: skip
    found = Scene(owner, flow["id"], client["id"], "")
    run = await found.run()

    async def waits() -> bool:
        return bool((await owner.get(f"/v1/runs/{run}"))["status"] == "waiting")

    await eventually(waits)
    stack.kill("automation")
    await stack.wait_ready()
    assert (await found.ended(run))["status"] == "completed"
    await owner.sees(client["id"], "clients.client.tagged")
    events = Counter(await owner.events_of(client["id"]))
    assert events["clients.client.tagged"] == 1


async def test_killed_between_the_event_and_its_run(stack: Stack, product: Product) -> None:
    """AU-01, AU-02: the event is delivered again and starts one run."""
    owner = await product.sign_up()
    await owner.post("/v1/flows", {
        "name": "f", "enabled": True, "trigger": {"event": "clients.client.created"},
        "steps": [{"type": "add_tags", "tags": ["once"]}],
    })  # fmt: skip
    async with gate(stack, "automation", "insert on inbox") as note:
        client = await owner.post("/v1/clients", {"name": "x"})
        await note.kill_there()
    await stack.wait_ready()
    await owner.sees(client["id"], "automation.run.completed")
    runs = (await owner.get("/v1/runs", client_id=client["id"]))["items"]
    assert [run["status"] for run in runs] == ["completed"]
    assert Counter(await owner.events_of(client["id"]))["clients.client.tagged"] == 1
