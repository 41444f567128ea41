"""Clients created without pause while things break, and what became of each."""

import asyncio
import time
from collections import Counter
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx

from chassis.testing.eventually import eventually
from tests.product import Json, Person, Product

_GREETED = "greeted"
_AT_ONCE = 8


async def greeting_flow(owner: Person) -> None:
    """Every new client is tagged and gets a mail: the effects that are counted."""
    await owner.post("/v1/flows", {
        "name": "greet", "enabled": True, "trigger": {"event": "clients.client.created"},
        "steps": [
            {"type": "add_tags", "tags": [_GREETED]},
            {"type": "send_message", "channel": "email", "subject": "Hello", "body": "Hello"},
        ],
    })  # fmt: skip


class Load:
    """A few callers that create clients; `acknowledged` maps each id to its mail address."""

    def __init__(self, owner: Person, callers: int = 3) -> None:
        self._owner = owner
        self._callers = callers
        self._tasks: list[asyncio.Task[None]] = []
        self.acknowledged: dict[str, str] = {}
        self.refused: Counter[str] = Counter()
        self.longest = 0.0

    async def goes_on(self, seconds: float) -> None:
        """Let it run for so long: outages last a time."""
        await asyncio.sleep(seconds)

    async def gets_through(self, more: int = 20, within: float = 60) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.acknowledged) + more

        async def enough() -> bool:
            return len(self.acknowledged) >= wanted

        await eventually(enough, within=within)

    async def _create(self) -> None:
        while True:
            address = f"{uuid4().hex[:16]}@example.com"
            body = {"name": "حمل", "emails": [{"address": address}]}
            began = time.monotonic()
            try:
                answer = await self._owner.ask("POST", "/v1/clients", json=body)
            except httpx.TransportError as error:
                self.refused[f"no answer: {type(error).__name__}"] += 1
            else:
                self._note(answer, address)
            self.longest = max(self.longest, time.monotonic() - began)
            await asyncio.sleep(0.03)

    def _note(self, answer: httpx.Response, address: str) -> None:
        if answer.status_code == 201:
            self.acknowledged[answer.json()["id"]] = address
            return
        kind = answer.headers.get("content-type", "")
        code = answer.json()["code"] if kind == "application/problem+json" else answer.text[:80]
        self.refused[f"{answer.status_code} {kind} {code}"] += 1

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._create()) for _ in range(self._callers)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def each_effect_once(
    product: Product, owner: Person, clients: dict[str, str], *, may_copy: bool = False
) -> None:
    """Wait until every client is there, tagged and greeted; each event and each mail once.

    `may_copy`: what hung between the mail server's 250 and its note may have sent a copy, under
    the same Message-ID (RFC 1047).
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(client_id: str, address: str) -> None:
        async with gate:
            mails = await _one_of_each(product, owner, client_id, address)
            assert len({mail["headers"]["Message-ID"] for mail in mails}) == 1
            moments = [mail["received_at"] for mail in mails]
            assert len(mails) == 1 or may_copy, f"{address} got it at {moments}"

    await asyncio.gather(*(one(*item) for item in clients.items()))


async def _one_of_each(product: Product, owner: Person, client_id: str, address: str) -> list[Json]:
    found: Counter[str] = Counter()

    async def whole() -> bool:
        found.clear()
        found.update(await owner.events_of(client_id))
        return found.keys() >= EFFECTS.keys()

    try:
        await eventually(whole, within=90, every=0.2)
    except AssertionError:
        raise AssertionError(f"{client_id} lacks {EFFECTS.keys() - found.keys()}") from None
    assert {name: found[name] for name in EFFECTS} == EFFECTS, client_id
    client = await owner.get(f"/v1/clients/{client_id}")
    assert client["tags"] == [_GREETED]
    return await product.mails_to(address)


EFFECTS = {
    "clients.client.created": 1, "clients.client.tagged": 1, "comms.message.queued": 1,
    "comms.message.sent": 1, "automation.run.completed": 1,
}  # fmt: skip
