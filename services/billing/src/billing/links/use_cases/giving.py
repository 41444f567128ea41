"""Giving a client a link to a document, and taking it back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from billing.links import rules
from billing.links.repository import LinkedRepository, LinkedT
from chassis.context import Context
from chassis.errors import NotFound
from chassis.events import Event
from chassis.links import Channel, channel_of, new_token, token_hash
from chassis.work import UnitOfWork
from refs import clients
from refs.clients import ClientRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[LinkedT]):
    """A kind of document that clients have links to: `name` is one of them, `path` its door.

    `found_by` finds tenant and id by a link's hash, `nowhere` is what no link leads to, `updated`
    tells of the columns that changed.
    """

    name: str
    path: str
    repository: type[LinkedRepository[LinkedT]]
    found_by: Callable[[Context, bytes], Awaitable[dict[str, Any] | None]]
    letters: rules.Letters
    nowhere: type[NotFound]
    updated: Callable[[LinkedT, list[str]], Event]

    @property
    def job(self) -> str:
        """The job that mails one."""
        return f"billing.mail_{self.name}"

    def url(self, context: Context, token: str) -> str:
        """Where a link leads."""
        return f"{context.chassis_settings.public_url.rstrip('/')}{self.path}/{token}"


@dataclass(frozen=True, slots=True)
class Given:
    """A link that was just made: its token, which is shown once, how it goes out, and what is kept
    of it.
    """

    token: str
    channel: Channel
    columns: dict[str, Any]


async def give(
    work: UnitOfWork, document: LinkedT, channel: Channel | None, ends: datetime | None
) -> Given:
    """A link to a locked document; one that was given out before leads nowhere any more."""
    client = await client_of(work, document)
    used = channel_of(
        channel, has_address=bool(client and client.primary_email),
        may_mail=work.caller.may("comms:write"),
    )  # fmt: skip
    token = new_token()
    return Given(token, used, {
        "link_hash": token_hash(token), "link_expires_at": rules.link_end(work.now, ends),
        "message_id": None, "mail_failure": None,
    })  # fmt: skip


async def revoke(work: UnitOfWork, kind: Kind[LinkedT], document_id: UUID) -> None:
    """Let the link lead nowhere any more."""
    documents = kind.repository(work)
    known = await documents.get_for_update(document_id)
    changed = await documents.update(known, link_hash=None, link_expires_at=None)
    if changed is not known:
        work.publish(kind.updated(changed, ["link_expires_at"]))


async def client_of(work: UnitOfWork, document: LinkedT) -> ClientRef | None:
    """Whom a document is for; of a merged one its survivor."""
    if document.client_id is None:
        return None
    found = await clients.client(work, document.client_id)
    if found is not None and found.merged_into is not None:
        return await clients.client(work, found.merged_into)
    return found
