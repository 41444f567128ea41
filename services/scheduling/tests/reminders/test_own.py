"""Whom the own reminders of an appointment go to."""

from datetime import timedelta
from typing import Final

from services.scheduling.tests.appointments.planning import make_appointment, path_of
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Person, remember_client, remember_user
from services.scheduling.tests.reminders.reminding import heard, reminders_of
from services.scheduling.tests.staffed import TODAY

TOMORROW: Final = TODAY + timedelta(days=1)


async def test_who_may_not_send_messages_reminds_staff_alone(owner: Person, events: Events) -> None:
    """SC-04: else anybody could have any client mailed; who may says so by setting them anew."""
    staff = str(await remember_user(owner))

    async def recipients() -> list[tuple[int, str]]:
        await heard(owner, events)
        found = await reminders_of(owner, state="pending")
        return sorted((one["minutes"], one["to"]) for one in found)

    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        made = await make_appointment(
            agent, TOMORROW, client_id=str(await remember_client(owner)), staff_ids=[staff],
            reminders=[60, 1380],
        )  # fmt: skip
        assert not made["reminds_client"]
        assert await recipients() == [(60, "staff"), (1380, "staff")]
        anew = await owner.patch(path_of(made), {"reminders": [60, 1380]})
        assert anew["reminds_client"] and len(await recipients()) == 4
        # What is left of what somebody set who may is theirs still.
        await agent.patch(path_of(made), {"reminders": [60]})
        assert await recipients() == [(60, "client"), (60, "staff")]
        await agent.patch(path_of(made), {"reminders": [60, 30]})
        assert await recipients() == [(30, "staff"), (60, "staff")]


async def test_of_a_series_whoever_may_not_send_messages_reminds_staff_alone(
    owner: Person, events: Events
) -> None:
    """SC-04: as it is set, as it is changed, and as it goes on."""
    staff = str(await remember_user(owner))
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        made = await make_appointment(
            agent, TOMORROW, client_id=str(await remember_client(owner)), staff_ids=[staff],
            reminders=[60], recurrence="FREQ=DAILY;COUNT=3",
        )  # fmt: skip
        await heard(owner, events)
        assert [one["to"] for one in await reminders_of(owner)] == ["staff"] * 3
        await owner.patch(path_of(made), {"reminders": [60], "scope": "all"})
        await heard(owner, events)
        assert len(await reminders_of(owner, to="client")) == 3
        await agent.patch(path_of(made), {"reminders": [90], "scope": "all"})
        await heard(owner, events)
        assert [one["to"] for one in await reminders_of(owner)] == ["staff"] * 3


async def test_what_is_made_to_recur_reminds_the_client_of_the_first_alone(
    owner: Person, events: Events
) -> None:
    """SC-04: by who may not send messages; else one request is hundreds of mails."""
    staff = str(await remember_user(owner))
    made = await make_appointment(
        owner, TOMORROW, client_id=str(await remember_client(owner)), staff_ids=[staff],
        reminders=[60],
    )  # fmt: skip
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        await agent.patch(path_of(made), {"recurrence": "FREQ=DAILY;COUNT=3"})
    await heard(owner, events)
    found = [one["to"] for one in await reminders_of(owner)]
    assert sorted(found) == ["client", "staff", "staff", "staff"]
