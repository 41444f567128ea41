"""Short tokens by which a service names, to one other service, whom it asks for."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chassis.caller import Caller
from chassis.errors import Unauthenticated
from chassis.settings import ChassisSettings

LIFETIME: Final = 60
_RENEWED_BEFORE: Final = 20  # a token handed out still holds for a call and its retries
_LEEWAY: Final = 5  # seconds that two machines' clocks may differ
_MOST_CACHED: Final = 10_000
_HEADER: Final = {"alg": "HS256", "typ": "JWT"}


class Untrusted(Unauthenticated):
    """Not signed by one of our services, not for this one, or expired."""

    code = "untrusted_caller"
    detail = "The call is not signed by a service for this one."


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a token names: a user in person, a flow or key for a user, or the service itself."""

    service: str
    principal: str
    tenant_id: UUID | None
    on_behalf_of: UUID | None
    locale: str | None
    rights: Caller | None
    expires_at: float

    @property
    def is_service(self) -> bool:
        """Whether the service asks for itself."""
        return self.principal == f"service:{self.service}"


class Signer:
    """Signs and verifies under the key all services share; what was seen costs a look-up."""

    def __init__(self, service: str, key: str) -> None:
        self._service = service
        self._key = OctKey.import_key(key)
        self._signed: OrderedDict[tuple[Caller | None, str], tuple[str, float]] = OrderedDict()
        self._verified: OrderedDict[str, Named] = OrderedDict()
        self._prefix = jwt.encode(_HEADER, {}, self._key).partition(".")[0] + "."

    def is_ours(self, token: str) -> bool:
        """Whether the token looks like one of these, not like a user's access token."""
        return token.startswith(self._prefix)

    def sign(self, caller: Caller | None, audience: str) -> str:
        """A token for a call to `audience`; without a caller the service asks for itself."""
        now = time.time()
        token, expires_at = self._signed.get((caller, audience), ("", 0.0))
        if expires_at - _RENEWED_BEFORE < now:
            expires_at = now + LIFETIME
            claims = _claims(caller, self._service)
            claims |= {"aud": audience, "iat": int(now), "exp": int(expires_at)}
            token = jwt.encode(_HEADER, claims, self._key)
            _remember(self._signed, (caller, audience), (token, expires_at))
        return token

    def verify(self, token: str) -> Named:
        """Whom the token names; raises Untrusted."""
        named = self._verified.get(token) or self._learn(token)
        if named.expires_at + _LEEWAY < time.time():
            raise Untrusted()
        return named

    def _learn(self, token: str) -> Named:
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"]).claims
            # `decode` proves the signature only.
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY, aud={"essential": True, "value": self._service},
                exp={"essential": True}, iat={"essential": True},
            ).validate(claims)  # fmt: skip
            named = _named(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Untrusted() from error
        _remember(self._verified, token, named)
        return named


def signer_of(settings: ChassisSettings) -> Signer:
    """The signer of this process's service."""
    return Signer(settings.service, settings.service_key.get_secret_value())


def _claims(caller: Caller | None, service: str) -> dict[str, Any]:
    if caller is None:
        return {"iss": service, "principal": f"service:{service}"}
    # Asked by another service for itself, this one asks on for itself: nobody is who it is not.
    is_service = caller.principal.startswith("service:")
    principal = f"service:{service}" if is_service else caller.principal
    claims: dict[str, Any] = {
        "iss": service, "principal": principal, "tenant": str(caller.tenant_id),
        "locale": caller.locale,
    }  # fmt: skip
    if caller.user_id is not None:
        claims["on_behalf_of"] = str(caller.user_id)
    elif not is_service:
        claims["rights"] = _rights(caller)
    return claims


def _named(claims: dict[str, Any]) -> Named:
    service, principal = claims["iss"], claims["principal"]
    if principal.startswith("service:") and principal != f"service:{service}":
        raise ValueError("a service speaks only for itself")
    if claims["exp"] - claims["iat"] > LIFETIME + 1:
        raise ValueError("it lives too long")
    tenant, user, rights = (claims.get(name) for name in ("tenant", "on_behalf_of", "rights"))
    return Named(
        service=service, principal=principal, tenant_id=UUID(tenant) if tenant else None,
        on_behalf_of=UUID(user) if user else None, locale=claims.get("locale"),
        rights=_caller(claims) if rights else None, expires_at=claims["exp"],
    )  # fmt: skip


def _rights(caller: Caller) -> dict[str, Any]:
    """An API key is nobody's user: what the door that verified it found goes along."""
    folders = caller.folder_ids
    return {
        "permissions": sorted(caller.permissions), "visibility": caller.visibility,
        "folders": None if folders is None else [str(folder) for folder in folders],
        "role": str(caller.role_id or ""), "teams": [str(team) for team in caller.team_ids],
        "made_by": str(caller.made_by or ""),
    }  # fmt: skip


def _caller(claims: dict[str, Any]) -> Caller:
    rights = claims["rights"]
    folders = rights["folders"]
    return Caller(
        UUID(claims["tenant"]), claims["principal"], frozenset(rights["permissions"]),
        rights["visibility"], locale=claims.get("locale"),
        folder_ids=None if folders is None else tuple(UUID(folder) for folder in folders),
        role_id=_uuid(rights.get("role")), made_by=_uuid(rights.get("made_by")),
        team_ids=tuple(UUID(team) for team in rights.get("teams", ())),
    )  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _remember(cache: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    cache[key] = value
    if len(cache) > _MOST_CACHED:
        cache.popitem(last=False)
