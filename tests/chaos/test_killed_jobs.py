"""kill -9 of the worker amid background work: another goes on, nothing is doubled."""

import asyncio
import sys
from collections import Counter

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate
from tests.events import published
from tests.product import Json, Person, Product, form_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

_CLIENTS = 250
_INVOICES = 1_200


async def ended(owner: Person, job: str, where: str = "/v1/jobs") -> Json:
    """The job once it is over."""

    async def over() -> Json:
        answer = await owner.ask("GET", f"{where}/{job}")
        found: Json = answer.json() if answer.is_success else {}
        return found if found.get("ended_at") else {}

    return await eventually(over)


async def times(stack: Stack, owner: Person, kind: str) -> Counter[str]:
    """How often an event was published about each client."""
    bodies = [one.body for one in await published(stack, owner.tenant["id"])]
    return Counter(str(body["subject"]) for body in bodies if body["type"] == kind)


async def killed_in(stack: Stack, chunk_of: str, when: str, service: str = "clients") -> None:
    """Kill the service while it writes such a row, and wait until it is back."""
    async with gate(stack, service, chunk_of, when) as place:
        await place.kill_there()
    await stack.wait_ready()


async def test_a_bulk_action_and_its_undo_survive_kills(stack: Stack, product: Product) -> None:
    """CL-74: killed in the first and in a later chunk, each client is changed and told once."""
    owner = await product.sign_up()
    ids = [
        (await owner.post("/v1/clients", {"name": f"client {number}"}))["id"]
        for number in range(_CLIENTS)
    ]  # fmt: skip
    body = {"filter": {}, "action": {"type": "tags", "add": ["VIP"]}}
    job = (await owner.post("/v1/clients/bulk", body))["job_id"]
    middle = f"old.client_id = '{sorted(ids)[150]}' and new.outcome is not null"
    await killed_in(stack, "update on bulk_items", middle)
    done = await ended(owner, job)
    assert (done["status"], done["result"]["changed"]) == ("done", _CLIENTS)
    undo = (await owner.post(f"/v1/clients/bulk/{job}/undo"))["job_id"]
    await killed_in(stack, "update on bulk_items", "new.undone is not null")
    assert (await ended(owner, undo))["result"] == {"undone": _CLIENTS, "kept": 0}

    async def all_told() -> bool:
        return sum((await times(stack, owner, "clients.client.untagged")).values()) >= _CLIENTS

    await eventually(all_told)
    for kind in ("clients.client.tagged", "clients.client.untagged"):
        assert await times(stack, owner, kind) == dict.fromkeys(ids, 1)
    page = await owner.get("/v1/clients", tag="VIP", count="true")
    assert page["total"] == 0


async def test_an_import_of_open_invoices_survives_kills(stack: Stack, product: Product) -> None:
    """BI-11: killed in two chunks, each row is an invoice, told once; the books are whole."""
    owner = await product.sign_up()
    await owner.post("/v1/clients", {"name": "سارة", "code": "C-1"})
    rows = [f"C-1,{number},2024-03-01,5.00" for number in range(_INVOICES)]
    file = "\n".join(["client code,number,date,total", *rows])
    where = "/v1/invoices/imports"
    answer = await owner.ask("POST", where, **form_of({"file": file}))
    job = answer.json()["job_id"]
    for row in (400, 900):
        await killed_in(stack, "insert on import_rows", f"new.row = {row}", "billing")
    done = await ended(owner, job, where)
    assert (done["status"], done["result"]["created"]) == ("done", _INVOICES), done
    page = await owner.get("/v1/invoices", type="opening_invoice", count="true")
    assert page["total"] == _INVOICES

    async def all_told() -> bool:
        told = await times(stack, owner, "billing.invoice.balance_changed")
        return len(told) == _INVOICES

    await eventually(all_told)
    told = await times(stack, owner, "billing.invoice.balance_changed")
    assert set(told.values()) == {1}
    undo = (await owner.post(f"{where}/{job}/undo"))["job_id"]
    await killed_in(stack, "update on import_rows", "new.undone is not null", "billing")

    async def undone() -> bool:
        page = await owner.get("/v1/invoices", type="opening_invoice", status="void", count="true")
        return bool(page["total"] == _INVOICES)

    assert undo != job
    await eventually(undone, within=60)
    verify = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "verify", env=stack.environment_of("billing")
    )
    assert await verify.wait() == 0
