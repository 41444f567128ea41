"""The mail that brings a document's link to its client: asked of comms once, outside any work."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.links import rules
from billing.links.repository import LinkedT
from billing.links.use_cases.giving import Kind, client_of
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.links import token_hash
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import people

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Letter:
    client_id: UUID
    subject: str
    body: str


def enqueue(
    work: UnitOfWork, kind: Kind[LinkedT], document: LinkedT, token: str, message: str = ""
) -> None:
    """Have its link mailed in the name of who sends it, once this work is committed."""
    sealed = {
        name: b64encode(work.crypto.seal(work.tenant_id, text.encode(), _place(kind, name)))
        for name, text in (("token", token), ("message", message)) if text
    }  # fmt: skip
    work.enqueue(kind.job, {
        f"{kind.name}_id": str(document.id), "user_id": str(work.caller.user_id or ""),
        **{name: value.decode() for name, value in sealed.items()},
    })  # fmt: skip


async def mail(context: Context, kind: Kind[LinkedT], tenant_id: UUID, payload: Json) -> None:
    """Ask comms for the mail and note its id, or why there is none; raises Unavailable.

    It may run twice: the second time comms knows it by its key, or it is noted already.
    """
    caller, document_id = system(tenant_id, context.service), UUID(payload[f"{kind.name}_id"])
    token, message = (
        _opened(context, tenant_id, _place(kind, name), payload.get(name))
        for name in ("token", "message")
    )
    digest = token_hash(token)
    async with context.database.work(caller, role="worker") as work:
        known = await kind.repository(work).find(document_id)
        if known is None or known.link_hash != digest or known.message_id:
            return  # leads nowhere any more, or its mail is on the way
        letter = await _letter(work, kind, known, message, kind.url(context, token))
    if letter is None:
        return
    try:
        message_id = await context.peers.mail(
            Asking(_sender(caller, payload["user_id"])), letter.client_id, letter.subject,
            letter.body, key=f"{kind.name}/{document_id}/{digest.hex()}",
        )  # fmt: skip
        outcome: Json = {"message_id": message_id}
    except Unavailable:
        raise
    except Failure as refusal:
        outcome = {"mail_failure": refusal.code}
    async with context.database.work(caller, role="worker") as work:
        await _note(work, kind, document_id, digest, outcome)


def _place(kind: Kind[LinkedT], name: str) -> str:
    """What a part of the job is sealed for."""
    return f"billing.{kind.name}_{'link' if name == 'token' else name}"


def _opened(context: Context, tenant_id: UUID, place: str, sealed: str | None) -> str:
    return context.crypto.open(tenant_id, b64decode(sealed), place).decode() if sealed else ""


def _sender(caller: Caller, user_id: str) -> Caller:
    """The user as they are now; what a key sends goes out in the name of this service."""
    if not user_id:
        return caller
    return Caller(caller.tenant_id, f"user:{user_id}", user_id=UUID(user_id))


async def _letter(
    work: UnitOfWork, kind: Kind[LinkedT], document: LinkedT, message: str, url: str
) -> _Letter | None:
    client, company = await client_of(work, document), await people.tenant(work)
    if client is None:
        return None
    total = Money(document.total_minor, document.currency).format()
    language = client.language or (company.locale if company else "")
    subject, body = rules.letter(kind.letters, language, {
        "number": document.number or "", "company": company.name if company else "",
        "name": client.name, "total": f"{total} {document.currency}", "message": message,
        "due": document.due_date.isoformat() if document.due_date else "", "url": url,
    })  # fmt: skip
    return _Letter(client.id, subject, body)


async def _note(
    work: UnitOfWork, kind: Kind[LinkedT], document_id: UUID, digest: bytes, outcome: Json
) -> None:
    documents = kind.repository(work)
    try:
        known = await documents.get_for_update(document_id)
    except documents.missing:
        return  # erased meanwhile
    if known.link_hash == digest:
        noted = await documents.update(known, **outcome)
        work.publish(kind.updated(noted, list(outcome)))
