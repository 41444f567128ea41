"""However long a file is, a worker that takes it in has no more than a chunk of it in memory."""

import gc
import tracemalloc
from collections.abc import Collection
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.jobs import Jobs
from memberships.charge_imports import schedules as charge_schedules
from memberships.membership_imports import schedules as membership_schedules
from memberships.peers import Peers
from refs import clients
from services.memberships.tests.factories import Person, make_credit_type, make_package
from services.memberships.tests.importing import Imports, counts, table

pytestmark = pytest.mark.timeout(180)

CHARGES = ("client code", "credit type", "amount")
MEMBERSHIPS = ("client code", "package", "start date", "renewal date")
# What comes first, fewer (a chunk at least), and more.
SIZES = [(300, 500, 1_200), pytest.param((500, 800, 2_400), marks=pytest.mark.long)]


async def _remembered(person: Person, count: int) -> dict[str, UUID]:
    """So many clients, by their codes."""
    made = {f"C-{n}": new_id() for n in range(count)}
    context, tenant_id = person.service.context, person.caller.tenant_id
    folder = str(new_id())
    async with context.database.work(system(tenant_id, "memberships")) as work:
        await clients.remember_clients(work, [
            {"id": str(one), "version": 1, "name": code, "folder_id": folder}
            for code, one in made.items()
        ])  # fmt: skip
    return made


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
    ("path", "jobs", "headings", "row"),
    [
        ("/v1/credit-charges/imports", charge_schedules.jobs, CHARGES, ("x", "5")),
        ("/v1/memberships/imports", membership_schedules.jobs, MEMBERSHIPS,
         ("x", "2026-01-01", "2990-01-01")),
    ],
)  # fmt: skip
async def test_memory_does_not_grow_with_the_file(
    owner: Person, monkeypatch: pytest.MonkeyPatch, path: str, jobs: Jobs,
    headings: tuple[str, ...], row: tuple[str, ...], sizes: tuple[int, ...],
) -> None:  # fmt: skip
    """ME-01, ME-10: twice or three times the rows, and no more at once."""
    known = await _remembered(owner, sum(sizes))
    await make_credit_type(owner, name="x")
    await make_package(owner, name="x")

    async def find(_: Any, __: Any, keys: Collection[Any]) -> dict[Any, UUID]:
        return {key: known[key[1]] for key in keys}

    monkeypatch.setattr(Peers, "find_clients", find)
    imports, peaks, first = Imports(path, jobs, monkeypatch), [], 0
    for count in sizes:
        rows = [(f"C-{n}", *row) for n in range(first, first + count)]
        peaks.append(await _peak(owner, imports, table(*rows, headings=headings), count))
        first += count
    _, fewer, more = peaks
    assert more < fewer * 1.2, peaks
