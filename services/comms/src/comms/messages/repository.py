"""All SQL of messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Boolean, DateTime, Integer, Text

from chassis.errors import NotFound
from chassis.forgetting import forget_audited
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from comms.messages.rules import Status
from comms.messages.tables import Message, MessageAttachment, message_attachments, messages
from refs.lag import AboutClients
from refs.merges import about_clients
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_c = messages.c
NOBODY = UUID(int=0)
"""Stands for `none` among the ids of a filter."""

# About a visible client; without a client, its maker's, its reader's, and who sees all.
_VISIBLE = and_(
    about_visible_client(_c.client_id),
    or_(
        _c.client_id.is_not(None),
        bindparam("sees_all", type_=Boolean),
        _c.created_by == bindparam("principal", type_=Text),
        _c.user_id == bindparam("my_id", type_=Uuid),
    ),
)


def _one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _one_of_or_none(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    asked = any_(bindparam(name, type_=ARRAY(Uuid)))
    return or_(column == asked, and_(column.is_(None), literal(NOBODY, Uuid) == asked))


def _about(name: str) -> ColumnElement[bool]:
    """About one of these clients, or about one that was merged into it; or about none."""
    asked = bindparam(name, type_=ARRAY(Uuid))
    is_none = and_(_c.client_id.is_(None), literal(NOBODY, Uuid) == any_(asked))
    return or_(about_clients(client_refs, _c.client_id, asked), is_none)


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


_SHOWN: dict[str, ColumnElement[Any]] = {
    **{
        name: _c[name]
        for name in (
            "id", "version", "created_at", "updated_at", "direction", "channel", "status",
            "client_id", "user_id", "subject", "body", "template_id", "attachments",
            "scheduled_at", "sent_at", "failed_at", "attempts", "created_by",
        )
    },
    "to": _c.address,
    "url": case(
        (_c.client_id.is_not(None), func.concat("/v1/clients/", cast(_c.client_id, Text))),
        else_=null(),
    ),
    "failure": case(
        (_c.failure.is_not(None),
         func.json_build_object("code", _c.failure, "answer", _c.answer)),
        else_=null(),
    ),
}  # fmt: skip

# Takes the message in hand: nobody else sends it until the lease is over.
_LEASE = statement(
    update(messages)
    .where(
        _c.tenant_id == bindparam("tenant_id"), _c.id == bindparam("message_id"),
        _c.status == Status.QUEUED.value,
        or_(_c.leased_until.is_(None), _c.leased_until <= _moment("now")),
    )
    .values(attempts=_c.attempts + 1, leased_until=_moment("until"))
    .returning(*written_columns(messages))
)  # fmt: skip
_RELEASE = statement(
    update(messages)
    .where(
        _c.tenant_id == bindparam("tenant_id"), _c.id == bindparam("message_id"),
        _c.status == Status.QUEUED.value, _c.attempts == bindparam("attempt", type_=Integer),
    )
    .values(
        version=_c.version + 1, updated_at=_moment("now"), leased_until=null(),
        status=bindparam("status", type_=Text), sent_at=_moment("sent_at"),
        failed_at=_moment("failed_at"), failure=bindparam("failure", type_=Text),
        answer=bindparam("answer", type_=Text),
    )
    .returning(*written_columns(messages))
)  # fmt: skip
_LEASED_UNTIL = statement(
    select(_c.leased_until).where(
        _c.tenant_id == bindparam("tenant_id"), _c.id == bindparam("message_id"),
        _c.status == Status.QUEUED.value,
    )
)  # fmt: skip
_OF_CLIENT = _c.client_id == bindparam("client_id", type_=Uuid)
_FORGET_ATTACHMENTS = statement(
    delete(message_attachments)
    .where(
        message_attachments.c.tenant_id == bindparam("tenant_id"),
        message_attachments.c.message_id
        == any_(
            select(_c.id)
            .where(_c.tenant_id == bindparam("tenant_id"), _OF_CLIENT)
            .scalar_subquery()
        ),
    )
    .returning(message_attachments.c.id)
)
_FORGET = statement(delete(messages).where(_c.tenant_id == bindparam("tenant_id"), _OF_CLIENT))


class UnknownMessage(NotFound):
    """No such message, or one that the caller may not see."""

    code = "unknown_message"
    detail = "There is no such message."


class MessageRepository(AboutClients[Message]):
    """The messages that the caller may see."""

    table = messages
    row = Message
    scope = _VISIBLE
    missing = UnknownMessage

    listing = ListQuery(
        source=messages, columns=_SHOWN,
        where=(_c.tenant_id == bindparam("tenant_id"), _VISIBLE),
        filters={
            "client_id": _about("client_id"), "user_id": _one_of_or_none(_c.user_id, "user_id"),
            "channel": _one_of(_c.channel, "channel"),
            "status": _one_of(_c.status, "status"),
            "direction": _one_of(_c.direction, "direction"),
            "created_from": _c.created_at >= _moment("created_from"),
            "created_to": _c.created_at < _moment("created_to"),
        },
        sorts={"created_at": _c.created_at, "updated_at": _c.updated_at},
        default_sort="-created_at", key=_c.id,
    )  # fmt: skip

    async def scope_values(self) -> dict[str, Any]:
        """What I see, and who I am."""
        caller = self.work.caller
        sight = await sight_of(self.work)
        return {"principal": caller.principal, "my_id": caller.user_id, **sight.values()}

    async def lease(self, message_id: UUID, until: datetime) -> Message | None:
        """Take a queued message in hand; None where it is not, or somebody has it."""
        record = await self.work.fetchrow(
            _LEASE, tenant_id=self.work.tenant_id, message_id=message_id, now=self.work.now,
            until=until,
        )  # fmt: skip
        return Message(**record) if record else None

    async def leased_until(self, message_id: UUID) -> datetime | None:
        """Until when somebody else has it in hand."""
        found: datetime | None = await self.work.fetchval(
            _LEASED_UNTIL, tenant_id=self.work.tenant_id, message_id=message_id
        )
        return found

    async def release(self, message: Message, **outcome: Any) -> Message | None:
        """Note what became of the try; None where the message is in other hands by now."""
        nothing = {"sent_at": None, "failed_at": None, "failure": None, "answer": None}
        record = await self.work.fetchrow(
            _RELEASE, tenant_id=self.work.tenant_id, message_id=message.id,
            attempt=message.attempts, now=self.work.now, **(nothing | outcome),
        )  # fmt: skip
        return Message(**record) if record else None

    async def forget(self, client_id: UUID) -> None:
        """Remove a client's messages with what went along."""
        theirs = {"tenant_id": self.work.tenant_id, "client_id": client_id}
        # The audit of a file names no client.
        gone = [row["id"] for row in await self.work.fetch(_FORGET_ATTACHMENTS, **theirs)]
        await forget_audited(self.work, gone)
        await self.work.execute(_FORGET, **theirs)


_OF_MESSAGE = statement(
    select(*written_columns(message_attachments))
    .where(
        message_attachments.c.tenant_id == bindparam("tenant_id"),
        message_attachments.c.message_id == bindparam("message_id"),
    )
    .order_by(message_attachments.c.id)
)


class AttachmentRepository(Repository[MessageAttachment]):
    """The files that go along with messages."""

    table = message_attachments
    row = MessageAttachment

    async def of(self, message: Message) -> list[MessageAttachment]:
        """Those of one message, in the order they were given."""
        return await self.all(_OF_MESSAGE, message_id=message.id)
