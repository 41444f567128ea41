"""The clock door of messages: handing them to the mail server.

SMTP cannot send exactly once: between the server's 250 and our note of it a process may die, and
nobody can tell afterwards which side of the 250 that was (RFC 1047). A message lost in silence is
worse than one that arrives twice, so it is then sent again, under the same Message-ID, by which
mail stores and readers recognise it. The window is one transaction, begun right after the 250.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from chassis import telemetry
from chassis.caller import system
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.jobs import Jobs
from chassis.work import Trail, UnitOfWork
from comms import mime
from comms.messages import use_cases
from comms.messages.tables import Message, MessageAttachment
from comms.settings import Settings
from comms.smtp import NotTaken

jobs = Jobs()
# After a delivery's time is over, so that two workers never have one message in hand.
_GRACE: Final = timedelta(seconds=10)


@jobs.job(use_cases.SEND, attempts=20)
async def send_message(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Hand a queued message to the mail server, and note what became of it."""
    async with context.peers.mail.turn:
        await _send(context, tenant_id, UUID(payload["message_id"]))


async def _send(context: Context, tenant_id: UUID, message_id: UUID) -> None:
    settings: Settings = context.settings
    lease = timedelta(seconds=settings.smtp_seconds) + _GRACE
    worker = system(tenant_id, context.service)
    async with context.database.work(worker, role="worker") as work:
        taken = await use_cases.begin_sending(work, message_id, lease)
    if taken is None:
        return
    message = taken.message
    if taken.wait is not None:
        await _note(context, message, partial(use_cases.put_off, wait=taken.wait))
        return
    content = mime.compose(_mail(message, taken.files, settings.mail_from))
    try:
        answer = await context.peers.mail.send(settings.mail_from, message.address, content)
    except NotTaken as refusal:
        pause = timedelta(seconds=settings.smtp_pause_seconds)
        patience = use_cases.Patience(settings.smtp_attempts, pause)
        record = partial(use_cases.record_refusal, refusal=refusal, patience=patience)
    else:
        record = partial(use_cases.record_sent, answer=answer)
    await _note(context, message, record)


async def _note(
    context: Context, message: Message, record: Callable[[UnitOfWork, Message], Awaitable[None]]
) -> None:
    """Only we know what the server said: an outage of the database is waited for."""
    caller = system(message.tenant_id, context.service).acting_as(message.created_by)
    trail = Trail(message.cause, message.depth)
    while True:
        try:
            async with context.database.work(caller, role="worker", trail=trail) as work:
                await record(work, message)
        except UNREACHABLE:
            if context.draining:
                raise
            await asyncio.sleep(0.5)
        else:
            return


def _mail(message: Message, files: Sequence[MessageAttachment], sender: str) -> mime.Mail:
    return mime.Mail(
        message_id=f"{message.id}@{sender.rpartition('@')[2]}", sender_name=message.sender_name,
        sender=sender, recipient=message.address, subject=message.subject, body=message.body,
        language=message.language, date=message.created_at, trace_id=telemetry.trace_id(),
        attachments=[mime.Attachment(f.filename, f.content_type, f.content) for f in files],
    )  # fmt: skip
