"""kill -9 of comms around the mail server's 250.

SMTP cannot send exactly once: whoever dies between the 250 and noting it cannot know which side of
the 250 it died on (RFC 1047). Comms sends again rather than lose a message, under the same
Message-ID, by which mail stores recognise the copy. Everything else happens once.
"""

from collections import Counter

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate
from tests.product import Json, Person, Product

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def send(owner: Person) -> tuple[Json, Json]:
    """A client and a message to them."""
    address = f"{owner.tenant['id'][-12:]}@example.com"
    client = await owner.post("/v1/clients", {"name": "x", "emails": [{"address": address}]})
    message = await owner.post("/v1/messages", {
        "client_id": client["id"], "channel": "email", "subject": "Once", "body": "Once",
    })  # fmt: skip
    return client, message


async def is_sent(owner: Person, message: Json) -> None:
    """Wait until the message says so."""

    async def sent() -> bool:
        answer = await owner.ask("GET", f"/v1/messages/{message['id']}")
        return answer.status_code == 200 and answer.json()["status"] == "sent"

    await eventually(sent, within=90, every=0.2)


async def test_killed_after_the_250_the_copy_bears_the_same_message_id(
    stack: Stack, product: Product
) -> None:
    """CO-02: at most one copy more, recognisable as such; one `sent` on the timeline."""
    owner = await product.sign_up()
    async with gate(stack, "comms", "update on messages", "new.status = 'sent'") as note:
        client, message = await send(owner)
        first = await product.mail_to(message["to"])
        await note.kill_there()
    await stack.wait_ready()
    await is_sent(owner, message)
    mails = await product.mails_to(message["to"])
    assert 1 <= len(mails) <= 2
    assert {mail["headers"]["Message-ID"] for mail in mails} == {first["headers"]["Message-ID"]}
    await owner.sees(client["id"], "comms.message.sent")
    events = Counter(await owner.events_of(client["id"]))
    assert (events["comms.message.queued"], events["comms.message.sent"]) == (1, 1)


async def test_killed_before_the_mail_is_handed_over_it_is_sent_once(
    stack: Stack, product: Product
) -> None:
    """CO-02: acknowledged is sent, whoever sends it."""
    owner = await product.sign_up()
    async with gate(stack, "comms", "update on messages", "new.attempts > old.attempts") as taking:
        client, message = await send(owner)
        await taking.kill_there()
    await stack.wait_ready()
    await is_sent(owner, message)
    assert len(await product.mails_to(message["to"])) == 1
    await owner.sees(client["id"], "comms.message.sent")
    assert Counter(await owner.events_of(client["id"]))["comms.message.sent"] == 1


async def test_without_a_mail_server_messages_wait_and_are_then_sent_once(
    stack: Stack, product: Product
) -> None:
    """CO-02: the mail server is away for some seconds; nobody has to send anything again."""
    owner = await product.sign_up()
    await stack.stop_server("mailbox")
    client, message = await send(owner)

    async def tried() -> bool:
        return bool((await owner.get(f"/v1/messages/{message['id']}"))["attempts"])

    await eventually(tried)
    await stack.start_server("mailbox")
    await is_sent(owner, message)
    assert len(await product.mails_to(message["to"])) == 1
    await owner.sees(client["id"], "comms.message.sent")
