"""What others hear of clients."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.events import Event
from clients.clients.tables import Client

# The proto JSON of diwan.clients.v1.Client, made directly: converting a message takes longer than
# the whole insert. A test holds it against the message.
_TEXTS: Final = (
    "kind", "type", "name", "business_name", "code", "folder_id", "status_id", "category_id",
    "country_code", "currency", "language", "source", "external_id", "birth_date", "credit_limit",
    "opening_balance",
)  # fmt: skip
# By what calls for a follow-up: when it is due, none where it is not any more.
Planned = Mapping[str, datetime | None]
_NOTHING: Final[Planned] = MappingProxyType({})
# Of who sees a client: nobody may wait for these behind an import.
_URGENT: Final = frozenset({"folder_changed", "staff_assigned", "merged", "unmerged", "redirected"})
# Who heard of a client hears that it is gone.
_STOOD: Final = frozenset({"id", "version", "folder_id", "staff", "merged_into"})


def client_data(client: Client) -> dict[str, Any]:
    """A client as other services know it."""
    texts = {name: _text(getattr(client, name)) for name in _TEXTS}
    return {
        "id": str(client.id), "version": client.version, "serial": client.serial, **texts,
        "tags": client.tags, "phones": [_phone(phone) for phone in client.phones],
        "emails": [_email(email) for email in client.emails],
        "staff": client.staff, "is_archived": client.is_archived,
        "merged_into": _text(client.merged_into), "parent_id": "",
        "custom_fields": client.custom_fields, **_availability(client), **_credit_days(client),
    }  # fmt: skip


def client_created(client: Client, planned: Planned = _NOTHING) -> Event:
    """clients.client.created, with the follow-ups that it calls for."""
    return _event("created", client, follow_ups=_follow_ups(planned))


def client_updated(client: Client, changed: Sequence[str], planned: Planned = _NOTHING) -> Event:
    """clients.client.updated, with the names of the fields that changed, and the follow-ups that
    they call for now.
    """
    follow_ups = _follow_ups(planned)
    told = _event("updated", client, changed=sorted(changed), follow_ups=follow_ups)
    # What is billed from now on is owed by somebody else.
    return told.urgently() if "bill_to_id" in changed else told


def status_changed(
    before: Client, client: Client, field: str, reason: str | None, due_at: datetime | None
) -> Event:
    """clients.client.status_changed, of one of a client's three statuses; the two of following up
    call for a follow-up that is due then, or for none.
    """
    planned = {} if field == "status_id" else {field: due_at}
    return _event(
        "status_changed", client, field=field, from_status_id=_text(getattr(before, field)),
        to_status_id=_text(getattr(client, field)), reason=_text(reason),
        follow_ups=_follow_ups(planned),
    )  # fmt: skip


def folder_changed(client: Client, before: UUID) -> Event:
    """clients.client.folder_changed"""
    return _event(
        "folder_changed", client, from_folder_id=_text(before), to_folder_id=_text(client.folder_id)
    )


def tags_changed(verb: str, client: Client, tags: Sequence[str]) -> Event:
    """clients.client.tagged or untagged, with these tags only."""
    return _event(verb, client, tags=list(tags))


def staff_assigned(
    client: Client, added: Sequence[Mapping[str, Any]], removed: Sequence[str]
) -> Event:
    """clients.client.staff_assigned, also for those who no longer are."""
    return _event("staff_assigned", client, added=list(added), removed=list(removed))


def follow_up_due(client: Client, field: str, reason: UUID | str) -> Event:
    """clients.client.follow_up_due: a status's hours have passed, or a field's time has come."""
    of_status = isinstance(reason, UUID)
    status_id, at = (str(reason), "") if of_status else ("", str(reason))
    return _event("follow_up_due", client, status_id=status_id, field=field, at=at)


def client_archived(client: Client) -> Event:
    """clients.client.archived or restored."""
    return _event("archived" if client.is_archived else "restored", client)


def client_merged(client: Client, merge_id: UUID, merged_id: UUID) -> Event:
    """clients.client.merged: another one's history is this one's too."""
    return _event("merged", client, merge_id=str(merge_id), merged_id=str(merged_id))


def client_unmerged(client: Client, merge_id: UUID, merged_id: UUID) -> Event:
    """clients.client.unmerged: the other one stands for itself again."""
    return _event("unmerged", client, merge_id=str(merge_id), merged_id=str(merged_id))


def client_redirected(client: Client, merge_id: UUID, parted_from: UUID | None = None) -> Event:
    """clients.client.redirected, of a merged client, or of one that is so no longer, which has
    parted from who answered for it.
    """
    return _event("redirected", client, merge_id=str(merge_id), parted_from_id=_text(parted_from))


def client_erased(client: Client, since: str) -> Event:
    """clients.client.erased: of the client nothing but where it stood, and how old it is."""
    stood = client_data(client)
    blank = {name: type(value)() for name, value in stood.items() if name not in _STOOD}
    data = {"client": stood | blank, "since": since}
    version = client.version + 1
    return Event("clients.client.erased", client.id, data, version, client.id, urgent=True)


def _event(verb: str, client: Client, **more: Any) -> Event:
    data = {"client": client_data(client), **more}
    return Event(
        f"clients.client.{verb}", client.id, data, client.version, client.id,
        urgent=verb in _URGENT, aside=str(client.bill_to_id) if client.bill_to_id else None,
    )  # fmt: skip


def _availability(client: Client) -> dict[str, Any]:
    if (said := client.availability) is None:
        return {}
    return {"availability": {name: _text(said.get(name)) for name in ("state", "until", "hours")}}


def _credit_days(client: Client) -> dict[str, Any]:
    return {} if client.credit_days is None else {"credit_days": client.credit_days}


def _phone(phone: Mapping[str, Any]) -> dict[str, Any]:
    return {**phone, "e164": _text(phone["e164"]), "label": _text(phone["label"])}


def _email(email: Mapping[str, Any]) -> dict[str, Any]:
    return {**email, "label": _text(email["label"])}


def _follow_ups(planned: Planned) -> list[dict[str, str]]:
    return [
        {"field": field, "due_at": due_at.isoformat() if due_at else ""}
        for field, due_at in sorted(planned.items(), key=lambda one: one[0])
    ]


def _text(value: object) -> str:
    """proto3 has no null: an empty text is a value not given."""
    return "" if value is None else str(value)
