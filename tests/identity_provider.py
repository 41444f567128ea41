"""A real OpenID Connect provider for tests, as a process of its own, and browsers that go there."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from local import probes
from local.ports import HOST
from local.servers.server import Server

PATH = "/v1/auth/oidc"


class IdentityProvider(Server):
    """oidc-provider-mock: signs in anybody by the name they give; new keys at each start."""

    def __init__(self, folder: Path) -> None:
        super().__init__("identity-provider", folder)

    @property
    def issuer(self) -> str:
        """By its name; asked by its address it is another one."""
        return f"http://localhost:{self.port}"

    @property
    def other_issuer(self) -> str:
        """The same program, which says it is whoever it is asked for."""
        return f"http://{HOST}:{self.port}"

    def command(self) -> list[str]:
        program = Path(sys.executable).with_name("oidc-provider-mock")
        return [str(program), "--host", HOST, "--port", str(self.port), "--require-nonce", "true"]

    async def is_ready(self) -> bool:
        return await probes.http_status(self.port, "/jwks") == 200

    async def knows(self, subject: str, **claims: Any) -> None:
        """What it says of somebody from now on; `aud`, `exp` and the like replace its own."""
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.put(f"{self.issuer}/users/{subject}", json=claims)
            assert answer.is_success, answer.text

    async def sign_in(self, url: str, subject: str) -> str:
        """Where it sends the browser back to that came to this URL and signed in as somebody."""
        return await self._decide(url, {"sub": subject})

    async def refuse(self, url: str) -> str:
        """Where it sends the browser of somebody who would not sign in."""
        location = await self._decide(url, {"action": "deny"})
        # RFC 6749, 4.1.2.1 asks for it, and this one leaves it out.
        return f"{location}&state={parse_qs(urlsplit(url).query)['state'][0]}"

    async def _decide(self, url: str, form: dict[str, str]) -> str:
        assert urlsplit(url).port == self.port, url
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.post(url, data=form)
        assert answer.status_code == 302, answer.text
        location: str = answer.headers["location"]
        return location


@asynccontextmanager
async def identity_provider(folder: Path) -> AsyncIterator[IdentityProvider]:
    """One that is up as long as the block."""
    running = IdentityProvider(folder)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


class Browser:
    """Signs in at a company's provider; `http` keeps its cookies."""

    def __init__(
        self, http: httpx.AsyncClient, provider: IdentityProvider, provider_id: str
    ) -> None:
        self.http = http
        self.provider, self.path = provider, f"{PATH}/{provider_id}"

    async def begin(self) -> str:
        """Where the provider asks who it is."""
        answer = await self.http.get(self.path)
        assert answer.status_code == 303, answer.text
        assert answer.headers["cache-control"] == "no-store"
        location: str = answer.headers["location"]
        return location

    def said(self, location: str) -> dict[str, str]:
        """What the provider sent us back with."""
        parts = urlsplit(location)
        assert parts.path == f"{self.path}/callback"
        return dict(parse_qsl(parts.query))

    async def come(self, location: str, **changed: str) -> httpx.Response:
        """Back to us, as the provider said, or otherwise."""
        said = self.said(location) | changed
        return await self.http.get(f"{self.path}/callback", params=said)

    async def back(self, subject: str) -> httpx.Response:
        """Away and back."""
        return await self.come(await self.provider.sign_in(await self.begin(), subject))

    async def finish(self, **factor: Any) -> httpx.Response:
        """On to a session."""
        return await self.http.post(PATH, json=factor)

    async def sign_in(self, subject: str, **factor: Any) -> dict[str, Any]:
        """The whole way."""
        came = await self.back(subject)
        assert came.status_code == 303, came.text
        answer = await self.finish(**factor)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens


def provider_at(issuer: str, **given: Any) -> dict[str, Any]:
    """The body that sets one up."""
    return {
        "name": "حسابات الشركة", "issuer": issuer, "oidc_client_id": "diwan",
        "oidc_client_secret": "s3cret of the provider", "enabled": True, **given,
    }  # fmt: skip
