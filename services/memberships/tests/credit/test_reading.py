"""What explains a balance, the statement, and the entries behind both."""

from hashlib import sha256

import pytest

from memberships.credit.use_cases import reading
from services.memberships.tests.credit.world import BALANCES, CHARGES, USAGES, Wallet, day
from services.memberships.tests.factories import Person

ENTRIES = "/v1/credit-entries"


async def test_a_balance_is_explained_in_both_languages(owner: Person) -> None:
    """opening 14"""
    wallet = await Wallet.make(owner, decimals=1)
    lot = await wallet.charge("8", expires_on=day(3))
    stopped = await wallet.charge("2", stopped=True)
    used = await wallet.use("1.5")
    await wallet.hold("1")
    whose = {"client_id": wallet.client_id, "credit_type_id": wallet.credit_type_id}
    told = await owner.get(f"{BALANCES}/explain", **whose)
    assert told["balance"] == "5.5"
    steps = [(one["kind"], one["amount"], one["balance"]) for one in told["steps"]]
    assert steps == [
        ("charged", "8.0", "8.0"), ("charged", "2.0", "10.0"), ("used", "-1.5", "8.5"),
        ("held", "-1.0", "8.5"), ("lot_until", "5.5", None), ("lot_stopped", "2.0", None),
        ("kept", "1.0", None), ("balance", "5.5", None),
    ]  # fmt: skip
    sources = [one["source"]["id"] for one in told["steps"] if one["source"]]
    assert [sources[0], sources[1], sources[2]] == [lot["id"], stopped["id"], used["id"]]
    assert told["steps"][4]["text"]["en"] == f"Of a charge until the end of {day(3)}: 5.5."
    assert "\u20665.5\u2069" in told["steps"][4]["text"]["ar"]
    assert await owner.refused("GET", f"{BALANCES}/explain?client_id={wallet.client_id}"
                               f"&credit_type_id={wallet.client_id}") == (
        404, "credit_type_not_found")  # fmt: skip


async def test_a_statement_tells_what_came_and_went(owner: Person) -> None:
    """ME-11"""
    wallet = await Wallet.make(owner)
    lot = await wallet.charge("8")
    used = await wallet.use("3")
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    await wallet.use("2")
    await owner.post(f"{CHARGES}/{lot['id']}/refund", {"amount": "1"})
    days = {"client_id": wallet.client_id, "date_from": "2000-01-01", "date_to": "2999-01-01"}
    [found] = (await owner.get(f"{BALANCES}/statement", **days))["credit_types"]
    figures = [found[one] for one in ("opening", "issued", "used", "refunded", "closing")]
    assert figures == ["0", "8", "2", "1", "5"]
    assert [one["balance"] for one in found["lines"]] == ["8", "5", "8", "6", "5"]
    later = days | {"date_from": "2998-01-01"}
    [found] = (await owner.get(f"{BALANCES}/statement", **later))["credit_types"]
    assert (found["opening"], found["closing"], found["lines"]) == ("5", "5", [])


async def test_what_is_kept_of_no_charge_is_told_too(owner: Person) -> None:
    """opening 14"""
    wallet = await Wallet.make(owner, allow_negative=True)
    await wallet.charge("2")
    await wallet.hold("5")
    found = await wallet.balance()
    assert [found[one] for one in ("balance", "held", "overdrawn")] == ["-3", "5", "3"]
    whose = {"client_id": wallet.client_id, "credit_type_id": wallet.credit_type_id}
    told = await owner.get(f"{BALANCES}/explain", **whose)
    assert [(one["kind"], one["amount"], one["balance"]) for one in told["steps"]] == [
        ("charged", "2", "2"), ("held", "-5", "2"), ("kept", "5", None), ("owed", "3", None),
        ("balance", "-3", None),
    ]  # fmt: skip


async def test_a_statement_comes_to_all_of_it_though_it_lists_a_part(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-11"""
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    wallet = await Wallet.make(owner)
    for _ in range(3):
        await wallet.charge("2")
    await wallet.use("1")
    found = await owner.get(f"{BALANCES}/statement", client_id=wallet.client_id)
    [one] = found["credit_types"]
    assert (found["is_whole"], len(one["lines"])) == (False, 2)
    assert [one[name] for name in ("issued", "used", "closing")] == ["6", "1", "5"]


async def test_entries_come_to_nothing_and_hold_on_to_one_another(owner: Person) -> None:
    """opening 3"""
    wallet = await Wallet.make(owner)
    await wallet.charge("8")
    await wallet.use("3")
    found = (await owner.get(ENTRIES, client_id=wallet.client_id))["items"]
    ordered = sorted(found, key=lambda one: one["number"])
    assert [(one["account"], one["amount"]) for one in ordered] == [
        ("issued", "-8"), ("available", "8"), ("available", "-3"), ("used", "3"),
    ]  # fmt: skip
    assert len({one["hash"] for one in found}) == 4
    assert {len(one["hash"]) for one in found} == {sha256().digest_size * 2}
    [used] = {one["transaction_id"] for one in found if one["account"] == "used"}
    assert len(await owner.ids(ENTRIES, transaction_id=used)) == 2
