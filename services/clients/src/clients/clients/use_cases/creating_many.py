"""Many clients added at once: each checked as one alone is, written together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from chassis.database import failure_of
from chassis.errors import Failure
from chassis.ids import new_id
from chassis.work import UnitOfWork
from clients.assignment_rules.use_cases import choose
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import derived
from clients.clients.schemas.records import ClientCreate
from clients.clients.tables import Client
from clients.clients.use_cases.checks import check_references
from clients.clients.use_cases.columns import amounts, columns_of, home_country
from clients.custom_fields.use_cases import values as custom
from clients.due_follow_ups.use_cases import begin_follow_up
from clients.folders import use_cases as folders
from clients.serials.rules import code_of
from clients.serials.use_cases import take_serial
from clients.tags import use_cases as tags
from refs.writing import check_may_write

Made: TypeAlias = Client | Failure


@dataclass(frozen=True, slots=True)
class _Checked:
    """A client who may be written."""

    values: dict[str, Any]
    written: custom.Written
    hours: dict[str, int]
    is_assigned: bool


class _Known:
    """What many of the same file name again and again, looked up once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._country: str | None = None
        self._places: dict[tuple[Any, ...], tuple[UUID, UUID]] = {}
        self._hours: dict[tuple[Any, ...], dict[str, int]] = {}
        self._tags: dict[tuple[str, ...], list[str]] = {}

    async def country(self) -> str:
        """What `home_country` says."""
        if self._country is None:
            self._country = await home_country(self._work)
        return self._country

    async def place(self, folder_id: UUID | None, status_id: UUID | None) -> tuple[UUID, UUID]:
        """What `folders.choose_place` says."""
        key = folder_id, status_id
        if key not in self._places:
            self._places[key] = await folders.choose_place(self._work, folder_id, status_id)
        return self._places[key]

    async def hours(self, values: dict[str, Any]) -> dict[str, int]:
        """What `check_references` says."""
        names = ("category_id", "bill_to_id", "pinned_status_id", "follow_up_status_id")
        key = tuple(values.get(name) for name in names)
        if key not in self._hours:
            self._hours[key] = await check_references(self._work, values)
        return self._hours[key]

    async def tags(self, wanted: Sequence[str]) -> list[str]:
        """What `tags.use` says."""
        key = tuple(wanted)
        if key not in self._tags:
            self._tags[key] = await tags.use(self._work, wanted)
        return list(self._tags[key])


async def create_clients(work: UnitOfWork, bodies: Sequence[ClientCreate]) -> list[Made]:
    """Add clients: each as it is, or why it was refused; one that is does not hinder the others."""
    known = _Known(work)
    checked: list[_Checked | Failure] = []
    for body in bodies:
        try:
            checked.append(await _check(work, known, body))
        except Failure as error:
            checked.append(_refusal(error))
    good = [one for one in checked if isinstance(one, _Checked)]
    made = iter(await _write_all(work, good))
    return [next(made) if isinstance(one, _Checked) else one for one in checked]


async def _write_all(work: UnitOfWork, some: Sequence[_Checked]) -> Sequence[Made]:
    """Together, or one by one where that fails: a code may be taken, or a unique value."""
    try:
        async with work.attempt():
            return await _write(work, some)
    except Exception as error:
        if len(some) == 1:
            return [_refusal(error)]
        _refusal(error)
    return [made for one in some for made in await _write_all(work, [one])]


async def _write(work: UnitOfWork, some: Sequence[_Checked]) -> list[Client]:
    found = await ClientRepository(work).write_many([one.values for one in some])
    for one, client in zip(some, found, strict=True):
        await custom.keep(work, client.id, one.written)
        planned = one.written.follow_ups | {
            field: await begin_follow_up(work, client.id, field, one.hours[field])
            for field in one.hours
        }
        work.publish(events.client_created(client, planned))
        if one.is_assigned:
            work.publish(events.staff_assigned(client, client.staff, []))
    return found


async def _check(work: UnitOfWork, known: _Known, body: ClientCreate) -> _Checked:
    folder_id, status_id = await known.place(body.folder_id, body.status_id)
    country = body.country_code or await known.country()
    written = await custom.values_of_new(work, folder_id, body, country)
    values = columns_of(body, country) | await amounts(work, body)
    await check_may_write(work, folder_id, values["editor_ids"])
    hours = await known.hours(values)
    values["tags"] = await known.tags(values["tags"])
    chosen_id = None if body.staff else await choose(work, folder_id, country)
    if chosen_id:
        values |= derived.staff([{"user_id": str(chosen_id), "role": "owner"}])
    serial = await take_serial(work)
    return _Checked(
        {
            **values, "id": new_id(), "folder_id": folder_id, "status_id": status_id,
            "source": body.source or derived.source(work.caller.principal), "serial": serial,
            **derived.code(body.code or code_of(serial)), "is_archived": False, **written.columns,
        },
        written, hours, bool(chosen_id),
    )  # fmt: skip


def _refusal(error: Exception) -> Failure:
    """What a single request would have been told; trouble of ours concerns all of them."""
    failure = failure_of(error)
    if failure is None or failure.status >= 500:
        raise error
    return failure
