"""Operations on memberships and credit whose example needs a state of its own."""

from dataclasses import replace

from tests import sold
from tests.contracts.prepared import Preparation, Prepared
from tests.loyal import new_visit
from tests.members import charged, credit_package, linked
from tests.openapi import Operation
from tests.world import World


async def _suspended(world: World, operation: Operation) -> Prepared:
    return await _membership_after("suspend", world, operation)


async def _about_to_end(world: World, operation: Operation) -> Prepared:
    return await _membership_after("cancel", world, operation)


async def _membership_after(verb: str, world: World, operation: Operation) -> Prepared:
    """One whose days are paid, as it costs nothing."""
    membership = await world.fresh("membership_id")
    await world.person.post(f"/v1/memberships/{membership}/{verb}")
    return Prepared(await world.ask(operation, membership_id=membership), world.person)


async def _credit_package(world: World, operation: Operation) -> Prepared:
    package_id = await credit_package(world)
    return Prepared(await world.ask(operation, package_id=package_id), world.person)


async def _stopped(world: World, operation: Operation) -> Prepared:
    """A charge of which nothing is used for now."""
    charge = await world.fresh("credit_charge_id")
    await world.person.post(f"/v1/credit-charges/{charge}/stop")
    return Prepared(await world.ask(operation, credit_charge_id=charge), world.person)


async def _linked(world: World, operation: Operation) -> Prepared:
    """Another client, with whom the first one is linked, and something to give."""
    other = await linked(world)
    ends = {"from_client_id": world.ids["client_id"], "to_client_id": other}
    await charged(world, ends["from_client_id"])
    asked = await world.ask(operation, **ends, with_client_id=other)
    return Prepared(asked, world.person)


async def _visit(world: World, operation: Operation) -> Prepared:
    """Somebody comes in once at a time."""
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={**asked.body, "occurred_at": new_visit()}), world.person)


async def _redeem(world: World, operation: Operation) -> Prepared:
    """A draft has one discount."""
    asked = await world.ask(operation, invoice_id=await sold.invoice(world))
    return Prepared(asked, world.person)


PREPARATIONS: dict[str, Preparation] = {
    "POST /v1/package-orders": _credit_package,
    "POST /v1/memberships/{membership_id}/resume": _suspended,
    "POST /v1/memberships/{membership_id}/reinstate": _about_to_end,
    "POST /v1/credit-charges/{credit_charge_id}/resume": _stopped,
    "POST /v1/credit-transfers": _linked,
    "POST /v1/credit-shares": _linked,
    "POST /v1/check-ins": _visit,
    "POST /v1/loyalty/redemptions": _redeem,
}
