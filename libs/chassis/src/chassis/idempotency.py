"""Idempotency-Key: the first good answer again, whatever is sent twice."""

from hashlib import blake2b, sha256
from typing import Any

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


class _Claim(Statement):
    """The claim is a function of the database: no Core clause to compile."""

    __slots__ = ()

    def __init__(self) -> None:
        self.sql = "select * from claim_idempotency_key($1, $2, $3)"
        self.names = ("tenant", "scope", "digest")
        self._defaults: dict[str, Any] = {}


_CLAIM = _Claim()


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
        """One row where the key was free. A message of several statements takes no parameters,
        so they are written out: hexadecimal digits, all of them."""
        values = f"'{work.tenant_id}', '\\x{self._scope.hex()}', '\\x{self._digest.hex()}'"
        return f"SELECT FROM claim_idempotency_key({values}) WHERE outcome = 'new'"

    async def settle(self, work: UnitOfWork, tag: str) -> None:
        """Go on with the key taken; raises Replay, KeyReused or InProgress."""
        if tag != "SELECT 1":
            await self._look_again(work)
        work.answer = Answer(self._scope)

    async def _look_again(self, work: UnitOfWork) -> None:
        row = await work.fetchrow(
            _CLAIM, tenant=work.tenant_id, scope=self._scope, digest=self._digest
        )
        outcome = row["outcome"] if row else "running"
        if outcome == "running":
            raise InProgress()
        if outcome == "reused":
            raise KeyReused(field="Idempotency-Key")
        if row and outcome == "done":
            raise Replay(row["status"], row["headers"], row["body"])
