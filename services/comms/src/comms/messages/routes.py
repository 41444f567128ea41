"""The HTTP door of messages."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from comms.messages import use_cases
from comms.messages.repository import NOBODY, MessageRepository
from comms.messages.rules import is_unattended
from comms.messages.schemas import FailureView, MessageCreate, MessageFilters, MessageView
from comms.messages.tables import Message
from comms.mime import Attachment
from refs.reading import ensure_client, ensure_tenant, ensure_user

routes = router("/v1/messages", "Messages")
_EXAMPLE = {
    "to": "sara@example.com",
    "channel": "email",
    "subject": "مرحبًا بك",
    "body": "مرحبًا سارة،\n\nيسعدنا انضمامك إلينا.",
}


@routes.get("", permission="comms:read", response_model=Page[MessageView])
async def list_messages(
    work: Work, pages: Pages, filters: Annotated[MessageFilters, Query()]
) -> Json:
    """Messages, newest first."""
    messages = MessageRepository(work)
    given = {name: _ids(value) for name, value in filters.model_dump(exclude_none=True).items()}
    values = await messages.scope_values()
    return Json(await messages.listing.page(work, pages, given, **values))


@routes.post("", permission="comms:write", status=201, example=_EXAMPLE)
async def send_message(work: Work, context: Context, body: MessageCreate) -> MessageView:
    """Queue a message to a client, a user or an address; `status` tells what became of it."""
    await ensure_tenant(context, work.tenant_id)
    if body.user_id:
        await ensure_user(context, work.tenant_id, body.user_id)
    if body.client_id and is_unattended(work.caller.principal):
        await ensure_client(context, work.tenant_id, body.client_id)
    return view(await use_cases.send_message(work, context.peers, _draft(body)))


@routes.get("/{message_id}", permission="comms:read")
async def get_message(work: Work, message_id: UUID) -> MessageView:
    """A message."""
    return view(await MessageRepository(work).get(message_id))


@routes.post("/{message_id}/cancel", permission="comms:write")
async def cancel_message(work: Work, message_id: UUID) -> MessageView:
    """Stop a message that waits for its time."""
    return view(await use_cases.cancel_message(work, message_id))


@routes.post("/{message_id}/retry", permission="comms:write")
async def retry_message(work: Work, message_id: UUID) -> MessageView:
    """Try a failed message again."""
    return view(await use_cases.retry_message(work, message_id))


def view(message: Message) -> MessageView:
    """A message as shown."""
    failure = None
    if message.failure:
        failure = FailureView(code=message.failure, answer=message.answer)
    own = set(MessageView.model_fields) - {"url", "to", "failure"}
    return MessageView(
        **{name: getattr(message, name) for name in own}, to=message.address, failure=failure,
        url=f"/v1/clients/{message.client_id}" if message.client_id else None,
    )  # fmt: skip


def _draft(body: MessageCreate) -> use_cases.Draft:
    files = [Attachment(a.filename, a.content_type, a.content) for a in body.attachments]
    return use_cases.Draft(
        id=body.id, client_id=body.client_id, user_id=body.user_id, to=body.to,
        channel=body.channel, subject=body.subject or "", body=body.body or "",
        template_id=body.template_id, variables=body.variables, attachments=files,
        scheduled_at=body.scheduled_at,
        digest=sha256(body.model_dump_json().encode()).digest(),
    )  # fmt: skip


def _ids(value: Any) -> Any:
    if isinstance(value, list):
        return [NOBODY if one == "none" else one for one in value]
    return value
