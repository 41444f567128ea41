"""Credit that is used, put back, and kept for something."""

from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Wallet, day, paid
from services.memberships.tests.factories import Person, remember_client


async def test_the_nearest_expiry_pays_first_then_the_oldest_and_what_never_ends_last(
    owner: Person,
) -> None:
    """ME-14: and it is shown which charges paid."""
    wallet = await Wallet.make(owner)
    forever = (await wallet.charge("5"))["id"]
    late = (await wallet.charge("2", expires_on=day(9)))["id"]
    soon = (await wallet.charge("2", expires_on=day(1)))["id"]
    soon_too = (await wallet.charge("1", expires_on=day(1)))["id"]
    upcoming = (await wallet.charge("4", starts_on=day(0)))["id"]
    stopped = (await wallet.charge("4", expires_on=day(0), stopped=True))["id"]
    assert await wallet.usable() == "10"
    used = await wallet.use("6")
    assert paid(used) == [(soon, "2"), (soon_too, "1"), (late, "2"), (forever, "1")]
    assert await wallet.left() == {forever: "4", upcoming: "4", stopped: "4"}
    refused = await owner.http.post(USAGES, json=wallet.body("5"))
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_credit")
    assert (refused.json()["available"], refused.json()["asked"]) == ("4", "5")
    await wallet.prove()


async def test_a_use_is_put_back_to_its_charges_once(owner: Person, events: Events) -> None:
    """ME-14: by a counter-entry."""
    wallet = await Wallet.make(owner, decimals=1)
    first, second = [(await wallet.charge("1.5", expires_on=day(n)))["id"] for n in (1, 2)]
    used = await wallet.use("2")
    assert paid(used) == [(first, "1.5"), (second, "0.5")]
    path = f"{USAGES}/{used['id']}"
    back = await owner.post(f"{path}/reverse")
    assert (back["reversed_at"] is None, back["lots"]) == (False, used["lots"])
    assert await wallet.left() == {first: "1.5", second: "1.5"}
    assert await owner.refused("POST", f"{path}/reverse") == (409, "credit_usage_reversed")
    told = [one for one in await events(owner.caller) if one["type"].endswith(".reversed")]
    assert [one["data"]["balance"] for one in told] == ["3.0"]
    assert {one["id"]: one["balance"] for one in told[0]["data"]["credits"]} == {
        first: "1.5", second: "1.5"
    }  # fmt: skip
    await wallet.prove()


async def test_the_same_use_again_is_the_same(owner: Person) -> None:
    wallet = await Wallet.make(owner)
    await wallet.charge("5")
    body = wallet.body("2", id="01890a5d-ac96-774b-bcce-b302099a8099", note="جلسة")
    first = await owner.http.post(USAGES, json=body)
    again = await owner.http.post(USAGES, json=body)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert await owner.refused("POST", USAGES, body | {"amount": "1"}) == (409, "id_taken")
    assert await wallet.usable() == "3"


async def test_a_use_is_answered_as_it_is_read(owner: Person) -> None:
    """ME-13: of charges, of what is owed, and of a client who was merged."""
    wallet = await Wallet.make(owner, decimals=2, allow_negative=True)
    for amount in ("1.50", "2"):
        await wallet.charge(amount)
    said = {"note": 'جلسة "أولى"\n', "source": "booking"}
    for more in (said, {"occurred_at": "2026-03-15T12:30:00.5+03:00"}, {}):
        used = await wallet.use("2.25", **more)
        assert used == await owner.get(f"{USAGES}/{used['id']}")
    other = await wallet.other()
    await remember_client(owner, id=wallet.client_id, version=2, merged_into=other.client_id)
    used = await wallet.use("1")
    assert used["client_id"] == other.client_id
    assert used == await owner.get(f"{USAGES}/{used['id']}")
    await wallet.prove()


async def test_what_is_held_is_used_by_nothing_else_then_consumed_or_released(
    owner: Person,
) -> None:
    """ask 16: a booking reserves a credit, attendance consumes it, a cancellation releases it."""
    wallet = await Wallet.make(owner)
    lot = (await wallet.charge("3"))["id"]
    kept, other = await wallet.hold("1"), await wallet.hold("1")
    assert (await wallet.balance())["held"] == "2"
    assert await owner.refused("POST", USAGES, wallet.body("2")) == (409, "insufficient_credit")
    used = await owner.post(f"{HOLDS}/{kept['id']}/consume", {"note": "حضر"})
    assert (used["hold_id"], paid(used), used["note"]) == (kept["id"], [(lot, "1")], "حضر")
    assert await owner.post(f"{HOLDS}/{kept['id']}/consume", {}) == used
    assert await owner.refused("POST", f"{HOLDS}/{kept['id']}/release") == (
        409, "credit_hold_ended",
    )  # fmt: skip
    freed = await owner.post(f"{HOLDS}/{other['id']}/release")
    assert freed["status"] == "released"
    assert await owner.post(f"{HOLDS}/{other['id']}/release") == freed
    assert await owner.refused("POST", f"{HOLDS}/{other['id']}/consume", {}) == (
        409, "credit_hold_ended",
    )  # fmt: skip
    balance = await wallet.balance()
    assert (balance["balance"], balance["held"]) == ("2", "0")
    assert (await owner.post(f"{USAGES}/{used['id']}/reverse"))["reversed_at"]
    assert await wallet.usable() == "3"
    await wallet.prove()


async def test_a_type_may_allow_less_than_nothing_and_the_next_charge_settles_it(
    owner: Person,
) -> None:
    """ME-14: never below zero unless the type allows it."""
    wallet = await Wallet.make(owner, allow_negative=True)
    used = await wallet.use("3")
    assert (paid(used), await wallet.usable()) == ([(None, "3")], "-3")
    held = await wallet.hold("2")
    lot = (await wallet.charge("4"))["id"]
    assert paid(await owner.get(f"{USAGES}/{used['id']}")) == [(lot, "3")]
    assert paid(await owner.get(f"{HOLDS}/{held['id']}")) == [(None, "1"), (lot, "1")]
    assert await wallet.usable() == "-1"
    await wallet.prove()
    await owner.post(f"{HOLDS}/{held['id']}/release")
    assert await wallet.usable() == "1"
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    assert await wallet.left() == {lot: "4"}
    await wallet.prove()


async def test_what_is_given_back_is_not_settled_with_what_others_owe(owner: Person) -> None:
    """ME-14: of two uses that owe, one is reversed while a charge comes back."""
    wallet = await Wallet.make(owner, allow_negative=True)
    lot = (await wallet.charge("1"))["id"]
    first, second = await wallet.use("3"), await wallet.use("4")
    await owner.post(f"{USAGES}/{first['id']}/reverse")
    assert paid(await owner.get(f"{USAGES}/{second['id']}")) == [(None, "3"), (lot, "1")]
    assert await wallet.usable() == "-3"
    await wallet.prove()


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    wallet = await Wallet.make(owner)
    await wallet.charge("5")
    unknown = "01890a5d-ac96-774b-bcce-b302099a8000"
    for path, body, code, field in (
        (USAGES, wallet.body("0"), "not_an_amount", "amount"),
        (USAGES, wallet.body("1.5"), "not_an_amount", "amount"),
        (USAGES, wallet.body("-1"), "validation_failed", "amount"),
        (USAGES, wallet.body("1", client_id=unknown), "unknown_reference", "client_id"),
        (USAGES, wallet.body("1", credit_type_id=unknown), "unknown_reference", "credit_type_id"),
        (USAGES, wallet.body("1", source="A b"), "validation_failed", "source"),
        (HOLDS, wallet.body("0"), "not_an_amount", "amount"),
        (CHARGES, wallet.body("0"), "not_an_amount", "amount"),
        (CHARGES, wallet.body("1", expires_on="2020-01-01"), "expires_too_soon", "expires_on"),
        (CHARGES, wallet.body("1", starts_on=day(2), expires_on=day(1)), "expires_too_soon",
         "expires_on"),
    ):  # fmt: skip
        assert await owner.wrong("POST", path, body) == (code, [field])
