"""What can be done with tags."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.tags import rules
from clients.tags.repository import TagRepository
from clients.tags.tables import Tag
from refs import people

# The parameters of a list of clients that name tags.
_FILTERS: Final = frozenset({"tag", "tag_all", "tag_none"})


async def spelled(work: UnitOfWork, filters: Mapping[str, Any]) -> dict[str, Any]:
    """A list's parameters, the tags among them as the company spells them.

    A tag that is not known stays as it is given.
    """
    found = {name: await _known_names(work, filters[name]) for name in _FILTERS & filters.keys()}
    return {**filters, **found}


async def use(work: UnitOfWork, wanted: Sequence[str]) -> list[str]:
    """These tags as the company spells them; new ones are made. Raises UnknownTag."""
    if not wanted:
        return []
    tags = TagRepository(work)
    keys = rules.by_key(wanted)
    names = await tags.names(keys)
    unknown = {key: name for key, name in keys.items() if key not in names}
    if not unknown:
        return [names[key] for key in keys]
    if not work.caller.may("clients:manage"):
        raise rules.UnknownTag(field="tags", tag=next(iter(unknown.values())))
    # In one order everywhere: two works that add the same tags wait instead of crossing.
    for key, name in sorted(unknown.items()):
        await tags.add_unless_taken(name=name, key=key, color=rules.BLUE)
    names = await tags.names(keys)
    return [names[key] for key in keys]


async def known_names(work: UnitOfWork, wanted: Sequence[str]) -> list[str]:
    """Those of the tags that there still are, as the company spells them."""
    names = await TagRepository(work).names(rules.by_key(wanted)) if wanted else {}
    return list(names.values())


async def ensure_started(work: UnitOfWork) -> None:
    """A tenant whose sign-up has not been heard of yet is given its tags on first sight."""
    if await TagRepository(work).has_started():
        return
    async with work.database.work(work.caller) as own:
        await TagRepository(own).lock_names()
        await start(own, None)


async def start(work: UnitOfWork, locale: str | None) -> None:
    """Give a new tenant its tags in its language."""
    if locale is None:
        tenant = await people.tenant(work)
        locale = tenant.locale if tenant else "ar"
    starting = rules.STARTING_TAGS["en" if locale == "en" else "ar"]
    for name, color in starting.items():
        await TagRepository(work).add_unless_taken(name=name, key=rules.key_of(name), color=color)


async def create_tag(work: UnitOfWork, values: dict[str, Any]) -> Tag:
    """Add a tag."""
    values["key"] = rules.key_of(values["name"])
    tag, _ = await TagRepository(work).add_once(**values)
    return tag


async def update_tag(work: UnitOfWork, tag_id: UUID, changes: dict[str, Any]) -> Tag:
    """Rename or recolour a tag; a rename reaches the clients that have it soon after."""
    tags = TagRepository(work)
    tag = await tags.get_for_update(tag_id)
    if "name" in changes:
        changes["key"] = rules.key_of(changes["name"])
    changed = await tags.update(tag, **changes)
    if changed.name != tag.name:
        work.enqueue("clients.replace_tag", {"old": tag.name, "new": changed.name})
    return changed


async def delete_tag(work: UnitOfWork, tag_id: UUID) -> None:
    """Remove a tag, soon after also from the clients that have it."""
    tags = TagRepository(work)
    tag = await tags.get_for_update(tag_id)
    await tags.delete(tag)
    work.enqueue("clients.replace_tag", {"old": tag.name, "new": None})


async def _known_names(work: UnitOfWork, wanted: Sequence[str]) -> list[str]:
    keys = rules.by_key(wanted)
    names = await TagRepository(work).names(keys)
    return [names.get(key, name) for key, name in keys.items()]
