"""A reader of the live stream in this process, and the events it may hear."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self
from uuid import UUID

from starlette.types import Message

from chassis.context import Context
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness

Frame = dict[str, str]


@dataclass
class Reader:
    """Somebody who reads the stream of an application in this process."""

    frames: list[Frame] = field(default_factory=list)
    status: int = 0
    text: str = ""
    is_over: bool = False
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _pace: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, body: bytes) -> None:
        self.text += body.decode()
        *whole, self.text = self.text.split("\n\n")
        for one in whole:
            lines = [line.split(": ", 1) for line in one.splitlines() if not line.startswith(":")]
            self.frames.append(dict(lines))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(one["data"]) for one in self.frames if one.get("data", "{}") != "{}"]

    @property
    def types(self) -> list[str]:
        return [one["event"] for one in self.frames if "event" in one]

    @property
    def last_id(self) -> str:
        return next(one["id"] for one in reversed(self.frames) if "id" in one)

    def leave(self) -> None:
        self._gone.set()

    def read_nothing(self) -> None:
        self._pace = asyncio.Event()

    async def follow(self, harness: Harness, headers: dict[str, str]) -> Self:
        """Ask, and read until the end."""
        self._pace.set()
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http", "method": "GET", "path": "/v1/stream", "raw_path": b"/v1/stream",
            "query_string": b"", "headers": raw, "http_version": "1.1", "scheme": "http",
            "server": ("test", 80), "client": ("test", 1), "root_path": "", "asgi": {},
        }  # fmt: skip
        await harness.app(scope, self._receive, self._send)
        self.is_over = True
        return self

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["body"]:
            await self._pace.wait()
            self.take(message["body"])


async def publish(context: Context, tenant_id: UUID, kind: str, **given: Any) -> Event:
    """An event as its service's relay would publish it."""
    client = given.pop("client", None)
    data = given.pop("data", {}) | ({"client": client} if client else {})
    subject = given.pop("subject", None) or (UUID(client["id"]) if client else new_id())
    made = Event(
        kind, subject, data, version=given.pop("version", 1), tenant_id=tenant_id,
        client_id=given.pop("client_id", UUID(client["id"]) if client else None),
        actor=given.pop("actor", "service:test"), aside=given.pop("aside", None),
    )  # fmt: skip
    await context.nats.jetstream().publish(made.nats_subject, made.to_json())
    return made


def make_client(folder_id: UUID, version: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "version": version, "name": "عميل", "code": "C-1",
            "folder_id": str(folder_id), "staff": [], **more}  # fmt: skip


async def heard(reader: Reader, event: Event) -> bool:
    return str(event.id) in {one["id"] for one in reader.events}


async def hear(reader: Reader, event: Event) -> None:
    await eventually(partial(heard, reader, event))


def partial_publish(context: Context, tenant_id: UUID) -> Callable[..., Awaitable[Event]]:
    async def tell(kind: str, **given: Any) -> Event:
        return await publish(context, tenant_id, kind, **given)

    return tell
