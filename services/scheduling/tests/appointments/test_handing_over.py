"""Who leaves hands over what they were to come to."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.events import Event
from chassis.ids import new_id
from scheduling.appointments.consumers import consumers
from scheduling.appointments.rules.handing import handed_over
from scheduling.appointments.schedules import hand_over_appointments
from scheduling.appointments.use_cases.handing_over import HAND_OVER
from services.scheduling.tests.appointments.planning import (
    APPOINTMENTS,
    HOUR,
    NINE,
    at,
    make_appointment,
    path_of,
)
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Json, Person, hear, jobs_of, remember_user


async def leave(owner: Person, leaver: UUID, heir: UUID) -> None:
    """They are deactivated, with and without an heir; what follows runs twice."""
    for told in ("", str(leaver), str(heir)):
        left = {"user": {"id": str(leaver)}, "hand_over_to_id": told}
        await hear(owner, consumers, Event("edge.user.deactivated", leaver, left, actor="user:x"))
    [payload] = await jobs_of(owner, HAND_OVER)
    for _ in range(2):
        await hand_over_appointments(owner.service.context, owner.caller.tenant_id, payload)


async def staff_of(owner: Person, one: Json) -> list[str]:
    found: list[str] = (await owner.get(path_of(one)))["staff_ids"]
    return found


async def test_the_heir_comes_unless_they_are_elsewhere(owner: Person, events: Events) -> None:
    """SC-01: what could not be handed over is left to nobody, and told."""
    leaver, heir, other = [await remember_user(owner) for _ in range(3)]
    mine: Json = {"staff_ids": [str(leaver)]}
    one = await make_appointment(owner, **mine)
    both = await make_appointment(owner, NINE + 2 * HOUR, staff_ids=[str(leaver), str(heir)])
    busy = await make_appointment(owner, NINE + 4 * HOUR, staff_ids=[str(heir)])
    clash = await make_appointment(
        owner, NINE + 4 * HOUR, staff_ids=[str(other), str(leaver)]
    )  # fmt: skip
    alone = await make_appointment(owner, NINE + 4 * HOUR + HOUR / 2 + HOUR, **mine)
    gone = await make_appointment(owner, NINE + 9 * HOUR, **mine)
    await owner.post(path_of(gone, "cancel"))
    await make_appointment(owner, NINE + 5 * HOUR + HOUR / 2, staff_ids=[str(heir)])
    await leave(owner, leaver, heir)
    assert await staff_of(owner, one) == [str(heir)] == await staff_of(owner, both)
    assert await staff_of(owner, busy) == [str(heir)]
    assert await staff_of(owner, clash) == [str(other)] and await staff_of(owner, alone) == []
    assert await staff_of(owner, gone) == [str(leaver)]
    assert await owner.ids(APPOINTMENTS, staff_id=str(leaver)) == [gone["id"]]
    told = {
        one["subject"]: one["data"].get("reason") for one in await events(owner.caller)
        if one["type"] == "scheduling.appointment.unstaffed"
    }  # fmt: skip
    assert told == {clash["id"]: "slot_taken", alone["id"]: "slot_taken"}
    taken = {"client_id": one["client_id"], "starts_at": at(NINE)}
    heirs = taken | {"staff_ids": [str(heir)]}
    assert await owner.refused("POST", APPOINTMENTS, heirs) == (409, "slot_taken")
    await owner.post(APPOINTMENTS, taken | {"staff_ids": [str(leaver)]})


async def test_a_series_is_handed_over_in_one_event(owner: Person, events: Events) -> None:
    leaver, heir = await remember_user(owner), await remember_user(owner)
    made = await make_appointment(
        owner, staff_ids=[str(leaver)], recurrence="FREQ=WEEKLY;COUNT=4"
    )  # fmt: skip
    await leave(owner, leaver, heir)
    assert len(await owner.ids(APPOINTMENTS, staff_id=str(heir))) == 4
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment_series.updated"
    assert told["subject"] == made["series_id"] and len(told["data"]["appointments"]) == 4


@dataclass(frozen=True)
class Due:
    """As the rule looks at an appointment: two hours from some hour on."""

    starts: int
    staff_ids: list[UUID]
    id: UUID = field(default_factory=new_id)

    @property
    def starts_at(self) -> datetime:
        return NINE + self.starts * HOUR

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + 2 * HOUR


LEAVER, HEIR, OTHER = new_id(), new_id(), new_id()


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([
        [LEAVER], [LEAVER, OTHER], [LEAVER, HEIR], [OTHER, LEAVER, HEIR],
    ])), max_size=12),
    st.lists(st.integers(0, 40), max_size=6),
)  # fmt: skip
def test_the_heir_is_never_in_two_places(
    some: list[tuple[int, list[UUID]]], busy: list[int]
) -> None:
    """Nobody else changes, nobody stands twice, and the leaver nowhere."""
    asked = [Due(at_hour, staff) for at_hour, staff in some]
    own = [one for one in asked if HEIR in one.staff_ids]
    spans = [(NINE + one * HOUR, NINE + (one + 1) * HOUR) for one in busy]
    spans += [(one.starts_at, one.ends_at) for one in own]
    found = handed_over(asked, LEAVER, HEIR, spans)
    taken = list(spans)
    for one in asked:
        staff = found[one.id]
        assert LEAVER not in staff and len(set(staff)) == len(staff)
        assert (OTHER in staff) == (OTHER in one.staff_ids)
        if one not in own and HEIR in staff:
            assert all(one.ends_at <= start or end <= one.starts_at for start, end in taken)
            taken.append((one.starts_at, one.ends_at))
