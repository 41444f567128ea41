"""Fills the demo tenant as any client would: through the public API of the gateway."""

import hashlib
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx

from local.crowd import Shop, crowd
from local.people import PEOPLE

EMAIL = "demo@diwan.example"
PASSWORD = "diwan-demo-2026"  # noqa: S105 - of a demo that listens on this machine only
TENANT = {
    "name": "شركة الديوان التجريبية",
    "country": "SA",
    "currency": "SAR",
    "timezone": "Asia/Riyadh",
    "locale": "ar",
    "owner": {"name": "مدير العرض", "email": EMAIL, "password": PASSWORD},
}
TEMPLATE = {
    "name": "ترحيب",
    "channel": "email",
    "subject": "أهلًا {{ client.name }}",
    "body": "مرحبًا {{ client.name }}،\n\nيسعدنا انضمامك إلينا في شركة الديوان.\n\nفريق الديوان",
}
FLOW_NAME = "ترحيب بالعملاء الجدد"
PACKS = ("clinic", "contracting", "gym", "salon")
CROWD = 1_960
_AT_ONCE = 8
# The instant in the ids of the demo; made from names, they make a second run harmless.
EPOCH_MILLISECONDS = 1_767_225_600_000


class NotSeeded(Exception):
    """What the API answered instead of the expected."""


def seed(url: str) -> str:
    """Make what is missing of the demo tenant; tells what was done."""
    with httpx.Client(base_url=url, timeout=30, verify=not url.startswith("https")) as api:
        demo = Demo(api)
        if not demo.sign_in():
            demo.sign_up()
        if demo.is_filled():
            return "The demo tenant is there."
        return f"The demo tenant is filled with {demo.fill()} clients."


class Demo:
    """The demo tenant behind a gateway."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api

    def sign_in(self) -> bool:
        form = {"grant_type": "password", "username": EMAIL, "password": PASSWORD}
        answer = self._api.post("/v1/auth/token", data=form)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            return False
        token = _checked(answer)["access_token"]
        self._api.headers["Authorization"] = f"Bearer {token}"
        return True

    def sign_up(self) -> None:
        self._post("/v1/tenants", TENANT)
        if not self.sign_in():
            raise NotSeeded("the new owner cannot sign in")

    def is_filled(self) -> bool:
        """The last client is made last of all."""
        last = made_up_id(PEOPLE[-1].email)
        return self._api.get(f"/v1/clients/{last}").status_code == httpx.codes.OK

    def fill(self) -> int:
        """Clients, a template, a flow, and one more client for the flow to greet."""
        folders = self._folder_ids()
        self._create_clients((person.email, person.as_client(folders)) for person in PEOPLE[:-1])
        shops = {pack: self._shop(pack) for pack in PACKS}
        self._create_clients((one.email, one.as_client(shops[one.pack])) for one in crowd(CROWD))
        template = self._create("/v1/templates", TEMPLATE, key="template")
        self._create("/v1/flows", _welcome(str(template["id"])), key="flow")
        self._create("/v1/clients", PEOPLE[-1].as_client(folders), key=PEOPLE[-1].email)
        return len(PEOPLE) + CROWD

    def _shop(self, pack: str) -> Shop:
        """Install an industry pack."""
        parts = self._post(f"/v1/packs/{pack}/install", {})["parts"]
        ids: dict[str, dict[str, str]] = {}
        for part in parts:
            ids.setdefault(part["kind"], {})[part["key"]] = part["id"]
        tags = [str(part["name"]["ar"]) for part in parts if part["kind"] == "tags"]
        folders = _checked(self._api.get("/v1/folders", params={"limit": 200}))["items"]
        statuses = {one["id"]: [s["id"] for s in one["statuses"]] for one in folders}
        follow_ups = list(ids["follow_up_statuses"].values())
        return Shop(ids["folders"], ids["categories"], follow_ups[:2], tags, statuses)

    def _create_clients(self, made: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Several at a time: each alone would wait for its answer."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            futures = [
                pool.submit(self._create, "/v1/clients", body, key=key) for key, body in made
            ]
        for future in futures:
            future.result()

    def _folder_ids(self) -> dict[str, str]:
        folders = _checked(self._api.get("/v1/folders"))["items"]
        return {_english(folder["name"]): folder["id"] for folder in folders}

    def _create(self, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        return self._post(path, body | {"id": str(made_up_id(key))})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        while True:
            answer = self._api.post(path, json=body)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return _checked(answer)
            time.sleep(float(answer.headers.get("Retry-After", 1)))


def made_up_id(key: str) -> UUID:
    """A UUIDv7 (RFC 9562) that is always the same for a key."""
    random = int.from_bytes(hashlib.sha256(key.encode()).digest()[:10])
    bits = EPOCH_MILLISECONDS << 80 | random
    bits = bits & ~(0xF << 76) | 0x7 << 76
    return UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)


def _welcome(template_id: str) -> dict[str, Any]:
    return {
        "name": FLOW_NAME,
        "enabled": True,
        "trigger": {"event": "clients.client.created"},
        "steps": [
            {"type": "add_tags", "tags": ["جديد"]},
            {"type": "send_message", "channel": "email", "template_id": template_id},
        ],
    }


def _english(name: Any) -> str:
    return str(name.get("en") or name.get("ar")) if isinstance(name, dict) else str(name)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        request = answer.request
        raise NotSeeded(f"{request.method} {request.url.path} → {answer.status_code} {answer.text}")
    body: dict[str, Any] = answer.json()
    return body
