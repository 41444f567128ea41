"""What a merged client's status or field calls for: told of its survivor, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.clients.tests.clients.test_follow_ups import make_status, run, told, waiting
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person
from services.clients.tests.merges.making import undo, unite


async def named(owner: Person, events: Events) -> list[tuple[str, str]]:
    """Of whom what was told."""
    return [
        (one["data"]["client"]["name"], one["data"]["status_id"] or one["data"]["field"])
        for one in await told(owner, events)
    ]


async def two(owner: Person, ours: Json, theirs: Json) -> tuple[Json, Json]:
    return await owner.make_client("مدموج", **theirs), await owner.make_client("باقٍ", **ours)


async def choose(owner: Person, client: Json, **statuses: Any) -> None:
    await owner.post(f"{client['url']}/status", statuses)


async def test_both_wait_for_the_same_and_it_is_told_once(owner: Person, events: Events) -> None:
    """CL-40, CL-78: a status of either kind, whichever is due first; another one as well."""
    early, pinned = await make_status(owner, 2), await make_status(owner, 4, "pinned")
    other = await make_status(owner, 9, "pinned")
    both = {"follow_up_status_id": early}
    merged, survivor = await two(
        owner, both | {"pinned_status_id": other}, both | {"pinned_status_id": pinned}
    )
    await unite(owner, merged, survivor)
    jobs = await waiting(owner)
    await run(owner, sorted(jobs, key=lambda job: str(job["at"])) * 2)
    assert sorted(await named(owner, events)) == sorted(
        [("باقٍ", early), ("باقٍ", pinned), ("باقٍ", other)]
    )


async def test_a_time_in_a_field_is_told_once(owner: Person, events: Events) -> None:
    """CL-53, CL-78: the survivor has taken it over; parted again, it is the other one's alone."""
    field = {"key": "call_at", "label": "موعد الاتصال", "type": "follow_up_time"}
    await owner.post("/v1/custom-fields", field)
    soon = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    values = {"custom_fields": {"call_at": soon}}
    merged, survivor = await two(owner, {}, values)
    await unite(owner, merged, survivor)
    await run(owner, await waiting(owner))
    assert await named(owner, events) == [("باقٍ", "custom_fields.call_at")]
    again, other = await two(owner, {}, values)
    merge = await unite(owner, again, other)
    await undo(owner, merge)
    await run(owner, await waiting(owner))
    assert (await named(owner, events))[1:] == [("مدموج", "custom_fields.call_at")]


async def test_what_is_done_with_the_survivor_is_done_with_the_merged_one(
    owner: Person, events: Events
) -> None:
    """CL-40, CL-78: as long as it answers; parted, the merged one waits as it did."""
    long, quiet = await make_status(owner, 9), await make_status(owner, None)
    for another in (None, quiet, long):
        merged, survivor = await two(owner, {}, {"follow_up_status_id": long})
        jobs = await waiting(owner)
        merge = await unite(owner, merged, survivor)
        await choose(owner, survivor, follow_up_status_id=quiet)
        await choose(owner, survivor, follow_up_status_id=another)
        before = await named(owner, events)
        await run(owner, jobs)
        assert await named(owner, events) == before
        await undo(owner, merge)
    merged, survivor = await two(owner, {}, {"follow_up_status_id": long})
    merge = await unite(owner, merged, survivor)
    await choose(owner, survivor, follow_up_status_id=None)
    await undo(owner, merge)
    before, jobs = await named(owner, events), await waiting(owner)
    second = await unite(owner, merged, survivor)
    await undo(owner, second)
    await run(owner, jobs[-1:] * 2)
    assert (await named(owner, events))[len(before) :] == [("مدموج", long)]


async def test_merged_again_it_waits_again(owner: Person, events: Events) -> None:
    """CL-40, CL-78: what an earlier merge was done with is forgotten; chains end at the last."""
    long = await make_status(owner, 9)
    merged, survivor = await two(owner, {}, {"follow_up_status_id": long})
    merge = await unite(owner, merged, survivor)
    await choose(owner, survivor, follow_up_status_id=None)
    await undo(owner, merge)
    await unite(owner, merged, survivor)
    last = await owner.make_client("آخر")
    await unite(owner, survivor, last)
    await run(owner, await waiting(owner))
    assert await named(owner, events) == [("آخر", long)]
