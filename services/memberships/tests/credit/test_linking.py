"""What is shared stands on a link between clients, and is told to who sees them."""

from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from memberships.credit.consumers import consumers
from memberships.credit.schedules import ask_for_link
from memberships.credit.use_cases import linking
from memberships.peers import Peers
from refs import lag
from refs.writing import Access
from services.memberships.tests.credit.world import (
    LINK,
    SHARES,
    TRANSFERS,
    USAGES,
    Wallet,
    paid,
    transfer,
)
from services.memberships.tests.factories import Json, Person, jobs_of, remember_client


async def shared(owner: Person) -> tuple[Wallet, Wallet, Json]:
    """A father who has five, a son who may use them, and what says so."""
    father = await Wallet.make(owner)
    son = await father.other()
    await father.charge("5")
    body = {"client_id": father.client_id, "with_client_id": son.client_id}
    return father, son, await owner.post(SHARES, body)


async def hear(owner: Person, kind: str, subject: UUID, **data: Any) -> None:
    tenant_id = owner.caller.tenant_id
    event = Event(kind, subject, data, 1, tenant_id=tenant_id)
    for one in consumers.subscriptions:
        if kind in one.types:
            caller = system(tenant_id, "memberships")
            async with owner.service.context.database.work(caller, role="worker") as work:
                await one.handler(work, [event])


async def run(owner: Person) -> int:
    """Do what is to be asked of clients; how much that was."""
    found = await jobs_of(owner, linking.ASK)
    for payload in found:
        await ask_for_link(owner.service.context, owner.caller.tenant_id, payload)
    return len(found)


@pytest.mark.usefixtures("linked")
async def test_sharing_ends_with_the_link_unless_there_is_another(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-65: of two links one may go; with the second goes what is shared."""
    _, son, made = await shared(owner)
    second = new_id()
    links: list[UUID] = [LINK, second]

    async def link_between(_: Peers, __: UUID, ___: UUID, ____: UUID) -> UUID | None:
        return links[0] if links else None

    monkeypatch.setattr(Peers, "link_between", link_between)
    for link_id, left in ((LINK, [made["id"]]), (second, [])):
        links.remove(link_id)
        await hear(owner, "clients.client_link.deleted", link_id, link_id=str(link_id))
        assert await run(owner) == 1
        assert await owner.ids(SHARES) == left
    assert await owner.refused("POST", USAGES, son.body("1")) == (409, "insufficient_credit")


@pytest.mark.usefixtures("linked")
async def test_nothing_is_shared_by_a_link_that_went_meanwhile(owner: Person) -> None:
    """CL-65: clients said so, and then it was removed."""
    await hear(owner, "clients.client_link.deleted", LINK, link_id=str(LINK))
    father = await Wallet.make(owner)
    body = {"client_id": father.client_id, "with_client_id": (await father.other()).client_id}
    assert await owner.wrong("POST", SHARES, body) == ("clients_not_linked", ["with_client_id"])


@pytest.mark.usefixtures("linked")
async def test_clients_who_are_two_again_share_what_they_are_linked_for(
    owner: Person, linked: set[str]
) -> None:
    """CL-65, ask 3"""
    father, _, made = await shared(owner)
    for kind, is_left in (("merged", True), ("unmerged", False)):
        if not is_left:
            linked.add(father.client_id)
        await hear(owner, f"clients.client.{kind}", UUID(father.client_id), merged_id=str(new_id()))
        assert await run(owner) == 1
        assert await owner.ids(SHARES) == ([made["id"]] if is_left else [])


@pytest.mark.usefixtures("linked")
async def test_who_was_merged_shares_all_that_is_the_survivors(owner: Person) -> None:
    """CL-65, ask 3: what is told is what can be used."""
    father, son, _ = await shared(owner)
    survivor = await father.other()
    await survivor.charge("4")
    await remember_client(owner, id=father.client_id, version=2, merged_into=survivor.client_id)
    assert (await son.balance())["shared"] == "9"
    assert len((await son.use("9"))["lots"]) == 2
    await son.prove()


@pytest.mark.usefixtures("linked")
async def test_what_is_ones_own_by_now_is_not_shared_with_oneself(owner: Person) -> None:
    """CL-65, ask 3: two that became one, and are linked again once they are two."""
    father, son, made = await shared(owner)
    await remember_client(owner, id=son.client_id, version=2, merged_into=father.client_id)
    for one in (father, son):
        found = await one.balance()
        assert (found["balance"], found["shared"]) == ("5", "0")
    assert paid(await son.use("2"))[0][1] == "2"
    await remember_client(owner, id=son.client_id, version=3)
    assert (await son.balance())["shared"] == "3"
    assert await owner.ids(SHARES) == [made["id"]]
    await father.prove()


@pytest.mark.usefixtures("linked")
async def test_a_hidden_clients_charge_is_not_named(owner: Person) -> None:
    """GW-02: that it was shared is told to who sees who used it, of whom it is not."""
    father, son, _ = await shared(owner)
    used = await son.use("2")
    [told] = used["lots"]
    assert told["shared"] and told["charge_id"]
    own = await father.use("1")
    assert [one["shared"] for one in own["lots"]] == [False]
    async with owner.colleague("memberships:read", visibility="assigned") as teacher:
        staff = [{"user_id": str(teacher.caller.user_id), "role": "owner"}]
        await remember_client(owner, id=son.client_id, version=2, staff=staff)
        seen = await teacher.get(f"{USAGES}/{used['id']}")
        assert seen["lots"] == [{"charge_id": None, "amount": "2", "shared": True}]
        assert (await teacher.refused("GET", f"{USAGES}/{own['id']}"))[0] == 404


@pytest.mark.usefixtures("linked")
async def test_of_both_clients_is_asked_while_changes_of_access_come_late(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02"""
    father, son, made = await shared(owner)
    moved = await owner.post(TRANSFERS, transfer(father, son, "1"))
    hidden: list[str] = []

    async def access(_: Any, client_id: UUID) -> Access:
        may = str(client_id) not in hidden
        return Access(may, may)

    monkeypatch.setattr(lag, "is_late", lambda _: True)
    monkeypatch.setattr(lag, "access", access)
    async with owner.colleague("memberships:read", "memberships:write") as person:
        for one in (father.client_id, son.client_id):
            hidden[:] = [one]
            for path in (f"{SHARES}/{made['id']}", f"{TRANSFERS}/{moved['id']}"):
                assert (await person.refused("GET", path))[0] == 404
            assert (await person.refused("DELETE", f"{SHARES}/{made['id']}"))[0] == 404
        hidden.clear()
        assert await person.get(f"{SHARES}/{made['id']}") == made
