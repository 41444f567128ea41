"""Companies' own sign-in providers: where they are, and what they must say of themselves."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from chassis.addresses import Refused, check_url
from chassis.errors import Forbidden, Invalid, Unavailable

CALLBACK: Final = "callback"
PATH: Final = "/v1/auth/oidc"
SCOPES: Final = "openid email profile"


class InvalidIssuer(Invalid):
    """OpenID Connect Discovery 1.0, 2: an https URL without query and fragment."""

    code = "invalid_issuer"
    detail = "This is not the https address of a sign-in provider."


class OwnersOnly(Forbidden):
    """Who holds a provider signs in as anybody of the company, owners too."""

    code = "owners_only"
    detail = "Only owners set up sign-in providers: whoever holds one signs in as anybody."


class ProviderUnavailable(Unavailable):
    """It did not answer, or with something else than it should; not told which."""

    code = "oidc_provider_unavailable"
    detail = "The company's sign-in provider does not answer as it should; try again later."


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider publishes (OpenID Connect Discovery 1.0, 3), as far as we use it."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    takes_basic: bool
    names_itself: bool


def check_issuer(issuer: str, *, allow_private: bool) -> str:
    """The issuer as it is kept, letter by letter; raises InvalidIssuer."""
    try:
        check_url(issuer, allow_private=allow_private)
    except Refused as error:
        raise InvalidIssuer(field="issuer") from error
    if urlsplit(issuer).query or "?" in issuer:
        raise InvalidIssuer(field="issuer")
    return issuer


def document_of(issuer: str) -> str:
    """Where the provider describes itself (Discovery 1.0, 4)."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read_metadata(document: dict[str, Any], issuer: str, *, allow_private: bool) -> Metadata:
    """What it says of itself; raises ProviderUnavailable for another's or half a document."""
    if document.get("issuer") != issuer:
        raise ProviderUnavailable()
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    try:
        urls = {name: check_url(str(document[name]), allow_private=allow_private) for name in names}
    except (KeyError, Refused) as error:
        raise ProviderUnavailable() from error
    methods = document.get("token_endpoint_auth_methods_supported")
    return Metadata(
        **urls, userinfo_endpoint=str(document.get("userinfo_endpoint") or ""),
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )  # fmt: skip


def callback_url(public_url: str, provider_id: object) -> str:
    """Each provider's own, so that none can pass another's code on (RFC 9700, 4.4.2)."""
    return f"{sign_in_url(public_url, provider_id)}/{CALLBACK}"


def sign_in_url(public_url: str, provider_id: object) -> str:
    """Where signing in begins: a link for the company's own pages."""
    return f"{public_url}{PATH}/{provider_id}"


def with_query(endpoint: str, parameters: dict[str, str]) -> str:
    """The endpoint with parameters beside those it has (RFC 6749, 3.1)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters, quote_via=quote)}"
