"""Events that are delivered again long after the broker has forgotten that it had them."""

from collections import Counter
from uuid import uuid4

import nats

from chassis.stream import STREAM
from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.events import published
from tests.product import Person, Product


async def greeted_client(product: Product, owner: Person) -> tuple[str, str]:
    """A client who was tagged and greeted by a flow: their id and address."""
    await owner.post("/v1/flows", {
        "name": "greet", "enabled": True, "trigger": {"event": "clients.client.created"},
        "steps": [
            {"type": "add_tags", "tags": ["once"]},
            {"type": "send_message", "channel": "email", "subject": "Once", "body": "Once"},
        ],
    })  # fmt: skip
    address = f"once-{uuid4().hex[:10]}@example.com"
    client = await owner.post("/v1/clients", {"name": "x", "emails": [{"address": address}]})
    await product.mail_to(address)
    await owner.sees(client["id"], "comms.message.sent", "automation.run.completed")
    return client["id"], address


async def publish_again(stack: Stack, tenant_id: str) -> None:
    """Every event of the tenant, as new messages; returns when all consumers have taken them."""
    connection = await nats.connect(stack.nats.url)
    jetstream = connection.jetstream()
    for event in await published(stack, tenant_id):
        await jetstream.publish(event.subject, event.text.encode())

    async def all_taken() -> bool:
        consumers = [c for c in await jetstream.consumers_info(STREAM) if c.config.durable_name]
        return not any((c.num_pending or 0) + (c.num_ack_pending or 0) for c in consumers)

    await eventually(all_taken)
    await connection.close()


async def test_whatever_is_delivered_again_has_its_effects_once(
    stack: Stack, product: Product
) -> None:
    """AU-02, CL-02, CL-32: the whole history of a tenant comes a second time."""
    owner = await product.sign_up()
    client_id, address = await greeted_client(product, owner)
    before = Counter(await owner.events_of(client_id))
    profile = await owner.get(f"/v1/clients/{client_id}")
    await publish_again(stack, owner.tenant["id"])
    assert Counter(await owner.events_of(client_id)) == before
    assert await owner.get(f"/v1/clients/{client_id}") == profile
    assert len(await product.mails_to(address)) == 1
    assert len((await owner.get("/v1/runs", client_id=client_id))["items"]) == 1
