"""The mail that brings an estimate's link to its client: asked of comms once, outside any work."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository
from billing.estimates.tables import Estimate
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import clients, people
from refs.clients import ClientRef

MAIL: Final = "billing.mail_estimate"
_PLACE: Final = "billing.estimate_link"


@dataclass(frozen=True, slots=True)
class _Letter:
    client_id: UUID
    subject: str
    body: str


async def client_of(work: UnitOfWork, estimate: Estimate) -> ClientRef | None:
    """Whom an estimate is for; of a merged one its survivor."""
    if estimate.client_id is None:
        return None
    found = await clients.client(work, estimate.client_id)
    if found is not None and found.merged_into is not None:
        return await clients.client(work, found.merged_into)
    return found


def enqueue(work: UnitOfWork, estimate: Estimate, token: str) -> None:
    """Have its link mailed in the name of who sends it, once this work is committed."""
    sealed = work.crypto.seal(work.tenant_id, token.encode(), _PLACE)
    work.enqueue(MAIL, {
        "estimate_id": str(estimate.id), "token": b64encode(sealed).decode(),
        "user_id": str(work.caller.user_id or ""),
    })  # fmt: skip


async def mail(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Ask comms for the mail and note its id, or why there is none; raises Unavailable.

    It may run twice: the second time comms knows it by its key, or it is noted already.
    """
    caller, estimate_id = system(tenant_id, context.service), UUID(payload["estimate_id"])
    token = context.crypto.open(tenant_id, b64decode(payload["token"]), _PLACE).decode()
    digest = rules.token_hash(token)
    async with context.database.work(caller, role="worker") as work:
        letter = await _letter(work, context, estimate_id, token)
    if letter is None:
        return
    try:
        message_id = await context.peers.mail(
            Asking(_sender(caller, payload["user_id"])), letter.client_id, letter.subject,
            letter.body, key=f"estimate/{estimate_id}/{digest.hex()}",
        )  # fmt: skip
        outcome: dict[str, Any] = {"message_id": message_id}
    except Unavailable:
        raise
    except Failure as refusal:
        outcome = {"mail_failure": refusal.code}
    async with context.database.work(caller, role="worker") as work:
        await _note(work, estimate_id, digest, outcome)


def _sender(caller: Caller, user_id: str) -> Caller:
    """The user as they are now; what a key sends goes out in the name of this service."""
    if not user_id:
        return caller
    return Caller(caller.tenant_id, f"user:{user_id}", user_id=UUID(user_id))


async def _letter(
    work: UnitOfWork, context: Context, estimate_id: UUID, token: str
) -> _Letter | None:
    """None where the link leads nowhere any more, or its mail is on the way."""
    estimate = await EstimateRepository(work).find(estimate_id)
    if estimate is None or estimate.link_hash != rules.token_hash(token) or estimate.message_id:
        return None
    client, company = await client_of(work, estimate), await people.tenant(work)
    if client is None:
        return None
    base = context.chassis_settings.public_url.rstrip("/")
    total = Money(estimate.total_minor, estimate.currency).format()
    language = client.language or (company.locale if company else "")
    subject, body = rules.letter(language, {
        "number": estimate.number or "", "company": company.name if company else "",
        "name": client.name, "total": f"{total} {estimate.currency}",
        "url": f"{base}/v1/public/estimates/{token}",
    })  # fmt: skip
    return _Letter(client.id, subject, body)


async def _note(
    work: UnitOfWork, estimate_id: UUID, digest: bytes, outcome: dict[str, Any]
) -> None:
    estimates = EstimateRepository(work)
    try:
        known = await estimates.get_for_update(estimate_id)
    except rules.EstimateNotFound:
        return  # erased meanwhile
    if known.link_hash == digest:
        noted = await estimates.update(known, **outcome)
        work.publish(events.estimate_changed("updated", noted, changed=list(outcome)))
