"""Idempotency-Key: the first good answer again, whatever is sent twice."""

from hashlib import blake2b, sha256
from typing import Any, Final

from chassis.errors import Conflict, Invalid
from chassis.settings import ChassisSettings
from chassis.statements import Statement
from chassis.work import Answer, UnitOfWork

LONGEST_KEY = 255


class KeyReused(Invalid):
    """The key was used before with another body."""

    code = "idempotency_key_reused"
    detail = "This idempotency key was used with another request."


class InProgress(Conflict):
    """The first request with this key has not ended."""

    code = "idempotency_in_progress"
    detail = "A request with this idempotency key is still running."


class Replay(Exception):
    """The stored answer of the first request with this key."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        super().__init__(status)


class _Kept(Statement):
    """The answer under a key; plumbing tables have no Core clause to compile."""

    __slots__ = ()

    def __init__(self) -> None:
        self.sql = (
            "select digest, status, headers, body from idempotency_keys"
            " where tenant_id = $1 and scope = $2"
        )
        self.names = ("tenant", "scope")
        self._defaults: dict[str, Any] = {}


_KEPT = _Kept()
# Prepared by each connection when it is made, see flush.py. One row where nobody else has the key
# and it was never used. The lock is asked for by a statement before: this one begins after that,
# so it sees what the last one who had the lock has committed.
PREPARE: Final = """
prepare diwan_claim (uuid, bytea) as
select where current_setting('app.claimed') = 'true' and not exists (
    select from idempotency_keys where tenant_id = $1 and scope = $2)
"""


def scope_of(work: UnitOfWork, method: str, path: str, key: str) -> bytes:
    """The keys of two principals, or of two paths, never meet."""
    parts = (work.caller.principal, method, path, key)
    return sha256("\0".join(parts).encode()).digest()


def digest_of(settings: ChassisSettings, content: bytes) -> bytes:
    """What a request's content is known by. Bodies hold passwords, so who reads the database
    must not be able to try them: the digest takes a key that the database does not have."""
    secret = sha256(settings.service_key.get_secret_value().encode()).digest()
    return blake2b(content, key=secret, digest_size=32).digest()


class Claim:
    """An Idempotency-Key to be taken by the first message of a transaction.

    It ends with the transaction: an error leaves no trace of the key, so that a retry runs again,
    and a body refused before it costs no transaction.
    """

    __slots__ = ("_digest", "_scope")

    def __init__(self, scope: bytes, digest: bytes) -> None:
        self._scope = scope
        self._digest = digest

    def opening(self, work: UnitOfWork) -> str:
        """What is added to the transaction's first message: lock the key until the work ends."""
        lock = int.from_bytes(self._scope[:8], "big", signed=True)
        return (
            f"SELECT set_config('app.claimed', pg_try_advisory_xact_lock({lock})::text, true);"
            f" EXECUTE diwan_claim ('{work.tenant_id}', '\\x{self._scope.hex()}')"
        )

    async def settle(self, work: UnitOfWork, tag: str) -> None:
        """Go on with the key taken; raises Replay, KeyReused or InProgress."""
        if tag != "SELECT 1":
            await self._refuse(work)
        work.answer = Answer(self._scope, self._digest)

    async def _refuse(self, work: UnitOfWork) -> None:
        kept = await work.fetchrow(_KEPT, tenant=work.tenant_id, scope=self._scope)
        if kept is None:
            raise InProgress()
        if kept["digest"] != self._digest:
            raise KeyReused(field="Idempotency-Key")
        raise Replay(kept["status"], kept["headers"], kept["body"])
