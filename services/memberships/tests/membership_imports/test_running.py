"""Files of memberships while others do the same, or do not answer."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from chassis.errors import Unavailable
from memberships.membership_imports import schedules
from memberships.membership_imports.use_cases import importing
from memberships.peers import Peers
from services.memberships.tests.conftest import Client, Named
from services.memberships.tests.factories import Person, make_package, remember_client
from services.memberships.tests.importing import Imports, counts
from services.memberships.tests.membership_imports.conftest import IMPORTS, rows
from services.memberships.tests.memberships.holding import MEMBERSHIPS

ROW = ("شهري", "2026-01-01", "2990-04-01", "")


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-01: whoever comes second is told."""
    monkeypatch.setattr(importing, "CHUNK", 50)
    for n in range(20):
        await client(f"C-{n}")
    await make_package(owner, name="شهري")
    file = rows(*((f"C-{n}", *ROW, "" if n % 2 else str(n)) for n in range(20)))
    both = [await imports.begun(owner, file) for _ in range(2)]
    await imports.work(owner)
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert sum(one["result"]["created"] for one in done) == 20
    assert (await owner.get(MEMBERSHIPS, count=True))["total"] == 20


async def test_two_workers_on_one_file_take_each_row_in_once(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-01: whoever finds a chunk done by the other goes on behind it."""
    for n in range(20):
        await client(f"C-{n}")
    await make_package(owner, name="شهري")
    job = await imports.begun(owner, rows(*((f"C-{n}", *ROW, "") for n in range(20))))
    handler = schedules.jobs.jobs["memberships.membership_import"].handler
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    others = [handler(context, tenant_id, {"job_id": job}) for _ in range(2)]
    await asyncio.gather(imports.work(owner), *others)
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], counts(done)) == ("done", (20, 0, 0, 0))
    assert [one["row"] for one in await imports.rows(owner, done)] == list(range(2, 22))
    assert (await owner.get(MEMBERSHIPS, count=True))["total"] == 20


async def test_who_may_not_manage_any_more_imports_nothing(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-01: rights are those that somebody has as the work is done."""
    sara = await client("C-1")
    await make_package(owner, name="شهري")
    reads = ("memberships:read", "clients:read")
    async with owner.colleague("memberships:manage", *reads) as clerk:
        job = await imports.begun(clerk, rows(("C-1", *ROW, "")))
    demoted = replace(clerk.caller, permissions=frozenset(reads))
    await imports.work(owner, replace(clerk, caller=demoted))
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["error"]["code"]) == ("failed", "forbidden")
    assert await owner.ids(MEMBERSHIPS, client_id=sara) == []


async def test_while_clients_does_not_answer_nothing_is_lost(
    owner: Person, imports: Imports, named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-01: the work is taken up again where it was."""
    named["code", "C-1"] = await remember_client(owner)
    await make_package(owner, name="شهري")
    job = await imports.begun(owner, rows(("C-1", *ROW, "")))

    async def silent(*_: Any) -> Named:
        raise Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "find_clients", silent)
        with pytest.raises(Unavailable):
            await imports.work(owner)
    handler = schedules.jobs.jobs["memberships.membership_import"].handler
    await handler(owner.service.context, owner.caller.tenant_id, {"job_id": job})
    assert counts(await owner.get(f"{IMPORTS}/{job}")) == (1, 0, 0, 0)
