"""The product as a stranger meets it: through the gateway, over HTTP, with a mailbox beside."""

import re
from base64 import b64decode
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from chassis.testing.eventually import eventually
from tests.identity_provider import IdentityProvider

Json = dict[str, Any]
PASSWORD = "a-long-enough-password"


def form_of(example: Json) -> Json:
    """How an example of a form with a file is sent: `file` is its text, or a data URL."""
    fields = dict(example)
    content = str(fields.pop("file", "مثال"))
    media_type, _, encoded = content.removeprefix("data:").partition(";base64,")
    is_binary = bool(encoded) and content.startswith("data:")
    sent = b64decode(encoded) if is_binary else content.encode()
    return {"data": fields, "files": {"file": ("ملف", sent, media_type if is_binary else "")}}


class Person:
    """Somebody signed in: their requests carry their token."""

    def __init__(self, http: httpx.AsyncClient, email: str, tokens: Json, tenant: Json) -> None:
        self._http = http
        self.email = email
        self.tenant = tenant
        self.tokens = tokens

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request; `options` are httpx's."""
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        headers |= options.pop("headers", {})
        return await self._http.request(method, path, headers=headers, **options)

    async def get(self, path: str, **parameters: Any) -> Json:
        """What a GET answers; fails on anything but 200."""
        response = await self.ask("GET", path, params=parameters)
        assert response.status_code == 200, f"{path}: {response.status_code} {response.text}"
        found: Json = response.json()
        return found

    async def post(self, path: str, body: Json | None = None, **headers: str) -> Json:
        """What a POST makes or changes; fails on anything but 2xx."""
        response = await self.ask("POST", path, json=body or {}, headers=headers)
        assert response.is_success, f"{path}: {response.status_code} {response.text}"
        made: Json = response.json()
        return made

    async def folder(self, name: str) -> Json:
        """The folder with this English name."""
        folders = (await self.get("/v1/folders"))["items"]
        return next(folder for folder in folders if folder["name"]["en"] == name)

    async def events_of(self, client_id: str) -> list[str]:
        """The timeline of a client as event types, newest first."""
        page = await self.get(f"/v1/clients/{client_id}/timeline", limit=200)
        return [item["event"] for item in page["items"]]

    async def sees(self, client_id: str, *events: str) -> list[str]:
        """Wait until the client's timeline shows all these events."""

        async def shown() -> list[str]:
            found = await self.events_of(client_id)
            return found if set(events) <= set(found) else []

        return await eventually(shown)


class Product:
    """The front door of a running stack."""

    def __init__(
        self, url: str, mailbox_url: str, identity_provider: IdentityProvider | None = None
    ) -> None:
        self.url, self.identity_provider = url, identity_provider
        self.http = httpx.AsyncClient(base_url=url, timeout=30)
        self._mailbox = httpx.AsyncClient(base_url=mailbox_url, timeout=30)

    async def sign_up(self, name: str = "شركة النور") -> Person:
        """A new tenant and its owner, signed in."""
        email = f"owner-{uuid4().hex[:12]}@example.com"
        owner = {"name": "نورة العتيبي", "email": email, "password": PASSWORD}
        response = await self.http.post(
            "/v1/tenants", json={"name": name, "country": "SA", "owner": owner}
        )
        assert response.status_code == 201, response.text
        tokens = await self.sign_in(email)
        return Person(self.http, email, tokens, response.json()["tenant"])

    async def sign_in(self, email: str, password: str = PASSWORD) -> Json:
        """The tokens of an account."""
        form = {"grant_type": "password", "username": email, "password": password}
        response = await self.http.post("/v1/auth/token", data=form)
        assert response.status_code == 200, response.text
        tokens: Json = response.json()
        return tokens

    async def mails_to(self, address: str) -> list[Json]:
        """What the mailbox holds for an address."""
        response = await self._mailbox.get("/messages.json", params={"to": address})
        mails: list[Json] = response.json()
        return mails

    async def mail_to(self, address: str) -> Json:
        """Wait for the first mail to an address."""
        return (await eventually(lambda: self.mails_to(address)))[0]

    async def link_to(self, address: str, page: str) -> str:
        """Wait for the newest mail with a link to a page, and give the token in it."""

        async def come() -> list[str]:
            texts = [mail["text"] for mail in await self.mails_to(address)]
            found = [re.search(rf"/{page}\?token=(\S+)", text) for text in texts]
            return [one[1] for one in found if one]

        return (await eventually(come))[0]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        await self.http.aclose()
        await self._mailbox.aclose()
