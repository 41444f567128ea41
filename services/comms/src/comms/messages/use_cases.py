"""What can be done with messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from chassis.forgetting import hold
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from comms.availability.rules import Wait, wait, zone_of
from comms.messages import rules
from comms.messages.events import message_changed
from comms.messages.repository import AttachmentRepository, MessageRepository
from comms.messages.rules import Channel, Status
from comms.messages.tables import Message, MessageAttachment
from comms.mime import Attachment
from comms.peers import Client, Peers, UnknownClient, client_to_write
from comms.smtp import NotTaken
from comms.templates import use_cases as templates
from comms.templates.rules import UnknownTemplate as MissingTemplate
from comms.templates.rules import Written
from refs import clients, people
from refs.people import Tenant

SEND: Final = "comms.send_message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as it was asked for; `digest` tells one asking from another."""

    id: UUID | None = None
    client_id: UUID | None = None
    user_id: UUID | None = None
    to: str | None = None
    channel: Channel = Channel.EMAIL
    subject: str = ""
    body: str = ""
    template_id: UUID | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()
    scheduled_at: datetime | None = None
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a mail server is asked, and how long after the first refusal for now."""

    attempts: int
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Taken:
    """A message in hand with what goes along; not to be sent now if there is a `wait`."""

    message: Message
    files: Sequence[MessageAttachment]
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class _Recipient:
    address: str
    language: str
    sender_name: str


async def send_message(work: UnitOfWork, peers: Peers, draft: Draft) -> Message:
    """Queue a message; a worker hands it to the mail server at once or at its time."""
    recipients = sum(one is not None for one in (draft.client_id, draft.user_id, draft.to))
    rules.check(
        draft.channel, recipients, has_body=bool(draft.body),
        has_template=draft.template_id is not None,
    )  # fmt: skip
    rules.check_size([len(one.content) for one in draft.attachments])
    client = None
    if draft.client_id:  # of a merged one its survivor
        client = await client_to_write(work, peers.clients, draft.client_id)
        draft = replace(draft, client_id=client.id)
        if await hold(work, client.id):  # erased since it was asked for
            raise UnknownClient(field="client_id")
    tenant = await people.tenant(work)
    recipient = await _recipient(work, draft, client, tenant)
    written = await _write(work, draft, client)
    message, is_new = await _add(work, draft, recipient, written)
    if is_new:
        await _attach(work, message, draft.attachments)
        _queue(work, message)
    return message


async def cancel_message(work: UnitOfWork, message_id: UUID) -> Message:
    """Stop a message that waits for its time."""
    messages = MessageRepository(work)
    known = await messages.get_for_update(message_id)
    is_being_sent = known.leased_until is not None and known.leased_until > work.now
    status = rules.cancel(Status(known.status), known.scheduled_at, is_being_sent)
    message = await messages.update(known, status=status.value)
    work.publish(message_changed("cancelled", message))
    return message


async def retry_message(work: UnitOfWork, message_id: UUID) -> Message:
    """Try a failed message again."""
    messages = MessageRepository(work)
    known = await messages.get_for_update(message_id)
    message = await messages.update(
        known, status=rules.retry(Status(known.status)).value, attempts=0, failed_at=None,
        failure=None, answer=None, scheduled_at=None,
        is_unattended=rules.is_unattended(work.caller.principal),
    )  # fmt: skip
    _queue(work, message)
    return message


async def begin_sending(work: UnitOfWork, message_id: UUID, lease: timedelta) -> Taken | None:
    """Take a queued message in hand, for so long; None where there is nothing to send now.

    While somebody else has it, the job comes back when that lease is over: whoever had it may
    have died between the server's answer and our note of it.
    """
    messages = MessageRepository(work)
    message = await messages.lease(message_id, work.now + lease)
    if message is None:
        if (until := await messages.leased_until(message_id)) is not None:
            _enqueue(work, message_id, until - work.now)
        return None
    files = await AttachmentRepository(work).of(message) if message.attachments else []
    return Taken(message, files, await _wait(work, message))


async def put_off(work: UnitOfWork, message: Message, wait: Wait) -> None:
    """Let a message that nobody typed wait until its client wants to be written to.

    Where nobody knows when that is, it fails: one that goes out after weeks tells old news, and
    nobody would see it coming. Staff see that it failed and why, and may send it by hand.
    """
    messages = MessageRepository(work)
    untried = {
        "attempts": message.attempts - 1, "leased_until": None, "failure": wait.reason,
        "answer": None,
    }  # fmt: skip
    if wait.until is None:
        failed = await messages.update(
            message, status=Status.FAILED.value, failed_at=work.now, **untried
        )
        work.publish(message_changed("failed", failed))
    else:
        await messages.update(message, scheduled_at=wait.until, **untried)
        _enqueue(work, message.id, wait.until - work.now)


async def record_sent(work: UnitOfWork, message: Message, answer: str) -> None:
    """The server has taken it."""
    sent = await MessageRepository(work).release(
        message, status=Status.SENT.value, sent_at=work.now, answer=answer
    )
    if sent is not None:
        work.publish(message_changed("sent", sent))


async def record_refusal(
    work: UnitOfWork, message: Message, refusal: NotTaken, patience: Patience
) -> None:
    """The server has not taken it: later again, or never."""
    is_final = refusal.is_final or message.attempts >= patience.attempts
    refused = await MessageRepository(work).release(
        message, status=(Status.FAILED if is_final else Status.QUEUED).value,
        failed_at=work.now if is_final else None, failure=refusal.code, answer=refusal.answer,
    )  # fmt: skip
    if refused is None:
        return
    if is_final:
        work.publish(message_changed("failed", refused))
    else:
        _enqueue(work, message.id, rules.pause(message.attempts, patience.pause))


async def forget_messages(work: UnitOfWork, client_id: UUID) -> None:
    """Remove all messages to and from a client who is erased; none is sent any more."""
    await MessageRepository(work).forget(client_id)


async def _wait(work: UnitOfWork, message: Message) -> Wait | None:
    if not message.is_unattended or message.client_id is None:
        return None
    client = await clients.client(work, message.client_id)
    if client and client.merged_into:
        client = await clients.client(work, client.merged_into)
    if client is None or not client.availability:
        return None
    tenant = await people.tenant(work)
    return wait(client.availability, work.now, zone_of(tenant.timezone if tenant else ""))


async def _recipient(
    work: UnitOfWork, draft: Draft, client: Client | None, tenant: Tenant | None
) -> _Recipient:
    language, name = (tenant.locale or "en", tenant.name) if tenant else ("en", "")
    if draft.to is not None:
        return _Recipient(rules.address(draft.to, "to"), language, name)
    if client is not None:
        found, spoken = client.email, client.language
    else:
        user = await people.user(work, draft.user_id) if draft.user_id else None
        if user is None or not user.is_active:
            raise rules.UnknownUser(field="user_id")
        found, spoken = user.email, user.locale
    if not found:
        raise rules.NoAddress(field="client_id" if client else "user_id")
    return _Recipient(rules.address(found), spoken or language, name)


async def _write(work: UnitOfWork, draft: Draft, client: Client | None) -> Written:
    if draft.template_id is None:
        return Written(draft.subject, draft.body)
    facts = await templates.facts(work, draft.variables, client=client, user_id=draft.user_id)
    try:
        return await templates.write(work, draft.template_id, facts)
    except MissingTemplate:
        raise rules.UnknownTemplate(field="template_id") from None


async def _add(
    work: UnitOfWork, draft: Draft, recipient: _Recipient, written: Written
) -> tuple[Message, bool]:
    messages = MessageRepository(work)
    made = await messages.add_unless_taken(
        id=draft.id, direction="outbound", channel=draft.channel.value,
        status=Status.QUEUED.value, client_id=draft.client_id, user_id=draft.user_id,
        address=recipient.address, sender_name=rules.one_line(recipient.sender_name),
        subject=rules.one_line(written.subject), body=written.body,
        language=recipient.language, template_id=draft.template_id,
        attachments=[
            {"filename": a.filename, "content_type": a.content_type, "size": len(a.content)}
            for a in draft.attachments
        ],
        scheduled_at=draft.scheduled_at, attempts=0, created_by=work.caller.principal,
        cause=work.trail.cause, depth=work.trail.depth, digest=draft.digest,
        is_unattended=rules.is_unattended(work.caller.principal),
    )  # fmt: skip
    if made is not None:
        return made, True
    known = await messages.find(draft.id) if draft.id else None
    if known is None or known.digest != draft.digest:
        raise IdTaken(field="id")
    work.status = 200
    return known, False


async def _attach(work: UnitOfWork, message: Message, files: Sequence[Attachment]) -> None:
    attachments = AttachmentRepository(work)
    for file in files:
        await attachments.add(
            message_id=message.id, filename=file.filename, content_type=file.content_type,
            content=file.content,
        )  # fmt: skip


def _queue(work: UnitOfWork, message: Message) -> None:
    work.publish(message_changed("queued", message))
    _enqueue(work, message.id, (message.scheduled_at or work.now) - work.now)


def _enqueue(work: UnitOfWork, message_id: UUID, after: timedelta) -> None:
    wait = max(after, timedelta(0))
    work.enqueue(SEND, {"message_id": str(message_id)}, after=wait, unique=str(message_id))
