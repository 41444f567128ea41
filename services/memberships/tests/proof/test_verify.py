"""`memberships verify`: what was done through the doors fits, and no planted fault escapes."""

import asyncpg
import pytest

from chassis.testing.person import Person
from memberships.proof.schedules import prove, verify
from services.memberships.tests.memberships.holding import MEMBERSHIPS, freeze, hold, on_the, pay

START = "2026-01-31"
FAULTS = {
    "the renewal date was moved": (
        "update memberships set renewal_date = renewal_date + 1 where renewal_date is not null",
        "the renewal date"),
    "the first day was moved": (
        "update memberships set covered_from = covered_from + 1", "the first day covered"),
    "the end was moved": (
        "update memberships set cancelled_on = cancelled_on + 1", "the first day it is no more"),
    "a period was moved": (
        "update membership_periods set starts_on = starts_on + 1 where number = 2",
        "the first day of period 2"),
    "a period was made longer": (
        "update membership_periods set ends_on = ends_on + 1 where number = 1",
        "the end of period 1"),
    "a period was paid by nobody's leave": (
        "update membership_periods set granted_at = now() where granted_at is null",
        "the renewal date"),
    "a freeze is gone": ("delete from membership_freezes", "the renewal date"),
}  # fmt: skip


async def _busy(owner: Person) -> None:
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START, "2026-02-05", "2026-02-06")
        await freeze(owner, made, "2026-02-12", "2026-02-15")
        await pay(owner, made, 3, paid=False)
        await owner.post(f"{MEMBERSHIPS}/{made}/cancel")


async def plant(owner: Person, query: str) -> None:
    url = owner.service.context.settings.database_owner_url.get_secret_value()
    where = "and" if " where " in query else "where"
    connection = await asyncpg.connect(url)
    try:
        done = await connection.execute(f"{query} {where} tenant_id = $1", owner.caller.tenant_id)
    finally:
        await connection.close()
    assert not done.endswith(" 0"), query


async def test_what_was_done_fits(owner: Person) -> None:
    """ME-03"""
    await _busy(owner)
    async with on_the(owner, "2026-02-11"):
        suspended = await hold(owner, START)
        await owner.post(f"{MEMBERSHIPS}/{suspended}/suspend")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_escapes(owner: Person, fault: str) -> None:
    """ME-03: the first figure that does not fit is named."""
    await _busy(owner)
    query, figure = FAULTS[fault]
    await plant(owner, query)
    found = await prove(owner.service.context, owner.caller.tenant_id)
    assert found is not None
    assert found.about.startswith("membership ")
    assert found.figure == figure


async def test_the_program_names_the_fault_and_fails(
    owner: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    await _busy(owner)
    query, _ = FAULTS["the renewal date was moved"]
    await plant(owner, query)
    with pytest.raises(SystemExit) as ended:
        await verify(owner.service.context, ())
    told = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    [line] = [one for one in told if one.startswith(f"company {owner.caller.tenant_id}: ")]
    assert "the renewal date is 2026-04-05 and should be 2026-04-04" in line
    await plant(owner, "update memberships set renewal_date = renewal_date - 1")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
