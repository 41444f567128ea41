"""What holds of sales after a storm: each ended as in calm, and nothing is missing or twice."""

import asyncio
import re
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.sales import KINDS, Sale, outcome, sell, told
from tests.events import Published, published
from tests.product import Json, Person

_NUMBERED: Final = {
    "/v1/invoices": "number", "/v1/credit-notes": "number", "/v1/payments": "receipt_number",
}  # fmt: skip


async def buyers(owner: Person, count: int) -> list[str]:
    """So many clients, of whom billing has heard."""
    clients = [(await owner.post("/v1/clients", {"name": f"{n}"}))["id"] for n in range(count)]
    await _heard_of(owner, clients)
    return clients


async def sold_in_calm(owner: Person, client_id: str) -> dict[str, Sale]:
    """One sale of each kind, with nothing in its way."""
    calm = {kind: Sale(kind, client_id) for kind in KINDS}
    for sale in calm.values():
        await sell(owner, sale)
    return calm


async def each_is_whole(
    stack: Stack, owner: Person, calm: dict[str, Sale], sales: list[Sale]
) -> None:
    """Each sale ended as one of its kind did in calm; books, numbers and events are whole."""
    expected = {kind: await outcome(owner, sale) for kind, sale in calm.items()}
    for sale in sales:
        assert await outcome(owner, sale) == expected[sale.kind], sale
    made = {one for sale in [*calm.values(), *sales] for one in sale.made.values()}
    await numbers_have_no_gap(owner, made)
    await _everything_was_told_once(stack, owner, calm, sales)
    assert await verified(stack, "billing") == (0, "0 with a fault")


async def _heard_of(owner: Person, clients: list[str]) -> None:
    async def known() -> bool:
        pages = [await owner.ask("GET", "/v1/balances", params={"client_id": c}) for c in clients]
        return all(page.status_code == 200 for page in pages)

    await eventually(known)


async def numbers_have_no_gap(owner: Person, made: set[str]) -> None:
    """Every number was given once, to what was acknowledged."""
    for path, name in _NUMBERED.items():
        shown = [one async for one in every(owner, path)]
        numbers = sorted(one[name] for one in shown if one[name])
        assert [int(re.sub(r"\D", "", one)) for one in numbers] == [*range(1, len(numbers) + 1)]
        assert {one["id"] for one in shown} <= made


async def every(owner: Person, path: str, **asked: str) -> AsyncIterator[Json]:
    """What a list has, page by page."""
    cursor: Json = {}
    while True:
        page = await owner.get(path, limit=200, **asked, **cursor)
        for one in page["items"]:
            yield one
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


async def _everything_was_told_once(
    stack: Stack, owner: Person, calm: dict[str, Sale], sales: list[Sale]
) -> None:
    async def whole() -> list[Published]:
        events = await published(stack, owner.tenant["id"])
        by_subject = _by_subject(events)
        expected = {kind: told(sale, _about(by_subject, sale)) for kind, sale in calm.items()}
        is_whole = all(told(one, _about(by_subject, one)) == expected[one.kind] for one in sales)
        return events if is_whole else []

    events = await eventually(whole, within=120, every=1)
    ids = [one.body["id"] for one in events]
    assert len(ids) == len(set(ids))


def _by_subject(events: list[Published]) -> dict[str, list[Published]]:
    found = defaultdict(list)
    for one in events:
        found[one.body["subject"]].append(one)
    return found


def _about(by_subject: dict[str, list[Published]], sale: Sale) -> list[Published]:
    return [one for made in sale.made.values() for one in by_subject[made]]


async def verified(stack: Stack, service: str) -> tuple[int | None, str]:
    """How a service's `verify` ends, and the end of what it says."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", service, "verify", env=stack.environment_of(service),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await program.communicate()
    return program.returncode, said.decode().strip().rpartition(", ")[2]
