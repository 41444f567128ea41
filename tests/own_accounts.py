"""A company's own sign-in provider, and its owner's account there, for `tests.world`."""

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.identity_provider import Browser, IdentityProvider, provider_at
from tests.product import Json

if TYPE_CHECKING:
    from tests.world import World


async def provider(world: "World") -> str:
    """The first is where the world's people sign in; one more of the same company is another's."""
    issuer = _accounts(world).issuer
    if "oidc_provider_id" in world.ids:
        issuer += f"/{uuid4().hex}"
    return await world.made("/v1/oidc-providers", provider_at(issuer, name=world.text()))


async def identity(world: "World") -> str:
    """An account that the owner signs in by: the first one stays, the next ones change places."""
    path, accounts = "/v1/me/oidc-identities", _accounts(world)
    issuer, provider_id = accounts.issuer, world.ids["oidc_provider_id"]
    if "oidc_identity_id" in world.ids:
        issuer, provider_id = accounts.other_issuer, await _spare(world)
        for known in (await world.person.get(path))["items"]:
            if known["issuer"] == issuer:
                await world.person.ask("DELETE", f"{path}/{known['id']}")
    await signed_in_elsewhere(world, at=provider_id)
    known = (await world.person.get(path))["items"]
    return str(next(one["id"] for one in known if one["issuer"] == issuer))


async def signed_in_elsewhere(world: "World", *, at: str = "", until: str = "") -> Json:
    """The owner, at the company's provider and back; until a step, what is sent there."""
    email, accounts = world.person.email, _accounts(world)
    if not (await world.person.get("/v1/me"))["user"]["email_verified"]:
        proof = {"token": await world.product.link_to(email, "verify-email")}
        await world.person.post("/v1/auth/email-verification", proof)
    await accounts.knows(world.word, email=email, email_verified=True)
    browser = Browser(world.product.http, accounts, at or world.ids["oidc_provider_id"])
    location = await accounts.sign_in(await browser.begin(), world.word)
    if until == "callback":
        return browser.said(location)
    assert (await browser.come(location)).status_code == 303
    return {}


async def _spare(world: "World") -> str:
    if "spare_provider_id" not in world.ids:
        body = provider_at(_accounts(world).other_issuer, name=world.text())
        world.ids["spare_provider_id"] = await world.made("/v1/oidc-providers", body)
    return world.ids["spare_provider_id"]


def _accounts(world: "World") -> IdentityProvider:
    assert world.product.identity_provider, "no provider runs beside this stack"
    return world.product.identity_provider
