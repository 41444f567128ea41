"""A Stripe of somebody else's making, as a process of its own, and what payers do there."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from local.ports import HOST
from local.servers.server import Server

KEY: Final = "sk_test_diwan"
# By its own program it listens on IPv6 alone, which not every machine has.
_PROGRAM: Final = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host=sys.argv[1], port=int(sys.argv[2]), access_log=None)
"""
Json = dict[str, Any]


class LocalStripe(Server):
    """localstripe: keeps payments in memory, and signs what it tells of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__("stripe", folder)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def script(self) -> str:
        """What pages load instead of Stripe.js."""
        return f"{self.url}/js.stripe.com/v3/"

    @property
    def settings(self) -> dict[str, str]:
        """What has billing pay here."""
        return {
            "DIWAN_STRIPE_URL": self.url, "DIWAN_STRIPE_SCRIPT_URL": self.script,
            "DIWAN_PAYMENT_PRIVATE_ADDRESSES": "true",
        }  # fmt: skip

    def command(self) -> list[str]:
        return [sys.executable, "-c", _PROGRAM, HOST, str(self.port)]

    async def is_ready(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                return (await http.get(f"{self.url}/js.stripe.com/v3/")).is_success
        except httpx.TransportError:
            return False

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """As somebody who holds the key."""
        async with httpx.AsyncClient(timeout=30, auth=(KEY, "")) as http:
            answer = await http.request(method, f"{self.url}{path}", json=body or {})
        found: Json = answer.json() if answer.content else {}
        return found | {"http_status": answer.status_code}

    async def pay(self, intent_id: str, number: str = "4242424242424242") -> int:
        """The payer gives this card and says yes; the status of that."""
        card = {"number": number, "exp_month": 12, "exp_year": 2099, "cvc": "123"}
        method = await self.ask("POST", "/v1/payment_methods", {"type": "card", "card": card})
        path = f"/v1/payment_intents/{intent_id}"
        await self.ask("POST", path, {"payment_method": method["id"]})
        status: int = (await self.ask("POST", f"{path}/confirm"))["http_status"]
        return status

    async def tell(self, url: str, secret: str) -> None:
        """Where its events go from now on."""
        await self.ask("POST", "/_config/webhooks/diwan", {"url": url, "secret": secret})


@asynccontextmanager
async def local_stripe(folder: Path) -> AsyncIterator[LocalStripe]:
    """One that is up as long as the block."""
    running = LocalStripe(folder)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
