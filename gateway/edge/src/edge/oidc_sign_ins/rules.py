"""Signing in at a company's own provider: what ties its steps together, and what it must prove."""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import quote_plus
from uuid import UUID

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chassis.errors import Malformed

COOKIE: Final = "diwan_oidc"
# The page of the web app that takes the sign-in on.
PAGE: Final = "/sign-in/oidc"
# Time to type a password at the provider; then to type a code here.
AWAY: Final = timedelta(minutes=10)
BACK: Final = timedelta(minutes=5)
# Signatures by a private key only: by a shared secret, who knows it could sign for anybody.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
                      "ES512", "Ed25519", "EdDSA"]  # fmt: skip
_LEEWAY_SECONDS: Final = 60
_LONGEST_SUBJECT: Final = 255
_ERROR: Final = re.compile(r"[a-z_]{1,60}")


class SignInLost(Malformed):
    """No cookie of ours, another browser's, a late one, or one that was used."""

    code = "oidc_sign_in_lost"
    detail = "This sign-in was not begun in this browser, took too long or was used; begin anew."


class ProviderRefused(Malformed):
    """The provider sent the browser back without a code."""

    code = "oidc_refused"
    detail = "The sign-in provider refused to sign you in."


class NotProved(Malformed):
    """The provider's answer is not a proof of who somebody is."""

    code = "oidc_not_proved"
    detail = "What the sign-in provider answered does not prove who you are."


class NotLinked(Malformed):
    """The same for nobody of the company, an unproved address, and who has left."""

    code = "oidc_not_linked"
    detail = (
        "Nobody of the company signs in by this account. Its address must be yours here, and"
        " proved both there and here."
    )


class UnknownKey(Exception):
    """Signed by a key that was not published when the keys were read last."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whom the provider saw, and their address if it vouches for it."""

    subject: str
    email: str
    is_verified: bool
    has_email: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """Whom the provider proved, on the way to a session."""

    id: UUID
    tenant_id: UUID
    user_id: UUID
    email: str
    expires_at: datetime


def error_code(said: str) -> str:
    """The provider's own code, where it is one (RFC 6749, 4.1.2.1); nothing else is repeated."""
    return said if _ERROR.fullmatch(said) else "unknown"


def new_secret() -> str:
    """256 random bits: a nonce, or the verifier of RFC 7636, 4.1."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, 4.2."""
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> str:
    """Client authentication in a header (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose token it has to be, for whom and for which sign-in."""

    issuer: str
    client_id: str
    nonce: str


def check_token(token: Any, keys: KeySet, expected: Expected, now: datetime) -> Mapping[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7); raises NotProved, UnknownKey.

    Expired, for another client, of another issuer or of another sign-in: all are refused alike.
    """
    if not isinstance(token, str):
        raise NotProved()
    try:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": expected.issuer},
            aud={"essential": True, "value": expected.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(claims)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey() from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotProved() from error
    if not compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise NotProved()
    _check_party(claims, expected.client_id)
    return claims


def proof_of(claims: Mapping[str, Any]) -> Proof:
    """What the claims say of a person; raises NotProved."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise NotProved()
    if "\0" in subject:
        raise NotProved()
    email = claims.get("email")
    return Proof(
        subject, email if isinstance(email, str) else "", claims.get("email_verified") is True,
        "email" in claims and "email_verified" in claims,
    )  # fmt: skip


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several parties names the one that asked for it (3.1.3.7, steps 4 and 5)."""
    audience, party = claims["aud"], claims.get("azp")
    has_others = isinstance(audience, list) and len(audience) > 1
    if (has_others or party is not None) and party != client_id:
        raise NotProved()
