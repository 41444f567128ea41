"""However long a file is, a worker that takes it in has no more than a chunk of it in memory."""

import gc
import tracemalloc
from collections.abc import Collection
from typing import Any
from uuid import UUID

import pytest

from billing.invoice_imports import schedules as invoice_schedules
from billing.peers import Peers
from billing.product_imports import schedules as product_schedules
from chassis.jobs import Jobs
from services.billing.tests.factories import Person
from services.billing.tests.importing import Imports, counts, table
from services.billing.tests.invoices.making import remember_client

pytestmark = pytest.mark.timeout(120)

PRODUCTS = ("name", "sku", "price")
INVOICES = ("client code", "number", "date", "total")
# What comes first, fewer (a chunk at least), and more.
SIZES = [(500, 500, 1_500), pytest.param((500, 1_500, 6_000), marks=pytest.mark.long)]


async def _peak(owner: Person, imports: Imports, content: bytes, count: int) -> int:
    """What it allocates at most, of a file of so many rows; all of them taken in."""
    job = await imports.begun(owner, content)
    gc.collect()
    tracemalloc.start()
    try:
        await imports.work(owner)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counts(await owner.get(f"{imports.path}/{job}")) == (count, 0, 0, 0)
    return peak


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    ("path", "jobs", "headings"),
    [
        ("/v1/products/imports", product_schedules.jobs, PRODUCTS),
        ("/v1/invoices/imports", invoice_schedules.jobs, INVOICES),
    ],
)
async def test_memory_does_not_grow_with_the_file(
    owner: Person, monkeypatch: pytest.MonkeyPatch, path: str, jobs: Jobs,
    headings: tuple[str, ...], sizes: tuple[int, ...],
) -> None:  # fmt: skip
    """BI-10, BI-11: three or four times the rows, and no more at once."""
    client_id = await remember_client(owner)

    async def find(_: Any, __: Any, keys: Collection[Any]) -> dict[Any, UUID]:
        return dict.fromkeys(keys, client_id)

    monkeypatch.setattr(Peers, "find_clients", find)
    imports, peaks, first = Imports(path, jobs, monkeypatch), [], 0
    for count in sizes:
        numbers = range(first, first + count)
        rows = [("x", f"N-{n}", "5.00") if headings is PRODUCTS else ("C", f"N-{n}", "2024-03-01",
                "5.00") for n in numbers]  # fmt: skip
        peaks.append(await _peak(owner, imports, table(*rows, headings=headings), count))
        first += count
    _, fewer, more = peaks
    assert more < fewer * 1.2, peaks
