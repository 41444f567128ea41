"""Credit that goes from one client to another, is shared, put right, and read of merged clients."""

from uuid import UUID

import pytest

from chassis.caller import system
from memberships.credit.use_cases import sharing
from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import (
    ADJUSTMENTS,
    BALANCES,
    SHARES,
    TRANSFERS,
    USAGES,
    Wallet,
    day,
    paid,
    transfer,
)
from services.memberships.tests.factories import Person, remember_client

pytestmark = pytest.mark.usefixtures("linked")


async def test_credit_is_given_to_a_linked_client_with_its_days(
    owner: Person, linked: set[str], events: Events
) -> None:
    """ME-16"""
    giver = await Wallet.make(owner)
    taker, stranger = await giver.other(), await giver.other()
    linked.add(stranger.client_id)
    late = await giver.charge("3", expires_on=day(9), description="باقة سارة")
    soon = await giver.charge("3", expires_on=day(1))
    made = await owner.post(TRANSFERS, transfer(giver, taker, "4") | {"note": "هدية"})
    assert await owner.get(f"{TRANSFERS}/{made['id']}") == made
    assert await giver.left() == {late["id"]: "2"}
    lots = (await taker.balance())["lots"]
    assert [(one["remaining"], one["expires_on"]) for one in lots] == [
        ("3", soon["expires_on"]), ("1", late["expires_on"]),
    ]  # fmt: skip
    found = (await owner.get("/v1/credit-charges", client_id=taker.client_id))["items"]
    assert [one["description"] for one in found] == [None, None], "it told of the one who gave"
    told = [one for one in await events(owner.caller) if one["type"].endswith(".transferred")]
    assert {(one["clientid"], one["data"]["amount"]) for one in told} == {
        (giver.client_id, "-4"), (taker.client_id, "4"),
    }  # fmt: skip
    for body, refused in (
        (transfer(giver, taker, "3"), (409, "insufficient_credit")),
        (transfer(giver, stranger, "1"), (422, "clients_not_linked")),
        (transfer(giver, giver, "1"), (422, "transfer_to_itself")),
    ):
        assert await owner.refused("POST", TRANSFERS, body) == refused
    assert await owner.ids(TRANSFERS, client_id=taker.client_id) == [made["id"]]
    await giver.prove()


async def test_what_is_shared_is_used_once_the_own_is_used_up(
    owner: Person, events: Events
) -> None:
    """CL-65: of what others share nobody is told more than how much."""
    father = await Wallet.make(owner)
    son = await father.other()
    family = await father.charge("5")
    body = {"client_id": father.client_id, "with_client_id": son.client_id}
    made = await owner.post(SHARES, body)
    assert await owner.get(f"{SHARES}/{made['id']}") == made
    assert await owner.refused("POST", SHARES, body) == (409, "credit_already_shared")
    own = await son.charge("1")
    balance = await son.balance()
    assert (balance["balance"], balance["shared"], len(balance["lots"])) == ("1", "5", 1)
    used = await son.use("3")
    assert paid(used) == [(own["id"], "1"), (family["id"], "2")]
    assert (await father.usable(), await son.usable()) == ("3", "0")
    told = [one for one in await events(owner.caller) if one["type"].endswith("credit.used")]
    assert {(one["clientid"], one["data"]["amount"]) for one in told} == {
        (son.client_id, "3"), (father.client_id, "2"),
    }  # fmt: skip
    assert [
        one["data"].get("is_shared", False)
        for one in sorted(told, key=lambda one: one["clientid"] == father.client_id)
    ] == [False, True]
    assert son.client_id not in str([one for one in told if one["clientid"] != son.client_id])
    shown = {one["clientid"]: [lot["id"] for lot in one["data"]["credits"]] for one in told}
    assert shown == {son.client_id: [own["id"]], father.client_id: [family["id"]]}
    await owner.delete(f"{SHARES}/{made['id']}")
    assert await owner.refused("GET", f"{SHARES}/{made['id']}") == (404, "credit_share_not_found")
    assert await owner.refused("POST", USAGES, son.body("1")) == (409, "insufficient_credit")
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    assert (await father.usable(), await son.usable()) == ("5", "1")
    await father.prove()


async def test_sharing_is_ended_and_may_be_of_one_type_only(owner: Person) -> None:
    """CL-65"""
    father = await Wallet.make(owner)
    son, other = await father.other(), await Wallet.make(owner)
    await father.charge("5")
    made = await owner.post(SHARES, {
        "client_id": father.client_id, "with_client_id": son.client_id,
        "credit_type_id": other.credit_type_id,
    })  # fmt: skip
    assert await owner.refused("POST", USAGES, son.body("1")) == (409, "insufficient_credit")
    await owner.delete(f"{SHARES}/{made['id']}")
    assert await owner.ids(SHARES) == []


async def test_credit_is_put_right_with_a_reason(owner: Person) -> None:
    """ME-16: never below zero unless the type allows it."""
    wallet = await Wallet.make(owner, decimals=1)
    more = await owner.post(ADJUSTMENTS, wallet.body("2.5", reason="نقل من الدفتر"))
    assert (more["amount"], await wallet.usable()) == ("2.5", "2.5")
    less = await owner.post(ADJUSTMENTS, wallet.body("-1", reason="خطأ"))
    assert (less["amount"], len(paid(less)), await wallet.usable()) == ("-1.0", 1, "1.5")
    assert await owner.get(f"{ADJUSTMENTS}/{less['id']}") == less
    assert await owner.refused("POST", ADJUSTMENTS, wallet.body("-2", reason="x")) == (
        409, "insufficient_credit",
    )  # fmt: skip
    assert await owner.wrong("POST", ADJUSTMENTS, wallet.body("0", reason="x")) == (
        "not_an_amount", ["amount"],
    )  # fmt: skip
    assert await owner.wrong("POST", ADJUSTMENTS, wallet.body("1")) == (
        "validation_failed", ["reason"],
    )  # fmt: skip
    assert await owner.ids(ADJUSTMENTS, sort="created_at") == [more["id"], less["id"]]
    await wallet.prove()


async def test_clients_that_were_merged_are_one(owner: Person) -> None:
    """ask 3: their charges pay together, and what is made since is the survivor's."""
    first = await Wallet.make(owner)
    second = await first.other()
    soon, late = await first.charge("1", expires_on=day(1)), await second.charge("2")
    await remember_client(owner, id=first.client_id, version=2, merged_into=second.client_id)
    assert (await first.usable(), await second.usable()) == ("3", "3")
    used = await first.use("2")
    assert (used["client_id"], paid(used)) == (
        second.client_id, [(soon["id"], "1"), (late["id"], "1")],
    )  # fmt: skip
    assert (await first.charge("4"))["client_id"] == second.client_id
    assert await second.usable() == "5"
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    await remember_client(owner, id=first.client_id, version=3)
    assert (await first.usable(), await second.usable()) == ("1", "6")
    await first.prove()


async def test_of_an_erased_client_the_texts_go_and_the_figures_stay(owner: Person) -> None:
    wallet = await Wallet.make(owner)
    lot = await wallet.charge("5", description="باقة سارة")
    used = await wallet.use("1", note="سارة")
    work = owner.service.context.database.work(system(owner.caller.tenant_id, "memberships"))
    async with work as open_work:
        await sharing.forget_credit(open_work, UUID(wallet.client_id))
    assert (await owner.get(f"/v1/credit-charges/{lot['id']}"))["description"] is None
    assert (await owner.get(f"{USAGES}/{used['id']}"))["note"] is None
    await wallet.prove()


async def test_who_does_not_see_a_client_sees_nothing_of_their_credit(owner: Person) -> None:
    """GW-02"""
    wallet = await Wallet.make(owner)
    other = await wallet.other()
    lot, used = await wallet.charge("5"), await wallet.use("1")
    held = await wallet.hold("1")
    moved = await owner.post(TRANSFERS, transfer(wallet, other, "1"))
    put = await owner.post(ADJUSTMENTS, wallet.body("1", reason="x"))
    shared = await owner.post(SHARES, {
        "client_id": wallet.client_id, "with_client_id": other.client_id,
    })  # fmt: skip
    rights = ("memberships:read", "memberships:write")
    async with owner.colleague(*rights, visibility="own") as stranger:
        for path, one in (
            ("/v1/credit-charges", lot), (USAGES, used), ("/v1/credit-holds", held),
            (TRANSFERS, moved), (ADJUSTMENTS, put), (SHARES, shared),
        ):  # fmt: skip
            assert await stranger.ids(path) == []
            assert (await stranger.refused("GET", f"{path}/{one['id']}"))[0] == 404
        assert await stranger.ids("/v1/credit-entries") == []
        for path in (BALANCES, f"{BALANCES}/explain", f"{BALANCES}/statement"):
            asked = {
                "client_id": wallet.client_id, "date_from": "2020-01-01", "date_to": "2999-01-01",
                "credit_type_id": wallet.credit_type_id,
            }  # fmt: skip
            names = {"client_id"} if path == BALANCES else {"client_id", "credit_type_id"}
            names |= {"date_from", "date_to"} if path.endswith("statement") else set()
            given = {name: asked[name] for name in names}
            answer = await stranger.http.get(path, params=given)
            assert answer.status_code == 404, answer.text
        assert await stranger.wrong("POST", USAGES, wallet.body("1")) == (
            "unknown_reference", ["client_id"],
        )  # fmt: skip
        for action in ("stop", "resume", "refund"):
            path = f"/v1/credit-charges/{lot['id']}/{action}"
            assert (await stranger.refused("POST", path, {} if action == "refund" else None))[
                0
            ] == 404
