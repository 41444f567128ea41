"""What can be done with industry packs."""

import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from chassis.shapes import Bilingual
from chassis.work import UnitOfWork
from clients.categories import use_cases as categories
from clients.custom_fields.use_cases import definitions as custom_fields
from clients.folders import rules as folder_rules
from clients.folders import use_cases as folders
from clients.follow_up_statuses import use_cases as follow_up_statuses
from clients.packs.repository import PackRepository
from clients.packs.rules import KINDS, Kind, PackNotFound, Part
from clients.packs.schemas import Pack
from clients.packs.tables import InstalledPack
from clients.tags import rules as tag_rules
from clients.tags import use_cases as tags
from clients.tags.repository import TagRepository
from refs import people, visibility

_DATA: Final = Path(__file__).with_name("data")
Undo = Callable[[UnitOfWork, UUID], Awaitable[None]]
_UNDO: Final[Mapping[Kind, Undo]] = {
    "tags": tags.delete_tag,
    "categories": categories.delete_category,
    "follow_up_statuses": follow_up_statuses.delete_follow_up_status,
    "folders": folders.delete_folder,
    "custom_fields": custom_fields.delete_custom_field,
}


@cache
def catalogue() -> dict[str, Pack]:
    """Every industry pack by its name."""
    read = [
        Pack.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in sorted(_DATA.glob("*.toml"))
    ]
    return {pack.name: pack for pack in read}


def pack_of(name: str) -> Pack:
    """The pack; raises PackNotFound."""
    if (found := catalogue().get(name)) is None:
        raise PackNotFound()
    return found


async def install(work: UnitOfWork, name: str) -> InstalledPack:
    """Give the company what it lacks of a pack; what it has under the same name stays its own."""
    pack, repository = pack_of(name), PackRepository(work)
    _check_sees_all_folders(work)
    await tags.ensure_started(work)
    tenant = await people.tenant(work)
    language = "en" if tenant and tenant.locale == "en" else "ar"
    await repository.add_unless_taken(name=name, is_installed=False, parts=[])
    row = await repository.locked(name)
    if row is None:
        raise PackNotFound()
    have = await repository.present(row.parts)
    made = [*have, *[part async for part in _make(work, pack, language, have)]]
    return await repository.update(row, is_installed=True, parts=made)


async def uninstall(work: UnitOfWork, name: str) -> tuple[list[Part], list[Part]]:
    """Take back what no client has; what is removed, and what is kept."""
    pack_of(name)
    _check_sees_all_folders(work)
    repository = PackRepository(work)
    row = await repository.locked(name)
    if row is None:
        return [], []
    have = await repository.present(row.parts)
    shown = await shown_of(work, have)
    in_use = await repository.in_use(shown)
    removed = [part for part in shown if part not in in_use]
    for part in sorted(removed, key=lambda part: -KINDS.index(part["kind"])):
        await _UNDO[part["kind"]](work, UUID(part["id"]))
    kept = [part for part in have if part not in removed]
    await repository.update(row, is_installed=False, parts=kept)
    return removed, in_use


async def shown_of(work: UnitOfWork, parts: Sequence[Part]) -> list[Part]:
    """Without the folders that are hidden from the caller."""
    hidden = (await visibility.sight_of(work)).hidden_folders
    return [
        part for part in parts if part["kind"] != "folders" or UUID(part["id"]) not in hidden
    ]  # fmt: skip


def _check_sees_all_folders(work: UnitOfWork) -> None:
    """A key of some folders makes and removes none beside them."""
    if work.caller.folder_ids is not None:
        raise folder_rules.OutsideOwnFolders()


async def _make(
    work: UnitOfWork, pack: Pack, language: str, have: list[Part]
) -> AsyncIterator[Part]:
    """What is missing, in an order in which later parts find earlier ones."""
    ids = {(part["kind"], part["key"]): UUID(part["id"]) for part in have}
    for kind, part in _missing(pack, ids):
        if made := await _MAKE[kind](work, part, language, ids):
            ids[kind, part.key] = made
            yield Part(kind=kind, key=part.key, id=str(made))


def _missing(pack: Pack, ids: Mapping[tuple[Kind, str], UUID]) -> Iterator[tuple[Kind, Any]]:
    for kind in KINDS:
        for part in getattr(pack, kind):
            if (kind, part.key) not in ids:
                yield kind, part


async def _tag(work: UnitOfWork, part: Any, language: str, _: Any) -> UUID | None:
    name = _text(part.name, language)
    key = tag_rules.key_of(name)
    tag = await TagRepository(work).add_unless_taken(name=name, key=key, color=part.color)
    return tag.id if tag else None


async def _category(work: UnitOfWork, part: Any, _: str, __: Any) -> UUID:
    return (await categories.create_category(work, _plain(part))).id


async def _follow_up_status(work: UnitOfWork, part: Any, _: str, __: Any) -> UUID:
    return (await follow_up_statuses.create_follow_up_status(work, _plain(part))).id


async def _folder(work: UnitOfWork, part: Any, _: str, __: Any) -> UUID:
    return (await folders.create_folder(work, _plain(part))).id


async def _custom_field(
    work: UnitOfWork, part: Any, language: str, ids: Mapping[tuple[Kind, str], UUID]
) -> UUID | None:
    """None where the company has a field of this key already."""
    if await custom_fields.is_key_taken(work, part.key):
        return None
    values = part.model_dump(exclude={"folders"}) | {
        "label": part.label.stored(), "group": _text(part.group, language),
        "folder_ids": [ids["folders", key] for key in part.folders],
        "options": [{**one.model_dump(), "label": one.label.stored()} for one in part.options],
    }  # fmt: skip
    return (await custom_fields.add_custom_field(work, values)).id


_MAKE: Final[Mapping[Kind, Callable[..., Awaitable[UUID | None]]]] = {
    "tags": _tag, "categories": _category, "follow_up_statuses": _follow_up_status,
    "folders": _folder, "custom_fields": _custom_field,
}  # fmt: skip


def _plain(part: Any) -> dict[str, Any]:
    values: dict[str, Any] = part.model_dump(exclude_none=True, exclude={"key"})
    return values


def _text(name: Bilingual, language: str) -> str:
    return name.stored().get(language) or next(iter(name.stored().values()))
