"""Numbers without a gap or a double, whoever takes them at once and whatever fails."""

import asyncio

from billing.series.use_cases import take_number
from services.billing.tests.factories import Person

SERIES = "/v1/series"


class _Failed(Exception):
    """What a document fails with after it had its number."""


async def _take(person: Person, *, fails: bool = False) -> str | None:
    try:
        async with person.service.context.database.work(person.caller) as work:
            taken = await take_number(work, "invoice", None)
            await asyncio.sleep(0)
            if fails:
                raise _Failed()
    except _Failed:
        return None
    return taken.number


async def test_24_at_once_have_24_numbers_in_a_row(owner: Person) -> None:
    """BI-07: from the very first on, though every third of them fails."""
    found = await asyncio.gather(*(_take(owner, fails=n % 3 == 0) for n in range(36)))
    numbers = sorted(one for one in found if one)
    assert numbers == [f"INV-{place:06}" for place in range(1, 25)]
    assert await _take(owner) == "INV-000025"


async def test_a_series_that_is_replaced_meanwhile_leaves_no_gap(owner: Person) -> None:
    """BI-07: each number is of the old or of the new one, and both go on without a gap."""
    await owner.post(SERIES, {"document_type": "invoice", "prefix": "A-"})

    async def replace() -> None:
        await owner.post(SERIES, {"document_type": "invoice", "prefix": "B-"})

    taking = [_take(owner) for _ in range(12)]
    found = await asyncio.gather(*taking, replace(), *(_take(owner) for _ in range(12)))
    numbers = [one for one in found if one]
    assert len(numbers) == 24
    for prefix in ("A-", "B-"):
        own = sorted(one for one in numbers if one.startswith(prefix))
        assert own == [f"{prefix}{place:06}" for place in range(1, len(own) + 1)]


async def test_many_who_begin_a_series_leave_one_current(owner: Person) -> None:
    """BI-07"""
    bodies = [{"document_type": "invoice", "prefix": f"{letter}-"} for letter in "ABCDEFGH"]
    answers = await asyncio.gather(*(owner.http.post(SERIES, json=one) for one in bodies))
    assert {one.status_code for one in answers} == {201}
    assert len(await owner.ids(SERIES, current=True)) == 1
    assert len(await owner.ids(SERIES)) == 8
