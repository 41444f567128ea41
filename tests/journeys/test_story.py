"""The story of the README's tour: sign up, a client, a flow that reacts, a mail, the timeline."""

from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import Product


async def test_a_new_client_is_welcomed_by_a_flow_and_its_timeline_tells_so(
    product: Product,
) -> None:
    """CL-02, CL-21, CL-32, CL-33, CO-14, AU-01, AU-03, AU-14, AU-16: the whole chain."""
    owner = await product.sign_up("عيادة الابتسامة")
    active = await owner.folder("Active")
    await owner.post("/v1/flows", {
        "name": "ترحيب", "enabled": True,
        "trigger": {"event": "clients.client.created"},
        "steps": [
            {"type": "add_tags", "tags": ["جديد"]},
            {"type": "move_folder", "folder_id": active["id"]},
            {"type": "send_message", "channel": "email", "subject": "أهلًا {{ client.name }}",
             "body": "مرحبًا {{ client.name }}، سعداء بانضمامك."},
        ],
    })  # fmt: skip
    address = f"client-{uuid4().hex[:10]}@example.com"
    client = await owner.post("/v1/clients", {
        "name": "عبد الله القحطاني", "phones": [{"number": "0501234567"}],
        "emails": [{"address": address}],
    })  # fmt: skip
    assert client["version"] == 1
    assert client["phones"][0]["number"]

    mail = await product.mail_to(address)
    assert mail["subject"] == "أهلًا عبد الله القحطاني"
    await owner.sees(
        client["id"], "clients.client.created", "clients.client.tagged",
        "clients.client.folder_changed", "comms.message.queued", "comms.message.sent",
        "automation.run.completed",
    )  # fmt: skip
    after = await owner.get(f"/v1/clients/{client['id']}")
    assert "جديد" in after["tags"]
    assert after["folder_id"] == active["id"]
    runs = (await owner.get("/v1/runs", client_id=client["id"]))["items"]
    assert [run["status"] for run in runs] == ["completed"]


async def test_a_message_sent_by_hand_reaches_the_client_and_the_timeline(
    product: Product,
) -> None:
    """CO-02, CL-58: one mail by hand, with a template."""
    owner = await product.sign_up()
    address = f"client-{uuid4().hex[:10]}@example.com"
    client = await owner.post(
        "/v1/clients", {"name": "Layla Haddad", "emails": [{"address": address}]}
    )
    template = await owner.post("/v1/templates", {
        "name": "hello", "channel": "email", "subject": "Hello {{ client.name }}",
        "body": "Dear {{ client.name }}, welcome.",
    })  # fmt: skip
    message = await owner.post("/v1/messages", {
        "client_id": client["id"], "channel": "email", "template_id": template["id"],
    })  # fmt: skip

    async def sent() -> bool:
        found = await owner.get(f"/v1/messages/{message['id']}")
        return bool(found["status"] == "sent")

    assert message["client_id"] == client["id"]
    await eventually(sent)
    mail = await product.mail_to(address)
    assert mail["subject"] == "Hello Layla Haddad"
    await owner.sees(client["id"], "comms.message.queued", "comms.message.sent")
