"""Mailing the links of identity: never kept as messages, which administrators may read."""

from base64 import b64decode
from typing import Any, Final
from uuid import UUID

from chassis import telemetry
from chassis.context import Context
from chassis.events import Event
from chassis.work import UnitOfWork
from comms import mime
from comms.identity_mails import rules
from comms.messages.rules import one_line
from refs import people

SEND: Final = "comms.send_identity_mail"


async def queue(work: UnitOfWork, event: Event) -> None:
    """Have a worker mail the link; it stays sealed until then."""
    tenant = await people.tenant(work)
    work.enqueue(SEND, {
        "id": str(event.id), "kind": event.type, "at": event.time, "data": event.data,
        "zone": tenant.timezone if tenant else "",
    }, unique=str(event.id))  # fmt: skip


def compose(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> bytes:
    """The mail with its link opened."""
    kind, data = payload["kind"], payload["data"]
    sealed_for, field = rules.SEALS[kind]
    url = context.crypto.open(tenant_id, b64decode(data[field]), sealed_for).decode()
    letter = rules.letter(kind, data, url, payload["zone"])
    sender = context.settings.mail_from
    return mime.compose(mime.Mail(
        message_id=f"{payload['id']}@{sender.rpartition('@')[2]}",
        sender_name=one_line(data["tenant_name"]), sender=sender, recipient=data["email"],
        subject=one_line(letter.subject), body=letter.body, language=data["locale"] or "en",
        date=context.database.clock(), trace_id=telemetry.trace_id(),
    ))  # fmt: skip
