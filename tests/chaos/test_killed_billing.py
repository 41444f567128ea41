"""kill -9 of billing and of its PostgreSQL at random moments of a run of sales."""

import asyncio
import random
import re
import sys
from collections import defaultdict
from typing import Any, Final

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.sales import KINDS, Sale, outcome, sell, told
from tests.events import Published, published
from tests.product import Json, Person, Product

SEED: Final = 4_1446
_CALLERS: Final = 4
_VICTIMS: Final = (("billing", 0), ("billing", 1), ("postgres", 0))
_NUMBERED: Final = {
    "/v1/invoices": "number", "/v1/credit-notes": "number", "/v1/payments": "receipt_number",
}  # fmt: skip


@pytest.mark.timeout(300)
async def test_a_few_sales_survive_a_kill(stack: Stack, product: Product) -> None:
    """BI-01, BI-09, BI-12: the short run."""
    await _storm(stack, product, operations=120, kills=2)


@pytest.mark.long
@pytest.mark.timeout(1_200)
async def test_two_thousand_operations_survive_kills(stack: Stack, product: Product) -> None:
    """BI-01, BI-09, BI-12: the whole one; the two of a replica's roles die with it."""
    await _storm(stack, product, operations=2_000, kills=16)


async def _storm(stack: Stack, product: Product, *, operations: int, kills: int) -> None:
    """Each sale ends as one of its kind does in calm; books, numbers and events are whole."""
    chance = random.Random(SEED)
    owner = await product.sign_up()
    clients = [(await owner.post("/v1/clients", {"name": f"{n}"}))["id"] for n in range(_CALLERS)]
    await _heard_of(owner, clients)
    calm = {kind: await _sold(owner, kind, clients[0]) for kind in KINDS}
    await stack.scale("billing", 2)
    sales = _planned(chance, clients, operations)
    await _through_kills(stack, owner, sales, chance, kills)
    await stack.wait_ready()
    assert sum(sale.acknowledged for sale in sales) >= operations

    expected = {kind: await outcome(owner, sale) for kind, sale in calm.items()}
    for sale in sales:
        assert await outcome(owner, sale) == expected[sale.kind], sale
    await _numbers_have_no_gap(owner, [*calm.values(), *sales])
    await _everything_was_told_once(stack, owner, calm, sales)
    assert await _verified(stack) == (0, "0 with a fault")


async def _heard_of(owner: Person, clients: list[str]) -> None:
    async def known() -> bool:
        pages = [await owner.ask("GET", "/v1/balances", params={"client_id": c}) for c in clients]
        return all(page.status_code == 200 for page in pages)

    await eventually(known)


async def _sold(owner: Person, kind: str, client_id: str) -> Sale:
    sale = Sale(kind, client_id)
    await sell(owner, sale)
    return sale


def _planned(chance: random.Random, clients: list[str], operations: int) -> list[Sale]:
    sales: list[Sale] = []
    while sum(len(sale.steps()) for sale in sales) < operations:
        sales.append(Sale(chance.choice(list(KINDS)), chance.choice(clients)))
    return sales


async def _through_kills(
    stack: Stack, owner: Person, sales: list[Sale], chance: random.Random, kills: int
) -> None:
    """Callers sell side by side; after every so many operations one of the victims is killed."""
    waiting = iter(sales)

    async def call() -> None:
        for sale in waiting:
            await sell(owner, sale)

    callers = asyncio.gather(*(call() for _ in range(_CALLERS)))
    total = sum(len(sale.steps()) for sale in sales)
    for nth in range(1, kills + 1):
        await _reached(callers, sales, total * nth // (kills + 1) + chance.randint(-5, 5))
        assert not callers.done(), "the sales were over before the last kill"
        stack.kill(*chance.choice(_VICTIMS))
    await callers


async def _reached(callers: "asyncio.Future[Any]", sales: list[Sale], mark: int) -> None:
    async def so_many() -> bool:
        return callers.done() or sum(sale.acknowledged for sale in sales) >= mark

    await eventually(so_many, within=300, every=0.01)


async def _numbers_have_no_gap(owner: Person, sales: list[Sale]) -> None:
    """Every number was given once, to what was acknowledged."""
    for path, name in _NUMBERED.items():
        shown = [one async for one in _all(owner, path)]
        numbers = sorted(one[name] for one in shown if one[name])
        assert [int(re.sub(r"\D", "", one)) for one in numbers] == [*range(1, len(numbers) + 1)]
        made = {one for sale in sales for one in sale.made.values()}
        assert {one["id"] for one in shown} <= made


async def _all(owner: Person, path: str) -> Any:
    cursor: Json = {}
    while True:
        page = await owner.get(path, limit=200, **cursor)
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


async def _verified(stack: Stack) -> tuple[int | None, str]:
    """How `billing verify` ends, and the end of what it says."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "verify", env=stack.environment_of("billing"),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await program.communicate()
    return program.returncode, said.decode().strip().rpartition(", ")[2]
