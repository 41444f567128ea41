"""Rows that change clients who are there, and taking an import back."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from chassis.database import failure_of
from chassis.errors import Failure
from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases import changing, placing
from clients.clients.use_cases.columns import home_country
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports.repository import ImportRows
from clients.imports.rules import changes, rows
from clients.imports.rules.rows import Body
from clients.imports.schemas import Changes, NewPlace, NewStaff, NewStatus
from clients.imports.tables import ImportRow
from clients.jobs.rules import Task
from clients.jobs.use_cases import ending, going_on
from clients.serials.rules import code_of

_UNDONE, _KEPT = "undone", "kept"
_BEYOND = 2**31 - 1


async def update_from_row(work: UnitOfWork, number: int, body: Body, client_id: UUID) -> ImportRow:
    """Change the client as far as the row says something new."""
    try:
        async with work.attempt():
            before, after = await _update(work, client_id, body.values)
    except ValidationError as error:
        return _failed(number, client_id, rows.faults_of_shape(body, error))
    except Exception as error:
        return _failed(number, client_id, rows.faults_of(body, _refusal(error)))
    was, now = changes.difference(before, after)
    outcome = "updated" if now or after.version > before.version else "unchanged"
    return ImportRow(row=number, outcome=outcome, client_id=client_id, before=was, after=now)


async def go_on_undoing(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back, the last rows first: they stand on earlier ones."""
    done_by = task.undo_of_id or task.id
    made = ImportRows(work, done_by)
    some = await made.next_to_undo(task.state.get("row", _BEYOND))
    if not some:
        undone = await made.undone()
        return ending(work, {name: undone.get(name, 0) for name in (_UNDONE, _KEPT)})
    await made.note({one.row: await _take_back(work, one) for one in some})
    return going_on(task.done + len(some), {"row": some[-1].row})


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
    if row.client_id is None:
        return _KEPT
    try:
        async with work.attempt():
            client = await ClientRepository(work).get_for_update(row.client_id)
            if client.id != row.client_id:  # merged since: another one answers for it
                return _KEPT
            if row.outcome == "created":
                return await _put_away(work, client, row.after or {})
            return await _put_back(work, client, row.before or {}, row.after or {})
    except Exception as error:
        _refusal(error)
        return _KEPT


async def _put_away(work: UnitOfWork, client: Any, after: dict[str, Any]) -> str:
    """Its code and unique values are free again, for the same file with its faults mended."""
    if client.is_archived or changes.digest(client) != after.get("digest"):
        return _KEPT
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
    return _UNDONE


async def _put_back(
    work: UnitOfWork, client: Any, before: dict[str, Any], after: dict[str, Any]
) -> str:
    back = changes.as_sent(changes.to_put_back(client, before, after))
    if not back:
        return _KEPT
    own = {name: back[name] for name in changes.OWN if name in back}
    if own:
        await changing.update_client(work, client.id, Changes.model_validate(own))
    await _place(work, client.id, back)
    if "staff" in back:
        change = {"add": back["staff"], "remove": [one["user_id"] for one in client.staff]}
        await changing.assign_staff(work, client.id, NewStaff.model_validate(change))
    return _UNDONE if back.keys() == before.keys() else _KEPT


def _failed(number: int, client_id: UUID, faults: list[dict[str, Any]]) -> ImportRow:
    return ImportRow(row=number, outcome="failed", client_id=client_id, faults=faults)


def _refusal(error: Exception) -> Failure:
    """What a single request would have been told; trouble of ours concerns the whole chunk."""
    failure = failure_of(error)
    if failure is None or failure.status >= 500:
        raise error
    return failure
