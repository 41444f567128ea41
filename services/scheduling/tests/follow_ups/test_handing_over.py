"""Who leaves hands over whom they were to follow up at no time."""

from uuid import UUID

from chassis.events import Event
from scheduling.follow_ups.consumers import consumers
from scheduling.follow_ups.schedules import hand_over_follow_ups
from scheduling.follow_ups.use_cases.handing_over import HAND_OVER
from services.scheduling.tests.appointments.planning import NINE, at
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    jobs_of,
    make_action,
    remember_client,
    remember_user,
)

FOLLOW_UPS = "/v1/follow-ups"


async def leave(owner: Person, leaver: UUID, heir: UUID) -> None:
    """They are deactivated, with and without an heir; what follows runs twice."""
    for told in ("", str(leaver), str(heir)):
        left = {"user": {"id": str(leaver)}, "hand_over_to_id": told}
        await hear(owner, consumers, Event("edge.user.deactivated", leaver, left, actor="user:x"))
    [payload] = await jobs_of(owner, HAND_OVER)
    for _ in range(2):
        await hand_over_follow_ups(owner.service.context, owner.caller.tenant_id, payload)


async def test_who_leaves_hands_over_whom_they_follow_up(owner: Person, events: Events) -> None:
    """CL-43, WE-17: what nobody is named for was for who made it; what is over stays theirs."""
    leaver, heir, other = [await remember_user(owner) for _ in range(3)]
    call = await make_action(owner, subject="client")
    body: Json = {"client_id": str(await remember_client(owner)), "action_id": call["id"]}
    named = body | {"staff_ids": [str(other), str(leaver)]}
    both = body | {"staff_ids": [str(heir), str(leaver)]}
    one, two, timed, done = [
        await owner.post(FOLLOW_UPS, fields)
        for fields in (named, both, named | {"at": at(NINE)}, named)
    ]
    await owner.post(f"{FOLLOW_UPS}/{done['id']}/complete")
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as gone:
        own = await gone.post(FOLLOW_UPS, body)
        gone_id = await remember_user(owner, id=str(gone.caller.user_id))
    elsewhere = await owner.post(FOLLOW_UPS, body | {"staff_ids": [str(other)]})
    await leave(owner, leaver, heir)
    await leave(owner, gone_id, heir)
    found = {
        name: (await owner.get(f"{FOLLOW_UPS}/{made['id']}"))["staff_ids"]
        for name, made in (("one", one), ("two", two), ("own", own), ("timed", timed),
                           ("done", done), ("elsewhere", elsewhere))
    }  # fmt: skip
    assert found == {
        "one": [str(other), str(heir)], "two": [str(heir)], "own": [str(heir)],
        "timed": named["staff_ids"], "done": named["staff_ids"], "elsewhere": [str(other)],
    }  # fmt: skip
    told = [one["subject"] for one in await events(owner.caller)
            if one["type"] == "scheduling.follow_up.updated"]  # fmt: skip
    assert sorted(told) == sorted([one["id"], two["id"], own["id"]])
