"""Rows that change clients who are there, and taking an import back."""

from typing import Any
from uuid import UUID

from background.imports.rules.bodies import Body
from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases import changing, placing
from clients.clients.use_cases.columns import home_country
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports.repository import ROWS
from clients.imports.rules import changes
from clients.imports.schemas import Changes, NewPlace, NewStaff, NewStatus
from clients.serials.rules import code_of


async def update_from_row(work: UnitOfWork, number: int, body: Body, client_id: UUID) -> ImportRow:
    """Change the client as far as the row says something new."""
    before, after = await _update(work, client_id, body.values)
    was, now = changes.difference(before, after)
    outcome = "updated" if now or after.version > before.version else "unchanged"
    return ImportRow(row=number, outcome=outcome, record_id=client_id, before=was, after=now)


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back."""
    return await go_on_undoing(work, task, ROWS, _take_back)


async def _update(work: UnitOfWork, client_id: UUID, values: dict[str, Any]) -> tuple[Any, Any]:
    before = await ClientRepository(work).get_for_update(client_id)
    country = values.get("country_code") or before.country_code or await home_country(work)
    own = changes.own_changes(before, values, country)
    if own:
        await changing.update_client(work, client_id, Changes.model_validate(own))
    await _place(work, client_id, values)
    if "staff" in values:
        change = NewStaff.model_validate({"add": values["staff"]})
        await changing.assign_staff(work, client_id, change)
    return before, await ClientRepository(work).get(client_id)


async def _place(work: UnitOfWork, client_id: UUID, values: dict[str, Any]) -> None:
    statuses = {name: values[name] for name in changes.FOLLOW_UPS if name in values}
    if "folder_id" in values:
        place = NewPlace.model_validate(
            {name: values[name] for name in changes.PLACE if name in values}
        )
        await placing.move_client(work, client_id, place.folder_id, place.status_id)
    elif "status_id" in values:
        statuses["status_id"] = values["status_id"]
    if statuses:
        await placing.change_status(work, client_id, NewStatus.model_validate(statuses))


async def _take_back(work: UnitOfWork, row: ImportRow) -> str:
    """A client that the import made is archived; of one that it changed, what still stands so."""
    if row.record_id is None:
        return KEPT
    client = await ClientRepository(work).get_for_update(row.record_id)
    if client.id != row.record_id:  # merged since: another one answers for it
        return KEPT
    if row.outcome == "created":
        return await _put_away(work, client, row.after or {})
    return await _put_back(work, client, row.before or {}, row.after or {})


async def _put_away(work: UnitOfWork, client: Any, after: dict[str, Any]) -> str:
    """Its code and unique values are free again, for the same file with its faults mended."""
    if client.is_archived or changes.digest(client) != after.get("digest"):
        return KEPT
    fields = await definitions(work)
    own = {
        key: None for key in client.custom_fields
        if (field := fields.by_key.get(key)) and field.unique and not field.required
    }  # fmt: skip
    released: dict[str, Any] = {"custom_fields": own} if own else {}
    if client.code != code_of(client.serial):
        released["code"] = code_of(client.serial)
    if released:
        await changing.update_client(work, client.id, Changes.model_validate(released))
    await changing.archive_client(work, client.id, archived=True)
    return UNDONE


async def _put_back(
    work: UnitOfWork, client: Any, before: dict[str, Any], after: dict[str, Any]
) -> str:
    back = changes.as_sent(changes.to_put_back(client, before, after))
    if not back:
        return KEPT
    own = {name: back[name] for name in changes.OWN if name in back}
    if own:
        await changing.update_client(work, client.id, Changes.model_validate(own))
    await _place(work, client.id, back)
    if "staff" in back:
        change = {"add": back["staff"], "remove": [one["user_id"] for one in client.staff]}
        await changing.assign_staff(work, client.id, NewStaff.model_validate(change))
    return UNDONE if back.keys() == before.keys() else KEPT
