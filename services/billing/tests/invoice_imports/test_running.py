"""Files of open invoices while others do the same, or do not answer."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from billing.invoice_imports import schedules
from billing.invoice_imports.use_cases import importing
from billing.peers import Peers
from chassis.errors import Unavailable
from services.billing.tests.factories import Person
from services.billing.tests.importing import Imports, counts
from services.billing.tests.invoice_imports.conftest import (
    IMPORTS,
    Client,
    Named,
    proved,
    rows,
)
from services.billing.tests.invoices.making import INVOICES, remember_client


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-11: whoever comes second is told."""
    monkeypatch.setattr(importing, "CHUNK", 50)
    sara = await client("C-1")
    file = rows(*(("C-1", str(n), "2024-03-01", "", "5", "") for n in range(40)))
    both = [await imports.begun(owner, file) for _ in range(2)]
    await imports.work(owner)
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert sum(one["result"]["created"] for one in done) == 40
    assert (await owner.get(INVOICES, client_id=sara, count=True))["total"] == 40
    assert await proved(owner)


async def test_two_workers_on_one_file_take_each_row_in_once(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11: whoever finds a chunk done by the other goes on behind it."""
    sara = await client("C-1")
    file = rows(*(("C-1", str(n), "2024-03-01", "", "5", "") for n in range(20)))
    job = await imports.begun(owner, file)
    handler = schedules.jobs.jobs["billing.invoice_import"].handler
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    others = [handler(context, tenant_id, {"job_id": job}) for _ in range(2)]
    await asyncio.gather(imports.work(owner), *others)
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], counts(done)) == ("done", (20, 0, 0, 0))
    assert [one["row"] for one in await imports.rows(owner, done)] == list(range(2, 22))
    assert (await owner.get(INVOICES, client_id=sara, count=True))["total"] == 20
    assert await proved(owner)


async def test_who_may_not_issue_any_more_imports_nothing(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11: rights are those that somebody has as the work is done."""
    sara = await client("C-1")
    async with owner.colleague("billing:issue", "billing:read", "clients:read") as clerk:
        job = await imports.begun(clerk, rows(("C-1", "1", "2024-03-01", "", "5", "")))
    demoted = replace(clerk.caller, permissions=frozenset({"billing:read", "clients:read"}))
    await imports.work(owner, replace(clerk, caller=demoted))
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["error"]["code"]) == ("failed", "forbidden")
    assert await owner.ids(INVOICES, client_id=sara) == []


async def test_while_clients_does_not_answer_nothing_is_lost(
    owner: Person, imports: Imports, named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-11: the work is taken up again where it was."""
    named["code", "C-1"] = await remember_client(owner)
    job = await imports.begun(owner, rows(("C-1", "1", "2024-03-01", "", "5", "")))

    async def silent(*_: Any) -> Named:
        raise Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "find_clients", silent)
        with pytest.raises(Unavailable):
            await imports.work(owner)
    handler = schedules.jobs.jobs["billing.invoice_import"].handler
    await handler(owner.service.context, owner.caller.tenant_id, {"job_id": job})
    assert counts(await owner.get(f"{IMPORTS}/{job}")) == (1, 0, 0, 0)
