"""What one cause asks for happens once, whoever asks how often, and is answered the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from uuid import UUID

from billing.causes import repository
from billing.causes.rules import CauseHidden, CauseReused, check_key
from billing.documents.rules import Document
from chassis.errors import Failure
from chassis.idempotency import Claim, Replay
from chassis.ids import new_id
from chassis.work import UnitOfWork


class Causes(Claim):
    """Causes that are claimed by the first message of a transaction, each until it ends.

    So whoever comes with one of them waits for who is at it, and finds the answer. It ends with
    the transaction: what failed, or was killed, leaves nothing, and is done when it is asked again.
    """

    __slots__ = ("_digests", "_is_alone", "_known")

    def __init__(self, digests: Mapping[str, bytes], *, is_alone: bool) -> None:
        self._digests = digests
        self._is_alone = is_alone
        self._known: dict[str, bytes | Failure] = {}

    def opening(self, work: UnitOfWork) -> str:
        """Wait for whoever is at one of them; all take theirs in one order."""
        keys = sorted({_lock(work.tenant_id, one) for one in self._digests})
        return "; ".join(f"SELECT pg_advisory_xact_lock({key})" for key in keys) or "SELECT"

    async def settle(self, work: UnitOfWork, tag: str) -> None:
        """Look up what was answered before; raises it where it is all that was asked for."""
        rows = await repository.known(work, self._digests)
        for key, (row, is_seen) in rows.items():
            if not is_seen:
                self._known[key] = CauseHidden()
            elif row.digest != self._digests[key]:
                self._known[key] = CauseReused(field="cause")
            else:
                self._known[key] = row.answer
        if self._is_alone:
            for known in self._known.values():
                raise known if isinstance(known, Failure) else Replay(200, {}, known)

    def answered(self) -> Mapping[str, bytes | Failure]:
        """What each was answered before, or why it is refused; once the work has begun."""
        return self._known


@dataclass(frozen=True, slots=True)
class Claimed:
    """The one cause of a work, and its request as it is known again."""

    cause: str
    digest: bytes


def claim(work: UnitOfWork, method: str, cause: str, content: bytes) -> Claimed:
    """Have the work ask first whether it was done before; then it ends with Replay.

    Before the work's first statement. Raises CauseNeeded.
    """
    claimed = Claimed(check_key(cause), digest_of(method, content))
    work.claim = Causes({claimed.cause: claimed.digest}, is_alone=True)
    return claimed


def claim_each(work: UnitOfWork, digests: Mapping[str, bytes]) -> Causes:
    """The same of several, of which some may be known."""
    claimed = Causes(digests, is_alone=False)
    work.claim = claimed
    return claimed


async def keep(work: UnitOfWork, answers: Mapping[str, tuple[bytes, bytes, Document]]) -> None:
    """Keep, by their causes, the digests of requests, what answered them, and what of."""
    made = {"tenant_id": work.tenant_id, "version": 1, "created_by": work.caller.principal,
            "created_at": work.now, "updated_at": work.now}  # fmt: skip
    await repository.add(work, [
        {"id": new_id(), "cause": cause, "digest": digest, "answer": answer,
         "client_id": about.client_id, "document_id": about.id, **made}
        for cause, (digest, answer, about) in answers.items()
    ])  # fmt: skip


async def keep_one(work: UnitOfWork, claimed: Claimed, answer: bytes, about: Document) -> None:
    """The same of the one cause of a work."""
    await keep(work, {claimed.cause: (claimed.digest, answer, about)})


def digest_of(method: str, content: bytes) -> bytes:
    """What a request is known by when it comes again."""
    return sha256(method.encode() + b"\0" + content).digest()


def _lock(tenant_id: UUID, cause: str) -> int:
    hashed = blake2b(tenant_id.bytes + cause.encode(), digest_size=8, key=b"billing-cause")
    return int.from_bytes(hashed.digest(), signed=True)
