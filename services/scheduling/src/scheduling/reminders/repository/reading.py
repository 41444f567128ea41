"""How reminders are listed and shown."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.work import UnitOfWork
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.reminders.rules.states import ReminderNotFound
from scheduling.reminders.tables import Reminder, reminders

_C: Final = reminders.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_SURVIVOR: Final = survivor_of(client_refs, _C.client_id)


def _word(text: str) -> Any:
    return literal_column(f"'{text}'", Text)


def _any(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _only(kind: str) -> ColumnElement[Any]:
    return case((_C.subject_type == _word(kind), _C.subject_id))


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "reminder_rule_id", "minutes", "channel",
        "starts_at", "due_at", "state", "reason", "message_id", "sent_at",
    )},
    "client_id": _SURVIVOR,
    "url": _word("/v1/clients/") + cast(_SURVIVOR, Text),
    "appointment_id": _only("appointment"), "booking_id": _only("booking"), "to": _C.recipient,
    "user_id": case((_C.recipient == _word("staff"), _C.recipient_id)),
}  # fmt: skip
_LIST: Final = ListQuery(
    source=reminders, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(
            client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        "appointment_id": _any(_C.subject_id, "appointment_id")
        & (_C.subject_type == _word("appointment")),
        "booking_id": _any(_C.subject_id, "booking_id") & (_C.subject_type == _word("booking")),
        "user_id": _any(_C.recipient_id, "user_id") & (_C.recipient == _word("staff")),
        **{name: _any(_C[name], name) for name in ("state", "channel", "reminder_rule_id")},
        "to": _any(_C.recipient, "to"),
        "due_from": _C.due_at >= _moment("due_from"), "due_to": _C.due_at < _moment("due_to"),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={name: _C[name] for name in ("due_at", "updated_at", "created_at")},
    default_sort="due_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(reminders, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id", type_=Uuid))


class SeenReminderRepository(AboutClients[Reminder]):
    """The reminders of what is with the clients that the caller sees."""

    table = reminders
    row = Reminder
    scope = _SCOPE
    missing = ReminderNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()


async def page_of_reminders(work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]) -> bytes:
    """A page of the reminders about visible clients, as JSON."""
    return await _LIST.page(work, paging, filters, **(await sight_of(work)).values())


async def read_reminder(work: UnitOfWork, reminder_id: UUID) -> Document:
    """One as JSON; raises ReminderNotFound."""
    await SeenReminderRepository(work).check(reminder_id)
    known = {"tenant_id": work.tenant_id, "id": reminder_id}
    sight = (await sight_of(work)).values()
    if (found := await read_document(work, _READ, **known, **sight)) is None:
        raise ReminderNotFound()
    return found
