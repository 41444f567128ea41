"""Who sees payments, and who may move money: who may change the client."""

from typing import Any
from uuid import UUID

import pytest

from billing.payments.use_cases.refunding import forget_reasons
from chassis.caller import system
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs import folders, lag
from refs.writing import Access
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import PAYMENTS, body, client, owed, pay

RIGHTS = frozenset({"billing:read", "billing:write", "billing:refund"})


def _moves(payment: Any) -> list[tuple[str, str, Any]]:
    """All that can be done with a payment that has an allocation."""
    path = f"{PAYMENTS}/{payment['id']}"
    return [
        ("POST", f"{path}/refunds", {"amount": "1.00"}),
        ("POST", f"{path}/allocations", {"auto_allocate": True}),
        ("DELETE", f"{path}/allocations/{payment['allocations'][0]['id']}", None),
        *(("POST", f"{path}/{step}", None) for step in ("deposit", "clear", "bounce")),
    ]


@pytest.mark.parametrize(("level", "status"), [("write", None), ("read", 403), ("none", 404)])
async def test_who_may_not_change_a_client_moves_none_of_its_money(
    owner: Person, events: Events, level: str, status: int | None
) -> None:
    """GW-02: seen and not to be changed is 403, not seen 404."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        folder_id, tenant_id = str(new_id()), owner.caller.tenant_id
        sara = await client(owner, folder_id=folder_id)
        bill = await owed(owner, "10.00", sara)
        made = await pay(owner, "10.00", sara, of={bill["id"]: "5.00"})
        access = [{"principal": f"user:{person.caller.user_id}", "level": level}]
        told = {"folder_id": folder_id, "parent_id": "", "version": 1, "access": access}
        async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
            await folders.remember_access(work, [told])
        before = len(await events(owner.caller))
        seen = [] if level == "none" else [made["id"]]
        assert await person.ids(PAYMENTS) == await person.ids(PAYMENTS, client_id=sara) == seen
        answers = [await person.http.request(m, path, json=b) for m, path, b in _moves(made)]
        new = await person.http.post(PAYMENTS, json=body("1.00", sara))
        if status is None:
            assert [one.status_code for one in answers] == [201, 200, 204, 409, 409, 409]
            assert new.status_code == 201
            return
        assert {one.status_code for one in answers} == {status}
        assert new.status_code == (403 if level == "read" else 422)
        refund = await person.http.get(f"{PAYMENTS}/{made['id']}/refunds")
        assert refund.status_code == (200 if level == "read" else 404)
        assert len(await events(owner.caller)) == before


async def test_a_payment_of_a_walk_in_sale_is_its_maker_s(owner: Person) -> None:
    """BI-09: and of who sees everything."""
    rights = RIGHTS | {"billing:issue"}
    async with owner.colleague(*rights, visibility="assigned") as maker:
        sale = await owed(maker, "5.00")
        made = await pay(maker, "5.00", of={sale["id"]: "5.00"})
        async with owner.colleague(*rights, visibility="assigned") as other:
            path = f"{PAYMENTS}/{made['id']}"
            assert await other.refused("GET", path) == (404, "payment_not_found")
            assert await other.ids(PAYMENTS) == []
            asked = body("5.00", of={sale["id"]: "5.00"})
            assert await other.refused("POST", PAYMENTS, asked) == (422, "unknown_reference")
        async with owner.colleague(*rights) as manager:
            assert await manager.ids(PAYMENTS) == [made["id"]]
            await manager.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "5.00"})


async def test_another_company_sees_nothing(owner: Person) -> None:
    """GW-03"""
    made = await pay(owner, "5.00", await client(owner))
    async with owner.service.http(owner.service.caller()) as stranger:
        answer = await stranger.get(f"{PAYMENTS}/{made['id']}")
        assert (answer.status_code, (await stranger.get(PAYMENTS)).json()["items"]) == (404, [])


async def test_why_money_went_back_to_who_is_erased_is_forgotten(owner: Person) -> None:
    """CL-84: that it did, the law makes a company keep."""
    sara = await client(owner)
    made = await pay(owner, "5.00", sara)
    path = f"{PAYMENTS}/{made['id']}/refunds"
    await owner.post(path, {"amount": "2.00", "reason": "ill"})
    tenant_id = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
        await forget_reasons(work, UUID(sara))
    [refund] = (await owner.get(path))["items"]
    assert (refund["amount"], refund["reason"]) == ("2.00", None)


async def test_clients_is_asked_while_changes_of_access_come_late(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02: before anything is read here, about each payment of a client and each new one."""
    says = [Access()]

    async def access(work: UnitOfWork, client_id: UUID) -> Access:
        assert not work.has_begun
        return says[-1]

    monkeypatch.setattr(lag, "is_late", lambda _: True)
    monkeypatch.setattr(lag, "access", access)
    sara = await client(owner)
    bill = await owed(owner, "10.00", sara)
    made = await pay(owner, "20.00", sara, of={bill["id"]: "5.00"})
    async with owner.colleague(*RIGHTS) as person:
        for said, read, moved, new in (
            (Access(may_write=False), 200, {403}, 403),
            (Access(may_see=False, may_write=False), 404, {404}, 422),
        ):
            says.append(said)
            assert (await person.http.get(f"{PAYMENTS}/{made['id']}")).status_code == read
            answers = [await person.http.request(m, p, json=b) for m, p, b in _moves(made)]
            assert {one.status_code for one in answers} == moved
            answer = await person.http.post(PAYMENTS, json=body("1.00", sara))
            assert answer.status_code == new
