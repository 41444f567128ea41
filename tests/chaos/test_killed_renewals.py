"""kill -9 of workers while many memberships of one day renew by themselves."""

from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate, rows
from tests.chaos.kept import invoices_are_somebodys, renew_now
from tests.chaos.proofs import verified
from tests.chaos.test_killed_jobs import ended
from tests.events import published
from tests.product import Person, Product, form_of

_MANY: Final = 1_200
_PERIOD_DAYS: Final = 30
_RENEWED: Final = "memberships.membership.renewed"
_STATES: Final = """
select number, state, count(distinct membership_id) as of_each, count(distinct invoice_id) as paid
  from membership_periods where tenant_id = $1 group by number, state order by number
"""
_IN_THE_MIDDLE: Final = "select id from memberships where tenant_id = $1 order by id offset 700"
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


async def test_each_is_renewed_once_by_two_workers_and_a_restart(
    stack: Stack, product: Product
) -> None:
    """ME-06, ME-19, ask 15: 1,200 of one day (the benchmark renews 10,000), swept twice at once; a
    worker is killed as it asks for their periods, the other one as it writes billing's answers
    down, and billing as it makes the invoices.
    """
    owner = await product.sign_up()
    tenant_id = UUID(owner.tenant["id"])
    for service in ("memberships", "billing"):
        await stack.scale(service, 2)
    connection = await asyncpg.connect(stack.database_url("memberships", "superuser"))
    try:
        await _killed_all_along(stack, connection, owner)
        await renew_now(connection, tenant_id, "clock")
        await eventually(lambda: _all_invoiced(connection, tenant_id), within=120, every=0.5)
    finally:
        await connection.close()
    await stack.wait_ready()
    assert len(await invoices_are_somebodys(stack, owner)) == _MANY
    await eventually(lambda: _told_once(stack, owner), within=60, every=1)
    for service in ("memberships", "billing"):
        assert await verified(stack, service) == (0, "0 with a fault")


async def _due_today(owner: Person) -> None:
    """So many clients move in, each with a membership that is paid until today."""
    await owner.post("/v1/packages", {
        "name": "شهري", "kind": "membership", "price": "100.00", "currency": "SAR",
        "period": {"unit": "day", "count": _PERIOD_DAYS},
    })  # fmt: skip
    codes = [f"C-{number}" for number in range(_MANY)]
    await _import(owner, "/v1/imports", ["الاسم,رمز العميل", *(f"عميل,{one}" for one in codes)])
    today = datetime.now(ZoneInfo("Asia/Riyadh")).date()
    days = f"{today - timedelta(days=_PERIOD_DAYS)},{today}"
    lines = [f"{one},شهري,{days},نعم" for one in codes]
    headings = "رمز العميل,الباقة,تاريخ البداية,تاريخ التجديد,تجديد تلقائي"
    await _import(owner, "/v1/memberships/imports", [headings, *lines])


async def _killed_all_along(stack: Stack, connection: Any, owner: Person) -> None:
    """As periods are asked for, an invoice of theirs made, and that written down."""
    tenant_id = UUID(owner.tenant["id"])
    any_of_them = f"new.tenant_id = '{tenant_id}' and new.number = 2"
    async with AsyncExitStack() as held:
        # Closed before any is due: the product's own clock may come at any time.
        async with gate(
            stack, "memberships", "insert on membership_periods", any_of_them
        ) as asking:  # fmt: skip
            await _due_today(owner)
            [middle, *_] = await rows(stack, "memberships", _IN_THE_MIDDLE, tenant_id)
            caused = f"new.cause = 'membership:{middle['id']}:period:2'"
            making = await held.enter_async_context(
                gate(stack, "billing", "insert on causes", caused)
            )
            await renew_now(connection, tenant_id, "clock", "again")
            await asking.kill_there()
        await making.reached()
        of_it = f"new.membership_id = '{middle['id']}'"
        async with gate(stack, "memberships", "update on membership_periods", of_it) as noting:
            await making.kill_there()
            await held.aclose()
            await noting.kill_there(1)


async def _import(owner: Person, where: str, lines: list[str]) -> None:
    answer = await owner.ask("POST", where, **form_of({"file": "\n".join(lines)}))
    assert answer.status_code == 202, answer.text
    done = await ended(owner, answer.json()["job_id"], where)
    assert (done["status"], done["result"]["created"]) == ("done", _MANY), done


async def _all_invoiced(connection: Any, tenant_id: UUID) -> bool:
    """Each has a second period with an invoice of its own, and nobody a third one."""
    found = [tuple(row) for row in await connection.fetch(_STATES, tenant_id)]
    assert all(number <= 2 for number, *_ in found), found
    return found == [(1, "invoiced", _MANY, 0), (2, "invoiced", _MANY, _MANY)]


async def _told_once(stack: Stack, owner: Person) -> bool:
    bodies = [one.body for one in await published(stack, owner.tenant["id"])]
    told = Counter(body["subject"] for body in bodies if body["type"] == _RENEWED)
    assert set(told.values()) <= {1}
    return len(told) == _MANY
