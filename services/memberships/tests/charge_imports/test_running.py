"""Files of credit while others do the same, or do not answer, or somebody uses what came."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from chassis.errors import Unavailable
from memberships.charge_imports import schedules
from memberships.charge_imports.use_cases import importing
from memberships.peers import Peers
from services.memberships.tests.charge_imports.conftest import IMPORTS, rows
from services.memberships.tests.conftest import Client, Named
from services.memberships.tests.credit.world import CHARGES, Wallet
from services.memberships.tests.factories import Person, make_credit_type, remember_client
from services.memberships.tests.importing import Imports, counts


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, imports: Imports, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-10: whoever comes second is told."""
    monkeypatch.setattr(importing, "CHUNK", 50)
    sara = await client("C-1")
    kind = await make_credit_type(owner, name="جلسات")
    file = rows(*(("C-1", "جلسات", "5", "", "", str(n)) for n in range(40)))
    both = [await imports.begun(owner, file) for _ in range(2)]
    await imports.work(owner)
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert sum(one["result"]["created"] for one in done) == 40
    assert await Wallet(owner, sara, kind["id"]).usable() == "200"


async def test_two_workers_on_one_file_charge_each_row_once(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-10: whoever finds a chunk done by the other goes on behind it."""
    sara = await client("C-1")
    kind = await make_credit_type(owner, name="جلسات")
    job = await imports.begun(owner, rows(*(("C-1", "جلسات", "1", "", "", "") for _ in range(20))))
    handler = schedules.jobs.jobs["memberships.charge_import"].handler
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    others = [handler(context, tenant_id, {"job_id": job}) for _ in range(2)]
    await asyncio.gather(imports.work(owner), *others)
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], counts(done)) == ("done", (20, 0, 0, 0))
    assert [one["row"] for one in await imports.rows(owner, done)] == list(range(2, 22))
    hers = Wallet(owner, sara, kind["id"])
    assert await hers.usable() == "20"
    await hers.prove()


async def test_what_is_used_while_it_is_taken_back_adds_up(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-16: each of it is used, or went back."""
    sara = await client("C-1")
    kind = await make_credit_type(owner, name="جلسات")
    done = await imports.done(owner, rows(*(("C-1", "جلسات", "1", "", "", "") for _ in range(12))))
    hers = Wallet(owner, sara, kind["id"])
    await owner.post(f"{IMPORTS}/{done['id']}/undo")
    body = hers.body("1")
    uses = (owner.http.post("/v1/credit-usages", json=body) for _ in range(6))
    _, answers = await asyncio.gather(imports.work(owner), asyncio.gather(*uses))
    used = sum(one.status_code == 201 for one in answers)
    assert {one.status_code for one in answers} <= {201, 409}
    undone = [row["undone"] for row in await imports.rows(owner, done)]
    assert (undone.count("kept"), await hers.usable()) == (used, "0")
    await hers.prove()


async def test_who_may_not_write_any_more_imports_nothing(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-10: rights are those that somebody has as the work is done."""
    sara = await client("C-1")
    await make_credit_type(owner, name="جلسات")
    reads = ("memberships:read", "clients:read")
    async with owner.colleague("memberships:write", *reads) as clerk:
        job = await imports.begun(clerk, rows(("C-1", "جلسات", "5", "", "", "")))
    demoted = replace(clerk.caller, permissions=frozenset(reads))
    await imports.work(owner, replace(clerk, caller=demoted))
    done = await owner.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["error"]["code"]) == ("failed", "forbidden")
    assert await owner.ids(CHARGES, client_id=sara) == []


async def test_while_clients_does_not_answer_nothing_is_lost(
    owner: Person, imports: Imports, named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-10: the work is taken up again where it was."""
    named["code", "C-1"] = await remember_client(owner)
    await make_credit_type(owner, name="جلسات")
    job = await imports.begun(owner, rows(("C-1", "جلسات", "5", "", "", "")))

    async def silent(*_: Any) -> Named:
        raise Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "find_clients", silent)
        with pytest.raises(Unavailable):
            await imports.work(owner)
    handler = schedules.jobs.jobs["memberships.charge_import"].handler
    await handler(owner.service.context, owner.caller.tenant_id, {"job_id": job})
    assert counts(await owner.get(f"{IMPORTS}/{job}")) == (1, 0, 0, 0)
