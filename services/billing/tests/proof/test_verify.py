"""`billing verify`: what was done through the doors fits, and no planted fault escapes."""

from uuid import UUID

import asyncpg
import pytest

from billing.proof import repository
from billing.proof.schedules import prove, verify
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import PAYMENTS, client, owed, pay

# How a figure is made wrong, in the company $1 and with an entry of its cash, and what names it.
ENTRY = """ = (select id from ledger_entries where tenant_id = $1 and account = 'cash'
              order by id limit 1)"""
ITS_TRANSACTION = f"(select transaction_id from ledger_entries where id {ENTRY})"
FAULTS: dict[str, tuple[str, str | tuple[str, str]]] = {
    "one side was changed": (
        f"update ledger_entries set amount_minor = amount_minor + 1 where id {ENTRY}",
        "transaction"),
    "both sides were changed": (
        f"update ledger_entries set amount_minor = amount_minor * 2"
        f" where transaction_id = {ITS_TRANSACTION}", "payment"),
    "a transaction is gone": (
        f"delete from ledger_entries where transaction_id = {ITS_TRANSACTION}", "payment"),
    "an entry is of another document": (
        f"update ledger_entries set document_id = uuidv7() where id {ENTRY}", "payment"),
    "an invoice says it is paid": (
        "update invoices set paid_minor = paid_minor - 1 where paid_minor = 30000", "invoice"),
    "a tax is more": (
        "update invoices set tax_minor = 5 where total_minor = 30000", "invoice"),
    "a payment says it is used up": (
        "update payments set allocated_minor = allocated_minor + 1 where amount_minor = 50000",
        "payment"),
    "a refund is more": ("update refunds set amount_minor = amount_minor + 1 where true",
                         ("payment", "refund")),
    "credit is used twice": (
        "update credit_draws set amount_minor = amount_minor + 1 where true", "payment"),
    "an allocation is gone": (
        "delete from payment_allocations where amount_minor = 30000", "invoice"),
    "a number is missing": (
        "update invoices set number = 'INV-000009' where number = 'INV-000002'", "series"),
    "an issued invoice says something else": (
        "update invoices set notes = 'x' where number = 'INV-000002'", "invoice"),
    "a receipt is missing": (
        "update series set next_number = next_number + 1 where document_type = 'receipt'",
        "series"),
}  # fmt: skip


async def _busy(owner: Person) -> None:
    """Everything happens once."""
    sara = await client(owner)
    bill, other = await owed(owner, "300.00", sara), await owed(owner, "70.00", sara)
    await owed(owner, "0.00")
    made = await pay(owner, "500.00", sara, of={bill["id"]: "300.00"})
    await pay(owner, "50.00", sara, method="credit", of={other["id"]: "50.00"})
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "20.00"})
    for steps in (("deposit", "bounce"), ("deposit", "clear"), ()):
        cheque = await pay(owner, "5.00", sara, method="cheque", auto_allocate=True)
        for step in steps:
            await owner.post(f"{PAYMENTS}/{cheque['id']}/{step}")


async def _plant(owner: Person, query: str) -> None:
    url = owner.service.context.settings.database_owner_url.get_secret_value()
    connection = await asyncpg.connect(url)
    try:
        done = await connection.execute(f"{query} and tenant_id = $1", owner.caller.tenant_id)
    finally:
        await connection.close()
    assert not done.endswith(" 0"), query


@pytest.mark.parametrize("name", FAULTS)
async def test_whatever_was_planted_is_found(
    owner: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """BI-09, BI-13: in pieces of two, with the first entry that does not fit."""
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    monkeypatch.setattr(repository, "PIECE", 2)
    await _busy(owner)
    assert await prove(context, tenant_id) is None
    query, about = FAULTS[name]
    await _plant(owner, query)
    fault = await prove(context, tenant_id)
    assert fault is not None and fault.about.startswith(about), fault
    assert fault.expected != fault.found
    if "changed" in name:
        assert UUID(fault.entry)


async def test_the_program_names_the_fault_and_fails(
    owner: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """BI-09: every company is looked at."""
    sara = await client(owner)
    await pay(owner, "5.00", sara)
    await _plant(owner, FAULTS["one side was changed"][0])
    with pytest.raises(SystemExit) as ended:
        await verify(owner.service.context, ())
    told = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    [line] = [one for one in told if one.startswith(f"company {owner.caller.tenant_id}: ")]
    assert "transaction" in line and "first entry: " in line
    assert int(told[-1].split()[0]) >= len(told) - 1
