"""What holds of members after a storm: each story ended as in calm, nothing is missing or twice."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from uuid import UUID

import asyncpg

from chassis import jobs
from chassis.testing.eventually import eventually
from local.stack import Stack
from memberships.sales.schedules import RENEW
from tests.chaos.crashes import rows
from tests.chaos.proofs import every, numbers_have_no_gap, verified
from tests.chaos.rights import KINDS, PUT_IN, TAKEN_OUT, Shop, Story
from tests.events import published
from tests.product import Person

_TICK: Final = 1.0
_ASKED: Final = """
select exists(select from pgqueuer
               where entrypoint = $1 and status in ('queued', 'picked')
                 and convert_from(payload, 'UTF8')::jsonb ->> 'tenant' = $2)
"""
_READS: Final = {
    "/v1/memberships": ("status", "start_date", "renewal_date", "auto_renew", "cancelled_on"),
    "/v1/package-orders": ("status", "price"),
    "/v1/credit-charges": ("status", "amount", "remaining", "held", "starts_on", "expires_on"),
    "/v1/credit-usages": ("amount",), "/v1/credit-holds": ("amount", "status"),
    "/v1/credit-entries": ("account", "amount", "place", "number"),
    "/v1/invoices": ("status", "total", "paid", "credited", "balance"),
    "/v1/payments": ("status", "method", "allocated", "unallocated"),
}  # fmt: skip
_PERIODS: Final = """
select membership_id, number, state, invoice_id, starts_on, ends_on,
       granted_at is not null as counts
  from membership_periods where tenant_id = $1 order by membership_id, number
"""
_INVOICED: Final = """
select 'membership:' || membership_id || ':period:' || number as cause, invoice_id
  from membership_periods where tenant_id = $1 and invoice_id is not null
 union all
select 'package_order:' || id, invoice_id
  from package_orders where tenant_id = $1 and invoice_id is not null
"""
_CAUSED: Final = "select cause, document_id as invoice_id from causes where tenant_id = $1"
_UNANSWERED: Final = "select id from bills where tenant_id = $1 and state <> 'made'"


@asynccontextmanager
async def renewals(stack: Stack, tenant_id: str) -> AsyncIterator[None]:
    """Have the clock of renewals strike each second, and as soon as a worker starts."""
    ticking = asyncio.create_task(_strike(stack, UUID(tenant_id)))
    try:
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def renew_now(connection: Any, tenant_id: UUID, *keys: str) -> None:
    """What the clock does for a company; as often at once as there are keys."""
    asked = [jobs.Request(RENEW, tenant_id, {}, unique=one) for one in keys]
    await jobs.insert(connection, asked)


async def _strike(stack: Stack, tenant_id: UUID) -> None:
    connection = await asyncpg.connect(stack.database_url("memberships", "superuser"))

    async def swept() -> bool:
        return not await connection.fetchval(_ASKED, RENEW, str(tenant_id))

    try:
        while True:
            await connection.execute(
                "update pgqueuer_schedules set next_run = now()"
                " where entrypoint = 'memberships.memberships_renew' and status = 'queued'"
            )
            await renew_now(connection, tenant_id, "clock")
            await eventually(swept, within=240, every=_TICK)
    finally:
        await connection.close()


async def told_in_calm(owner: Person, shop: Shop, clients: list[str]) -> dict[str, Story]:
    """One story of each kind, with nothing in its way."""
    calm = {kind: Story(kind, one, shop) for kind, one in zip(KINDS, clients, strict=True)}
    await asyncio.gather(*(story.tell(owner) for story in calm.values()))
    return calm


async def each_is_kept(
    stack: Stack, owner: Person, calm: dict[str, Story], stories: list[Story]
) -> None:
    """Each story ended as one of its kind did in calm, and was told once; nothing is orphaned."""
    everything = [*calm.values(), *stories]
    await _ended(stack, owner, everything, calm)
    await _purse_is_right(owner, everything)
    await numbers_have_no_gap(owner, await invoices_are_somebodys(stack, owner) | {
        one for story in everything for one in story.made.values()
    })  # fmt: skip
    for service in ("memberships", "billing"):
        assert await verified(stack, service) == (0, "0 with a fault")


async def invoices_are_somebodys(stack: Stack, owner: Person) -> set[str]:
    """Each invoice is of one period or order, and each of these has one; the invoices."""
    tenant_id = UUID(owner.tenant["id"])
    assert not await rows(stack, "memberships", _UNANSWERED, tenant_id)
    invoiced = await rows(stack, "memberships", _INVOICED, tenant_id)
    caused = await rows(stack, "billing", _CAUSED, tenant_id)
    wanted = {row["cause"]: row["invoice_id"] for row in invoiced}
    assert {row["cause"]: row["invoice_id"] for row in caused} == wanted
    assert len(invoiced) == len(caused) == len(set(wanted.values()))
    found = {one["id"] async for one in every(owner, "/v1/invoices")}
    assert found == {str(one) for one in wanted.values()}
    return found


async def _ended(
    stack: Stack, owner: Person, stories: list[Story], calm: dict[str, Story]
) -> None:  # fmt: skip
    """Wait until each stands as one of its kind in calm, whose own end is waited for too."""
    differ: dict[str, Any] = {}

    async def all_did() -> bool:
        found = await _outcomes(stack, owner)
        wanted = {kind: found[story.client_id] for kind, story in calm.items()}
        differ.clear()
        differ.update({
            f"{story.kind} {story.client_id}": (found[story.client_id], wanted[story.kind])
            for story in stories if found[story.client_id] != wanted[story.kind]
        })  # fmt: skip
        return not differ

    try:
        await eventually(all_did, within=120, every=2)
    except AssertionError:
        which, (found, wanted) = next(iter(differ.items()))
        missing, more = _difference(wanted, found), _difference(found, wanted)
        raise AssertionError(f"{len(differ)} differ; {which} lacks {missing}, has {more}") from None


def _difference(one: "Counter[Any]", other: "Counter[Any]") -> dict[Any, int]:
    return dict(one - other)


async def _outcomes(stack: Stack, owner: Person) -> dict[str, "Counter[Any]"]:
    """What stands of each client, and what was told of them, ids and moments apart."""
    found: dict[str, Counter[Any]] = defaultdict(Counter)
    of_membership = {}
    for path, fields in _READS.items():
        async for one in every(owner, path):
            found[one["client_id"]][path, *(str(one[name]) for name in fields)] += 1
            if path == "/v1/memberships":
                of_membership[UUID(one["id"])] = one["client_id"]
    for row in await rows(stack, "memberships", _PERIODS, UUID(owner.tenant["id"])):
        told = {name: value for name, value in row.items() if name != "membership_id"}
        told["invoice_id"] = row["invoice_id"] is not None
        found[of_membership[row["membership_id"]]]["period", str(told)] += 1
    for event in await published(stack, owner.tenant["id"]):
        body = event.body
        found[str(body.get("clientid"))]["told", body["type"]] += 1
    return found


async def _purse_is_right(owner: Person, stories: Collection[Story]) -> None:
    """What many used side by side is what was put in less what was taken out."""
    [shop] = {story.shop for story in stories}
    shared = sum(story.kind == "from one purse" for story in stories)
    [balance] = (await owner.get("/v1/credit-balances", client_id=shop.purse))["items"]
    assert balance["balance"] == str(shared * (PUT_IN - TAKEN_OUT))
    used = [one async for one in every(owner, "/v1/credit-usages", client_id=shop.purse)]
    assert len(used) == shared
