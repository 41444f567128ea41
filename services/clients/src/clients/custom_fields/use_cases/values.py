"""Values of custom fields on clients: checked, and kept with what they are found by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import UnitOfWork
from clients.custom_fields.repository import CustomFieldRepository
from clients.custom_fields.rules import values as rules
from clients.custom_fields.rules.definitions import Definitions
from clients.custom_fields.rules.filters import FieldFilter, field_filters, field_named, grouped
from clients.custom_fields.use_cases.definitions import definitions
from clients.due_follow_ups.use_cases import plan_follow_up
from clients.secrets import use_cases as secrets
from clients.secrets.rules import formats

NATIONAL_ID: Final = "national_id"


class NotAnIdNumber(Invalid):
    """The client's own identity number: letters and digits, whatever its country."""

    code = "not_an_id_number"
    detail = "This is not a number of this kind."


class Body(Protocol):
    """A client or what changes one, as far as it matters here."""

    @property
    def custom_fields(self) -> dict[str, Any] | None:
        """Values by key."""
        ...

    @property
    def national_id(self) -> str | None:
        """The client's own identity number."""
        ...


class Given(Body, Protocol):
    """The same as a body, which says what it names."""

    @property
    def model_fields_set(self) -> set[str]:
        """What was given."""
        ...


class Holder(Body, Protocol):
    """A client as it is: clients build on custom fields, so they are not named here."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def folder_id(self) -> UUID:
        """Where it is."""
        ...


@dataclass(slots=True)
class Written:
    """The values of one client as they will be, and the fields that they are checked against."""

    fields: Definitions
    values: dict[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    # In clear, by the names they are sealed under: those that are new.
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    gone: set[str] = field(default_factory=set)
    columns: dict[str, Any] = field(default_factory=dict)
    # Once they are kept: when each follow-up time that differs is due, none where it is not.
    follow_ups: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """The custom fields that differ, and sensitive values that differ, as events name them."""
        keys = self.values.keys() | self.before.keys()
        differing = {
            f"custom_fields.{key}" for key in keys
            if self.values.get(key) != self.before.get(key)
        }  # fmt: skip
        return sorted(differing | self.secrets.keys())


async def values_of_new(
    work: UnitOfWork, folder_id: UUID, body: Given, country: str, *, is_brief: bool = False
) -> Written:
    """The values of a new client in the folder; raises Invalid, naming each field.

    A brief body is asked for no field that is required.
    """
    given = body.custom_fields or {}
    fields = await _fields_for(work, given)
    written = Written(fields)
    values = rules.created(fields, folder_id, given, country, requires=not is_brief)
    _take_values(written, values)
    _take_national_id(written, body.national_id, None)
    return written


async def values_after(work: UnitOfWork, client: Holder, body: Given, country: str) -> Written:
    """The values of a client after a merge patch; raises Invalid, naming each field."""
    stored, given = client.custom_fields or {}, body.custom_fields
    if "custom_fields" in body.model_fields_set:
        fields = await _fields_for(work, stored if given is None else given)
        written = Written(fields, stored, stored)
        _take_values(written, rules.changed(fields, client.folder_id, stored, given, country))
    else:
        written = Written(Definitions(()), stored, stored)
    if NATIONAL_ID in body.model_fields_set:
        _take_national_id(written, body.national_id, client.national_id)
    written.secrets = await secrets.differing(work, client.id, written.secrets)
    return written


async def keep(work: UnitOfWork, client_id: UUID, written: Written) -> None:
    """Write what stands beside the client; raises ValueTaken."""
    await secrets.remove_secrets(work, client_id, written.gone)
    await secrets.write_secrets(work, client_id, written.secrets)
    if not written.changed:
        return
    fields, beside = written.fields, CustomFieldRepository(work)
    old_places = rules.positions(fields, written.before)
    places = rules.positions(fields, written.values)
    old_keys = rules.unique_keys(fields, written.before)
    keys = rules.unique_keys(fields, written.values)
    released = {field_id for field_id in old_keys if old_keys[field_id] != keys.get(field_id)}
    taken = dict(keys.items() - old_keys.items())
    released |= _unique_secrets(fields, {*written.gone, *written.secrets}).keys()
    for field_id, name in _unique_secrets(fields, written.secrets).items():
        value = written.secrets[name]
        taken[field_id] = secrets.fingerprint(work, name, value)
        # By a key before the present one too, while not all is sealed anew.
        every = secrets.fingerprints(work, name, value)
        if await beside.is_taken(field_id, every, client_id):
            raise rules.ValueTaken(field=name)
    for name, due_at in rules.follow_up_times(fields, written.before, written.values).items():
        written.follow_ups[name] = await plan_follow_up(work, client_id, name, due_at)
    gone = old_places.keys() - places.keys()
    await beside.release(client_id, places=list(gone), unique=list(released))
    await beside.place(client_id, dict(places.items() - old_places.items()))
    if refused := await beside.take(client_id, taken):
        raise rules.ValueTaken(field=_named(fields, refused))


async def sensitive_names(work: UnitOfWork, client: Holder) -> set[str]:
    """What the sensitive values that a client may have stand under."""
    fields = await _fields_for(work, client.custom_fields or ())
    return rules.secret_names(fields, client.custom_fields or ()) | {NATIONAL_ID}


async def filters_by_fields(
    work: UnitOfWork, parameters: Iterable[tuple[str, str]], country: str
) -> list[FieldFilter]:
    """A list's filters by custom fields; raises Invalid, naming the parameters."""
    given = grouped(parameters)
    fields = await definitions(work)
    if any(field_named(fields, name) is None for name in given):
        fields = await definitions(work, fresh=True)
    return field_filters(fields, given, country, partial(secrets.fingerprints, work))


async def holders_of(work: UnitOfWork, typed: str | None) -> tuple[UUID, ...]:
    """Who has what was typed as a whole identity number; nobody where it looks like none."""
    number = formats.bare(typed or "")
    if number is None or not formats.looks_like_one(number):
        return ()
    fields = await definitions(work)
    names = rules.secret_names(fields, fields.by_key) | {NATIONAL_ID}
    return await secrets.holders(work, names, number)


def national_id_prints(work: UnitOfWork, typed: Iterable[str]) -> list[bytes]:
    """What clients with one of these numbers are found by."""
    numbers = [number for text in typed if (number := formats.bare(text))]
    return [p for n in numbers for p in secrets.fingerprints(work, NATIONAL_ID, n)]


def _take_values(written: Written, values: Mapping[str, Any]) -> None:
    written.values, new = rules.concealed(written.fields, values)
    written.secrets |= new
    written.gone |= rules.secret_names(written.fields, written.before.keys() - values.keys())
    text = rules.searched_text(written.fields, written.values)
    written.columns |= {"custom_fields": written.values, "custom_text": text}


def _take_national_id(written: Written, typed: str | None, shown: str | None) -> None:
    if typed == shown:  # nothing, or what the client's own answer says
        return
    if typed is None:
        written.gone.add(NATIONAL_ID)
        written.columns[NATIONAL_ID] = None
        return
    if (number := formats.bare(typed)) is None:
        raise NotAnIdNumber(field=NATIONAL_ID)
    written.secrets[NATIONAL_ID] = number
    written.columns[NATIONAL_ID] = formats.masked(number)


def _unique_secrets(fields: Definitions, names: Iterable[str]) -> dict[UUID, str]:
    keyed = {name: fields.by_key.get(name.partition(".")[2]) for name in names}
    return {found.id: name for name, found in keyed.items() if found and found.unique}


def _named(fields: Definitions, ids: set[UUID]) -> str:
    return min(found.secret_name for found in fields.by_key.values() if found.id in ids)


async def _fields_for(work: UnitOfWork, keys: Iterable[str]) -> Definitions:
    """The definitions, read anew where they do not know a key or call it archived."""
    fields = await definitions(work)
    found = [fields.by_key.get(key) for key in keys]
    if any(one is None or one.is_archived for one in found):
        fields = await definitions(work, fresh=True)
    return fields
