"""`memberships verify`: what was done through the doors fits, and no planted fault escapes."""

import asyncpg
import pytest

from memberships.proof.schedules import prove
from services.memberships.tests.credit.world import ADJUSTMENTS, Wallet
from services.memberships.tests.factories import Person

# How something is made wrong in the company $1, and what names it.
ENTRY = """= (select id from credit_entries where tenant_id = $1 and account = 'used'
             order by id limit 1)"""
FAULTS = {
    "one side was changed": (
        f"update credit_entries set amount = amount + 1 where id {ENTRY}", "transaction"),
    "both sides were changed": (
        f"""update credit_entries set amount = amount * 2 where transaction_id =
            (select transaction_id from credit_entries where id {ENTRY})""", "account"),
    "a transaction is gone": (
        f"""delete from credit_entries where transaction_id =
            (select transaction_id from credit_entries where id {ENTRY})""", "account"),
    "an entry was made of another cause": (
        f"update credit_entries set cause = 'x' where id {ENTRY}", "account"),
    "there is more of a charge": (
        "update credit_lots set remaining = remaining + 1 where remaining = 3", "account"),
    "less is held": ("update credit_lots set held = 0 where held = 2", "charge"),
    "an account says there is more": (
        "update credit_accounts set available = available + 1 where true", "account"),
    "a use took more of a charge": (
        "update credit_parts set amount = amount + 1 where account = 'used'", "charge"),
    "a use was more": ("update credit_usages set amount = amount + 1 where amount = 3", "usage"),
    "the account forgets its last entry": (
        "update credit_accounts set head = 'x'::bytea where true", "account"),
    "an entry is another client's": (
        f"update credit_entries set client_id = gen_random_uuid() where id {ENTRY}", "account"),
    "a charge was more": (
        "update credit_lots set amount = amount + 1 where remaining = 3", "charge"),
    "an adjustment was another one": (
        "update credit_adjustments set amount = amount - 1 where amount = -1", "adjustment"),
    "a use names a charge that did not pay": (
        """update credit_parts set lot_id = (select id from credit_lots where remaining = 4
            and tenant_id = $1) where account = 'used'""", "charge"),
    "an adjustment names a charge that it did not touch": (
        """update credit_parts set lot_id = (select id from credit_lots where remaining = 4
            and tenant_id = $1) where account = 'adjusted'""", "charge"),
    "a hold has nothing": ("delete from credit_parts where account = 'held'", "charge"),
}  # fmt: skip


async def _plant(owner: Person, query: str) -> None:
    url = owner.service.context.settings.database_owner_url.get_secret_value()
    connection = await asyncpg.connect(url)
    try:
        done = await connection.execute(f"{query} and tenant_id = $1", owner.caller.tenant_id)
    finally:
        await connection.close()
    assert done.split()[-1] != "0"


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_named(owner: Person, name: str) -> None:
    """ME-10"""
    wallet = await Wallet.make(owner)
    await wallet.charge("9")
    await wallet.charge("4")
    await wallet.use("3")
    await wallet.hold("2")
    await owner.post(ADJUSTMENTS, wallet.body("-1", reason="x"))
    await wallet.prove()
    query, about = FAULTS[name]
    await _plant(owner, query)
    fault = await prove(owner.service.context, owner.caller.tenant_id)
    assert fault is not None
    assert str(fault).startswith(about)
