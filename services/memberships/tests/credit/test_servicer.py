"""What other services ask of credit, and what features in their own transactions."""

import asyncio
from uuid import UUID

import pytest
from diwan.memberships.v1 import credit_pb2 as rpc

from chassis.caller import system
from chassis.errors import Failure, NotFound
from memberships.credit.servicer import Credit
from memberships.credit.use_cases import charging
from memberships.credit.use_cases.charging import Charge
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Wallet, paid
from services.memberships.tests.factories import Person, make_credit_type


async def _ask(wallet: Wallet, name: str, **fields: str) -> object:
    context = wallet.person.service.context
    request = getattr(rpc, f"{name}Request")(**fields)
    async with context.database.work(wallet.person.caller) as work:
        return await getattr(Credit(context), name)(work, request)


def _of(wallet: Wallet, cause: str, amount: str = "1") -> dict[str, str]:
    return {
        "cause": cause, "client_id": wallet.client_id, "amount": amount,
        "credit_type_id": wallet.credit_type_id,
    }  # fmt: skip


async def test_a_booking_reserves_consumes_and_releases_once_for_its_cause(owner: Person) -> None:
    """ask 16"""
    wallet = await Wallet.make(owner)
    await _ask(wallet, "Charge", **_of(wallet, "flow:1", "3"))
    await _ask(wallet, "Charge", **_of(wallet, "flow:1", "3"))
    held = await _ask(wallet, "Reserve", **_of(wallet, "booking:1"))
    assert await _ask(wallet, "Reserve", **_of(wallet, "booking:1")) == held
    other = await _ask(wallet, "Reserve", **_of(wallet, "booking:2"))
    assert isinstance(held, rpc.ReserveResponse) and isinstance(other, rpc.ReserveResponse)
    used = await _ask(wallet, "Consume", credit_hold_id=held.credit_hold_id)
    assert await _ask(wallet, "Consume", credit_hold_id=held.credit_hold_id) == used
    await _ask(wallet, "Release", credit_hold_id=other.credit_hold_id)
    once = await _ask(wallet, "Use", **_of(wallet, "step:7"))
    assert await _ask(wallet, "Use", **_of(wallet, "step:7")) == once
    found = await _ask(wallet, "GetBalances", client_id=wallet.client_id)
    assert isinstance(found, rpc.GetBalancesResponse)
    assert [(one.balance, one.held, one.shared) for one in found.balances] == [("1", "0", "0")]
    assert [one["source"] for one in (await owner.get(USAGES, sort="created_at"))["items"]] == [
        "booking", "service",
    ]  # fmt: skip
    stranger = await wallet.other()
    for name, cause in (("Charge", "flow:1"), ("Reserve", "booking:1"), ("Use", "step:7")):
        amount = "3" if name == "Charge" else "1"
        with pytest.raises(Failure) as refused:
            await _ask(wallet, name, **_of(stranger, cause, amount))
        assert refused.value.code == "cause_reused"
    for name in ("Charge", "Reserve", "Use"):
        cause = {"Charge": "flow:1", "Reserve": "booking:1", "Use": "step:7"}[name]
        with pytest.raises(Failure) as refused:
            await _ask(wallet, name, **_of(wallet, cause, "2"))
        assert refused.value.code == "cause_reused"
    with pytest.raises(Failure) as refused:
        await _ask(wallet, "Reserve", **_of(wallet, "booking:3", "2"))
    assert (refused.value.code, refused.value.extra["available"]) == ("insufficient_credit", "1")
    await wallet.prove()


async def test_of_two_at_once_with_one_cause_the_other_is_told_so(owner: Person) -> None:
    """ask 16: nobody takes for theirs what somebody else had made happen meanwhile."""
    wallet = await Wallet.make(owner)
    await wallet.charge("1")
    for at in range(4):
        made = await asyncio.gather(
            *(_ask(wallet, "Charge", **_of(wallet, f"flow:{at}", one)) for one in ("2", "3", "4")),
            return_exceptions=True,
        )
        refused = [one for one in made if isinstance(one, Failure)]
        assert [one.code for one in refused] == ["cause_reused"] * 2
    await wallet.prove()


async def test_what_cannot_be_read_or_seen_is_refused(owner: Person) -> None:
    wallet = await Wallet.make(owner)
    with pytest.raises(Failure) as refused:
        await _ask(wallet, "Use", **_of(wallet, ""))
    assert refused.value.errors[0].field == "cause"
    with pytest.raises(NotFound):
        await _ask(wallet, "GetBalances", client_id=wallet.credit_type_id)


async def test_what_a_cause_has_charged_is_taken_back_as_far_as_it_is_unused(
    owner: Person,
) -> None:
    """ME-15: what is held of it goes when it comes back."""
    wallet = await Wallet.make(owner)
    minutes = (await make_credit_type(owner, name="دقائق"))["id"]
    wanted = [
        Charge(credit_type_id=UUID(kind), amount=amount, cause="order:1", source="package")
        for kind, amount in ((wallet.credit_type_id, 8), (minutes, 60))
    ]  # fmt: skip
    database, tenant_id = owner.service.context.database, owner.caller.tenant_id
    for _ in range(2):
        async with database.work(system(tenant_id, "memberships")) as work:
            made = await charging.charge_each(work, UUID(wallet.client_id), wanted)
    assert len(await owner.ids(CHARGES)) == 2
    used, held = await wallet.use("3"), await wallet.hold("1")
    assert paid(used) == [(str(made[0].id), "3")]
    for expected in ([4, 60], [0, 0]):
        async with database.work(system(tenant_id, "memberships")) as work:
            taken = await charging.take_back(work, "order:1")
        assert sorted(amount for _, amount in taken) == sorted(expected)
    await owner.post(f"{HOLDS}/{held['id']}/release")
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    assert await wallet.usable() == "0"
    shown = await owner.get(f"{CHARGES}/{made[0].id}")
    assert (shown["status"], shown["remaining"], shown["held"]) == ("taken_back", "0", "0")
    path = f"{CHARGES}/{made[0].id}/extend"
    assert await owner.refused("POST", path, {"expires_on": None}) == (
        409, "credit_charge_taken_back",
    )  # fmt: skip
    await wallet.prove()
