"""Access tokens: Ed25519 JWTs verified in each service, with revocations watched over NATS."""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from chassis.caller import Caller
from chassis.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from chassis.context import Context

ISSUER = "diwan"
_ALGORITHM = "Ed25519"
_MOST_CACHED = 20_000
# Hosts' clocks differ; joserfc also compares the instant of issue with whole seconds.
_LEEWAY_SECONDS = 10


class InvalidToken(Unauthenticated):
    """Not ours, expired, or revoked."""

    code = "invalid_token"
    detail = "The access token is not valid any more."


class SigningKeysUnknown(Unavailable):
    """This process has not heard yet by which keys tokens are signed: who asks tries again."""

    code = "signing_keys_unknown"
    detail = "Access tokens cannot be checked yet; try again in a moment."


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    issued_at: float
    expires_at: float


class Tokens:
    """Verifies access tokens; a token seen before costs a dictionary look-up.

    `keys` and the revocations come from the NATS bucket `identity`, which edge writes and every
    process reads at start and watches: `jwks`; `session.<id>` and `key.<id>` with the instant
    before which what was issued is void; `user.<id>` and `role.<id>` with the instant at which
    rights changed, so that older tokens tell who somebody is and no longer what they may do.
    """

    def __init__(self) -> None:
        self._keys: KeySet | None = None
        self._published: KeySetSerialization | None = None
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._revoked: dict[str, float] = {}
        # How many marks were taken over: whoever checked a caller before the last one checks again.
        self.marks = 0

    def learn_keys(self, jwks: KeySetSerialization) -> None:
        """Take the signing keys published now; tokens of a key that is gone hold no longer."""
        if jwks != self._published:
            self._keys = KeySet.import_key_set(jwks)
            self._published = jwks
            self._known.clear()

    def revoke(self, what: str, before: float) -> None:
        """Take over a mark: what was issued to it before does not hold, or not fully."""
        if before > self._revoked.get(what, 0):
            self._revoked[what] = before
            self.marks += 1

    def forget_revocations(self, before: float) -> None:
        """Drop those older than any access token still alive can be."""
        self._revoked = {what: at for what, at in self._revoked.items() if at >= before}

    def is_revoked(self, caller: Caller, issued_at: float) -> bool:
        """Whether the session or the API key ended after the token was issued."""
        if not self._revoked:
            return False
        marks = [f"session.{caller.session_id}", caller.principal.replace("key:", "key.")]
        if caller.principal.startswith("key:"):
            # It may do no more than its maker, whose role changed: what was issued is asked anew.
            marks.append(f"role.{caller.role_id}")
        return any(issued_at < self._revoked.get(mark, 0) for mark in marks)

    def is_outdated(self, caller: Caller, issued_at: float) -> bool:
        """Whether the user's rights changed after the token was issued."""
        if not self._revoked:
            return False
        marks = (f"user.{caller.user_id}", f"role.{caller.role_id}")
        return any(issued_at < self._revoked.get(mark, 0) for mark in marks)

    def verify(self, token: str) -> Caller:
        """The caller a token names; raises InvalidToken and SigningKeysUnknown."""
        known = self._known.get(token) or self._learn(token)
        if known.expires_at <= time.time() or self.is_revoked(known.caller, known.issued_at):
            self._known.pop(token, None)
            raise InvalidToken()
        return known.caller

    async def caller(self, token: str, context: "Context") -> Caller:
        """The caller with the rights they have now; raises InvalidToken and SigningKeysUnknown."""
        caller = self.verify(token)
        if caller.user_id is None or not self.is_outdated(caller, self._known[token].issued_at):
            return caller
        present = await context.rights(context, caller.tenant_id, caller.user_id)
        if present is None:
            raise InvalidToken()
        return replace(present, session_id=caller.session_id)

    def _learn(self, token: str) -> _Known:
        if self._keys is None:
            raise SigningKeysUnknown()
        try:
            claims = jwt.decode(token, self._keys, algorithms=[_ALGORITHM]).claims
            # `decode` proves the signature only.
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS, iss={"essential": True, "value": ISSUER}
            ).validate(claims)
            known = _Known(_caller(claims), claims["at"], claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise InvalidToken() from error
        self._known[token] = known
        if len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)
        return known


def claims_of(caller: Caller, *, issued_at: float, lifetime: float) -> dict[str, Any]:
    """The claims that `verify` reads a caller from; the issuer signs them.

    `iat` and `exp` are whole seconds (RFC 7519 leaves that open, the library does not); `at`
    is the exact instant, so that signing in again right after a revocation works.
    """
    return {
        "iss": ISSUER, "iat": int(issued_at), "exp": int(issued_at + lifetime), "at": issued_at,
        "sub": caller.principal,
        "tid": str(caller.tenant_id), "sid": str(caller.session_id or ""),
        "rid": str(caller.role_id or ""), "own": caller.is_owner, "vis": caller.visibility,
        "per": sorted(caller.permissions), "tms": [str(team) for team in caller.team_ids],
        "loc": caller.locale,
        "fol": None if caller.folder_ids is None else [str(one) for one in caller.folder_ids],
        "mak": str(caller.made_by or ""),
    }  # fmt: skip


def _caller(claims: dict[str, Any]) -> Caller:
    kind, _, identity = claims["sub"].partition(":")
    return Caller(
        tenant_id=UUID(claims["tid"]), principal=claims["sub"],
        permissions=frozenset(claims["per"]), visibility=claims["vis"],
        user_id=UUID(identity) if kind == "user" else None, role_id=_uuid(claims["rid"]),
        is_owner=claims["own"], team_ids=tuple(UUID(team) for team in claims["tms"]),
        session_id=_uuid(claims["sid"]), locale=claims["loc"],
        folder_ids=None if claims["fol"] is None else tuple(UUID(one) for one in claims["fol"]),
        made_by=_uuid(claims.get("mak", "")),
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None
