"""What can be done with layouts."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chassis.cache import TenantCache
from chassis.caller import system
from chassis.work import UnitOfWork
from clients.folders.rules import UnknownFolder
from clients.folders.use_cases import outline
from clients.layouts import events, rules
from clients.layouts.repository import LayoutRepository
from clients.layouts.tables import Layout
from refs.visibility import FRESH_SECONDS, sight_of

_enabled: Final = TenantCache[Mapping[UUID | None, frozenset[str]]](seconds=FRESH_SECONDS)


async def layout_of(work: UnitOfWork, folder_id: UUID | None = None) -> Layout:
    """How clients of a folder are shown: as the folder says, a folder above it, or the company.

    Raises UnknownFolder. A company that never said has the starting layout from now on.
    """
    within = await _folders(work, folder_id) if folder_id else []
    found = await LayoutRepository(work).of_folders(within)
    if None not in found:
        await _start(work)
        found = await LayoutRepository(work).of_folders(within)
    return next(found[place] for place in (*within, None) if place in found)


async def folders_with(
    work: UnitOfWork, section: rules.SectionKey, *, fresh: bool = False
) -> list[UUID]:
    """The folders whose clients are shown a section, whoever asks; mostly from memory."""
    known = None if fresh else _enabled.get(work)
    if known is None:
        known = _enabled.put(work, await LayoutRepository(work).enabled())
    places = await outline(work, fresh=fresh)
    return [
        place for place in places.shelves
        if section in rules.shown_in(known, list(places.ancestors(place)))
    ]  # fmt: skip


async def create_layout(work: UnitOfWork, values: dict[str, Any]) -> Layout:
    """Lay a folder out in its own way; the company's own layout is there already."""
    await layout_of(work, values["folder_id"])
    groups = values["groups"] or list(rules.GROUPS)
    rules.check_groups(groups)
    sections = rules.arranged(values["sections"], groups)
    layout, is_new = await LayoutRepository(work).add_once(
        id=values["id"], folder_id=values["folder_id"], groups=groups, sections=sections
    )
    if is_new:
        _tell(work, "created", layout)
    return layout


async def update_layout(work: UnitOfWork, layout_id: UUID, changes: Mapping[str, Any]) -> Layout:
    """Change the sections, their groups, or both."""
    layouts = LayoutRepository(work)
    layout = await layouts.get_for_update(layout_id)
    groups = changes.get("groups", layout.groups)
    rules.check_groups(groups)
    sections = rules.arranged(changes.get("sections", layout.sections), groups)
    changed = await layouts.update(layout, groups=groups, sections=sections)
    if changed is not layout:
        _tell(work, "updated", changed)
    return changed


async def delete_layout(work: UnitOfWork, layout_id: UUID) -> None:
    """Let a folder be laid out as those above it again."""
    layouts = LayoutRepository(work)
    layout = await layouts.get_for_update(layout_id)
    if layout.folder_id is None:
        raise rules.LayoutNeeded()
    await layouts.delete(layout)
    _tell(work, "deleted", layout)


def _tell(work: UnitOfWork, verb: str, layout: Layout) -> None:
    _enabled.forget(work)
    work.publish(events.layout_changed(verb, layout))


async def _folders(work: UnitOfWork, folder_id: UUID) -> list[UUID]:
    """The folder and those it is inside of, from the inside out."""
    known = await outline(work)
    if folder_id not in known.shelves:
        known = await outline(work, fresh=True)
    hidden = (await sight_of(work)).hidden_folders
    if folder_id not in known.shelves or folder_id in hidden:
        raise UnknownFolder(field="folder_id")
    return list(known.ancestors(folder_id))


async def _start(work: UnitOfWork) -> None:
    """In a work of its own: who only reads may be the first to come."""
    async with work.database.work(system(work.tenant_id, "clients")) as own:
        await LayoutRepository(own).add_unless_taken(
            groups=list(rules.GROUPS), sections=rules.starting()
        )
