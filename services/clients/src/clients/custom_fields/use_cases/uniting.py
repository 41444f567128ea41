"""Values of custom fields when two clients become one, and when they part again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.custom_fields.repository import CustomFieldRepository
from clients.custom_fields.rules import values as rules
from clients.custom_fields.rules.definitions import Definition, Definitions
from clients.custom_fields.use_cases.definitions import definitions
from clients.custom_fields.use_cases.values import NATIONAL_ID, Holder, Written, keep
from clients.secrets import use_cases as secrets

Columns = dict[str, Any]
PREFIX: Final = "custom_fields."


@dataclass(frozen=True, slots=True)
class Union:
    """Two clients that become one; `taken` are the names of values that are the merged one's.

    What the survivor had of sensitive ones is put aside under `mark`.
    """

    survivor: Holder
    merged: Holder
    taken: Sequence[str]
    mark: str


async def take_over(work: UnitOfWork, union: Union, values: Mapping[str, Any]) -> Columns:
    """Give the survivor these values: unique ones are its own then, sensitive ones sealed for it.

    Raises ValueTaken.
    """
    survivor, merged, names = union.survivor, union.merged, union.taken
    fields = await definitions(work, fresh=True)
    unique = [field.id for field in _among(fields, names) if field.unique]
    await CustomFieldRepository(work).release(merged.id, places=[], unique=unique)
    hidden = _sealed(fields, names)
    await secrets.put_aside(work, survivor.id, hidden, union.mark)
    theirs = await secrets.opened(work, merged.id, hidden)
    written = Written(fields, dict(values), survivor.custom_fields or {}, secrets=theirs)
    written.gone = hidden - theirs.keys()
    await keep(work, survivor.id, written)
    return _columns(fields, values)


async def give_back(work: UnitOfWork, union: Union, values: Mapping[str, Any]) -> Columns:
    """Give the survivor these values, and the merged client its own again.

    A sensitive value that the survivor was given since stays. Raises ValueTaken where a third
    client has got a unique one meanwhile.
    """
    survivor, merged, names = union.survivor, union.merged, union.taken
    fields = await definitions(work, fresh=True)
    hidden = _sealed(fields, names)
    theirs = await secrets.opened(work, merged.id, hidden)
    changed = await secrets.differing(work, survivor.id, theirs)
    before = await secrets.take_back(work, survivor.id, hidden, union.mark)
    untouched = theirs.keys() - changed.keys()
    written = Written(fields, dict(values), survivor.custom_fields or {})
    written.secrets = {name: value for name, value in before.items() if name not in changed}
    written.gone = untouched - before.keys()
    await keep(work, survivor.id, written)
    await _take_again(work, fields, merged, names, theirs)
    return _columns(fields, values)


async def sealed(work: UnitOfWork, taken: Sequence[str]) -> set[str]:
    """Those of the values taken that are sensitive."""
    return _sealed(await definitions(work, fresh=True), taken)


async def _take_again(
    work: UnitOfWork, fields: Definitions, merged: Holder, names: Sequence[str],
    theirs: Mapping[str, str],
) -> None:  # fmt: skip
    own = merged.custom_fields or {}
    chosen = {field.key: own[field.key] for field in _among(fields, names) if field.key in own}
    keys: dict[UUID, bytes] = rules.unique_keys(fields, chosen)
    for field in _among(fields, names):
        if field.unique and field.secret_name in theirs:
            keys[field.id] = secrets.fingerprint(work, field.secret_name, theirs[field.secret_name])
    if refused := await CustomFieldRepository(work).take(merged.id, keys):
        raise rules.ValueTaken(
            field=min(field.secret_name for field in _among(fields, names) if field.id in refused)
        )


def _among(fields: Definitions, names: Iterable[str]) -> list[Definition]:
    found = (fields.by_key.get(name.removeprefix(PREFIX)) for name in names)
    return [field for field in found if field]


def _sealed(fields: Definitions, names: Sequence[str]) -> set[str]:
    own = {NATIONAL_ID} & set(names)
    return own | {field.secret_name for field in _among(fields, names) if field.sensitive}


def _columns(fields: Definitions, values: Mapping[str, Any]) -> Columns:
    text = rules.searched_text(fields, values)
    return {"custom_fields": dict(values), "custom_text": text}
