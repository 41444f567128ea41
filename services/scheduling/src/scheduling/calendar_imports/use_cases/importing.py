"""The appointments of a calendar, taken in for the clients who come to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from background.imports.rules.bodies import Body, Faults, Places
from background.imports.rules.reading import Row
from background.imports.tables import ImportRow
from background.imports.use_cases.importing import Line
from chassis.context import Context
from chassis.errors import Failure, MissingPermission
from chassis.work import UnitOfWork
from refs import about
from refs.reading import ensure_tenant
from refs.writing import Access
from scheduling.appointments.rules import times
from scheduling.appointments.use_cases.naming import check_named
from scheduling.appointments.use_cases.taking_over import Former, take_over
from scheduling.calendar_imports import repository
from scheduling.calendar_imports.repository import FILES, Place
from scheduling.calendar_imports.rules import reading
from scheduling.calendar_imports.rules.entries import Key
from scheduling.calendar_imports.rules.failures import KnownAlready
from scheduling.calendar_imports.rules.owners import owner_of
from scheduling.claims.rules import SlotTaken
from scheduling.defaults.use_cases import settings_of

# Clients answers for 500 keys at once, and an entry may have ten.
CHUNK: Final = 50
WRITE: Final = "scheduling:write"


@dataclass(slots=True)
class _Said:
    """What clients said of the keys in some rows, and of whom those name; None: of several."""

    clients: Mapping[Key, UUID | None] = field(default_factory=dict)
    access: Mapping[UUID, Access] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Owners:
    """Whom the rows of a chunk name, and which of those may be changed."""

    clients: Mapping[Key, UUID | None]
    subjects: Mapping[UUID, about.Subject | Failure]

    def of(self, said: Mapping[str, Any]) -> UUID:
        """Whose an entry is; raises why it cannot be."""
        keys = reading.keys_of(said)
        found = self.subjects[owner_of(keys, self.clients, reading.otherwise_of(said))]
        if isinstance(found, Failure):
            raise found
        return found.id


class Calendars:
    """The kind of import; one worker's questions about the clients of the rows."""

    files = FILES
    rows = repository.ROWS

    def __init__(self, context: Context) -> None:
        self._context = context
        self._said = _Said()

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def ask_about(self, work: UnitOfWork, rows: Sequence[Row], _: Places) -> None:
        """Whose the next rows are, asked at once before their transaction."""
        await ensure_tenant(self._context, work.tenant_id)
        read = [reading.read_row(row) for row in rows]
        keys = {key for one in read for key in reading.keys_of(one)}
        found: Mapping[Key, UUID | None] = {}
        if keys:
            found = await self._context.peers.find_clients(work, keys)
        named = (*found.values(), *map(reading.otherwise_of, read))
        ids = {one for one in named if one is not None}
        self._said = _Said(found, await about.ask_about_each(work, self._context, ids))

    async def target(self, work: UnitOfWork, asked: Mapping[str, Any]) -> "Appointments":
        """For the next chunk; raises MissingPermission, and who or what is not there any more."""
        if not work.caller.may(WRITE):
            raise MissingPermission(permission=WRITE)
        subjects: Mapping[UUID, about.Subject | Failure] = {}
        if self._said.access:
            subjects = await about.clients_to_write(work, self._said.access)
        chosen = _Chosen.of(asked)
        await check_named(work, {"staff_ids": chosen.staff_ids, "action_id": chosen.action_id})
        return Appointments(work, chosen, _Owners(self._said.clients, subjects))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is said of all appointments."""

    staff_ids: Sequence[UUID]
    action_id: UUID | None
    without_staff: bool

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "_Chosen":
        """From what a job keeps of it."""
        return cls(
            [UUID(one) for one in asked["staff_ids"]],
            UUID(asked["action_id"]) if asked["action_id"] else None,
            without_staff=asked["when_taken"] == "without_staff",
        )


class Appointments:
    """What the rows of a chunk become."""

    key_path = ""
    read_last: tuple[str, ...] = ()

    def __init__(self, work: UnitOfWork, chosen: _Chosen, owners: _Owners) -> None:
        self._work, self._chosen, self._owners = work, chosen, owners

    def body_of(self, row: Row, _: Places) -> Body:
        """What a row says."""
        return Body(values=reading.read_row(row))

    def keys_of(self, _: Body) -> list[str]:
        """None: appointments are made, never changed."""
        return []

    async def matching(self, _: Sequence[str]) -> dict[str, set[UUID]]:
        """None, for the same reason."""
        return {}

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """No row stands for one that is there."""
        raise NotImplementedError

    async def create(self, lines: Sequence[Line]) -> None:
        """Appointments of the rows that may be; the others are told why not."""
        await repository.take_turn(self._work)
        new = await self._unknown([line for line in lines if not _is_settled(line)])
        usual = timedelta(minutes=(await settings_of(self._work)).appointment_minutes)
        wanted: list[tuple[Line, Former]] = []
        for line in new:
            try:
                wanted.append((line, self._former(line.body.values, usual)))
            except Failure as failure:
                line.refused(failure)
        await self._keep(wanted)
        for line in lines:
            line.outcome = self._shown(line)

    async def _unknown(self, lines: Sequence[Line]) -> list[Line]:
        """Those that are not here yet, be it by an earlier one of them."""
        places = {line.number: _place(line) for line in lines}
        own = {uid: found for uid, _ in places.values() if (found := reading.own_id(uid))}
        here = await repository.known(self._work, places.values())
        ours = await repository.ours(self._work, own.values())
        new = []
        for line in lines:
            place = places[line.number]
            if place in here or own.get(place[0]) in ours:
                _left_out(line, reading.fault(KnownAlready()))
            else:
                new.append(line)
                here.add(place)
        return new

    def _former(self, said: Mapping[str, Any], usual: timedelta) -> Former:
        ends_at = times.end(said["starts_at"], said["ends_at"], None, usual)
        return Former(
            client_id=self._owners.of(said), starts_at=said["starts_at"], ends_at=ends_at,
            staff_ids=self._chosen.staff_ids, action_id=self._chosen.action_id,
            title=said["title"], location=said["location"], note=said["note"],
        )  # fmt: skip

    async def _keep(self, wanted: Sequence[tuple[Line, Former]]) -> None:
        made = await take_over(
            self._work, [one for _, one in wanted], without_staff=self._chosen.without_staff
        )
        kept: list[tuple[Place, UUID]] = []
        for (line, former), appointment in zip(wanted, made, strict=True):
            if appointment is None:
                line.refused(SlotTaken(field="starts_at"))
                continue
            kept.append((_place(line), appointment.id))
            line.outcome = ImportRow(
                row=line.number, outcome="created", record_id=appointment.id,
                client_id=former.client_id, faults=line.body.values["remark"],
                after={"version": appointment.version},
            )  # fmt: skip
        await repository.remember(self._work, kept)

    def _shown(self, line: Line) -> ImportRow | None:
        """By what somebody knows the entry: what it is called only beside whose it is, since with
        them that is forgotten.
        """
        if line.outcome is None:
            return None
        said, starts_at = line.body.values, line.body.values["starts_at"]
        owner = line.outcome.client_id or self._owner(said)
        at = f"{starts_at:%Y-%m-%dT%H:%M:%S.%fZ}" if starts_at else None
        told = {"title": said["title"] if owner else None, "starts_at": at}
        after = {**(line.outcome.after or {}), **told}
        return replace(line.outcome, client_id=owner, after=after)

    def _owner(self, said: Mapping[str, Any]) -> UUID | None:
        try:
            return self._owners.of(said)
        except Failure:
            return None


def _place(line: Line) -> Place:
    return line.body.values["uid"], line.body.values["recurrence"]


def _is_settled(line: Line) -> bool:
    """Whether the file itself says that nothing comes of it."""
    said = line.body.values
    if said["failure"]:
        line.failed(said["failure"])
    elif said["left_out"]:
        _left_out(line, said["left_out"])
    return line.outcome is not None


def _left_out(line: Line, faults: Faults) -> None:
    line.outcome = ImportRow(row=line.number, outcome="unchanged", faults=faults)
