"""Setting sign-in providers up, and reading what they publish."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from chassis.addresses import Unreachable
from chassis.caller import system
from chassis.context import Context
from chassis.errors import NotFound
from chassis.outbound import Outbound
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from edge.oidc_identities.repository import OidcIdentityRepository
from edge.oidc_providers import rules
from edge.oidc_providers.repository import OidcProviderRepository
from edge.oidc_providers.tables import OidcProvider

_SEALED_FOR: Final = "edge.oidc_client_secret"
_COLUMNS: Final = {"enabled": "is_enabled", "required": "is_required"}
_KEPT_SECONDS: Final = 600.0
_MOST_KEPT: Final = 1_000
_MOST_KEYS: Final = 50


@dataclass(frozen=True, slots=True)
class Registration:
    """By what a provider knows the product, in the name of one company."""

    tenant_id: UUID
    id: UUID
    issuer: str
    client_id: str
    secret: str


class Published:
    """What providers publish, asked for anew after some minutes; keys also when one is unknown."""

    def __init__(self, outbound: Outbound, *, allow_private: bool) -> None:
        self.outbound = outbound
        self._allow_private = allow_private
        self._kept: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    async def metadata(self, issuer: str) -> rules.Metadata:
        """Where the provider's doors are; raises ProviderUnavailable."""
        document = await self._document(rules.document_of(issuer))
        return rules.read_metadata(document, issuer, allow_private=self._allow_private)

    async def keys(self, metadata: rules.Metadata, *, anew: bool = False) -> KeySet:
        """The keys it signs with; raises ProviderUnavailable."""
        document = await self._document(metadata.jwks_uri, anew=anew)
        published = document.get("keys")
        if not isinstance(published, list):
            raise rules.ProviderUnavailable()
        found = (_key(one) for one in published[:_MOST_KEYS])
        return KeySet([one for one in found if one is not None])

    async def _document(self, url: str, *, anew: bool = False) -> dict[str, Any]:
        kept = self._kept.get(url)
        if kept and not anew and kept[0] + _KEPT_SECONDS > time.monotonic():
            return kept[1]
        try:
            document = await self.outbound.get(url)
        except Unreachable as error:
            raise rules.ProviderUnavailable() from error
        self._kept[url] = (time.monotonic(), document)
        self._kept.move_to_end(url)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return document


async def start(context: Context) -> None:
    """What this process knows of providers: nothing yet."""
    allowed = context.settings.oidc_private_addresses
    context.keep(Published(Outbound(allow_private=allowed), allow_private=allowed))


async def create_provider(
    work: UnitOfWork, context: Context, values: dict[str, Any]
) -> OidcProvider:
    """Set a provider up; it is first asked when somebody signs in by it."""
    _check_owner(work)
    allowed = context.settings.oidc_private_addresses
    values["issuer"] = rules.check_issuer(values["issuer"], allow_private=allowed)
    providers, secret = OidcProviderRepository(work), values.pop("oidc_client_secret")
    columns = {_COLUMNS.get(name, name): value for name, value in values.items()}
    known = await providers.find(values["id"]) if values["id"] else None
    if known is None:
        return await providers.add(**columns, sealed_secret=_sealed(work, context, secret))
    # Sealed anew a secret is never the same, so it is opened to be compared.
    is_same = all(getattr(known, name) == value for name, value in columns.items())
    if not is_same or _secret_of(context, known, work.tenant_id) != secret:
        raise IdTaken(field="id")
    work.status = 200
    return known


async def update_provider(
    work: UnitOfWork, context: Context, provider_id: UUID, changes: dict[str, Any]
) -> OidcProvider:
    """Change a provider; who is signed in stays so."""
    providers = OidcProviderRepository(work)
    provider = await providers.get_for_update(provider_id)
    _check_owner(work)
    secret = changes.pop("oidc_client_secret", None)
    columns = {_COLUMNS.get(name, name): value for name, value in changes.items()}
    if secret is not None and secret != _secret_of(context, provider, work.tenant_id):
        columns["sealed_secret"] = _sealed(work, context, secret)
    return await providers.update(provider, **columns)


async def delete_provider(work: UnitOfWork, provider_id: UUID) -> None:
    """Forget a provider, and by which of its accounts people signed in."""
    providers = OidcProviderRepository(work)
    provider = await providers.get_for_update(provider_id)
    _check_owner(work)
    await OidcIdentityRepository(work).forget_issuer(provider.issuer)
    await providers.delete(provider)


async def registration(context: Context, provider_id: UUID) -> Registration:
    """A provider that is switched on, of whatever company; raises NotFound."""
    found = await context.system.look_up("tenant_of_oidc_provider", provider_id)
    if not found:
        raise NotFound()
    tenant_id: UUID = found[0]["tenant_id"]
    async with context.database.work(system(tenant_id, context.service)) as work:
        provider = await OidcProviderRepository(work).get(provider_id)
    secret = _secret_of(context, provider, tenant_id)
    return Registration(tenant_id, provider.id, provider.issuer, provider.oidc_client_id, secret)


def _secret_of(context: Context, provider: OidcProvider, tenant_id: UUID) -> str:
    return context.crypto.open(tenant_id, provider.sealed_secret, _SEALED_FOR).decode()


def _sealed(work: UnitOfWork, context: Context, secret: str) -> bytes:
    return context.crypto.seal(work.tenant_id, secret.encode(), _SEALED_FOR)


def _check_owner(work: UnitOfWork) -> None:
    if not work.caller.is_owner:
        raise rules.OwnersOnly()


def _key(published: Any) -> Key | None:
    # One that is for something else, or of a kind not known here, is passed over (RFC 7517, 5).
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(published) if published.get("kty") != "oct" else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
