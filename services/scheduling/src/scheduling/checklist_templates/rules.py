"""Checklist templates: the steps that come again, and for whom they are begun by themselves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid, NotFound

MOST_ITEMS: Final = 100
Item = dict[str, Any]


class TemplateNotFound(NotFound):
    """No such template."""

    code = "checklist_template_not_found"
    detail = "There is no such checklist template."


class UnknownTemplate(Invalid):
    """A body names a template that is not there, or not used any more."""

    code = "unknown_reference"
    detail = "There is no such checklist template in use."


class UnknownFolder(Invalid):
    """One that is not there, or hidden from the caller."""

    code = "unknown_reference"
    detail = "There is no such folder."


class ItemTwice(Invalid):
    """Two steps with one id."""

    code = "item_twice"
    detail = "Each item has an id of its own."


def identified(items: Sequence[Mapping[str, Any]], new_ids: Sequence[UUID]) -> list[Item]:
    """The items as they are kept, each with an id; raises ItemTwice."""
    found = [
        {"id": str(one.get("id") or new), "name": one["name"], "required": one["required"]}
        for one, new in zip(items, new_ids, strict=True)
    ]
    seen: set[str] = set()
    for place, one in enumerate(found):
        if one["id"] in seen:
            raise ItemTwice(field=f"items.{place}.id")
        seen.add(one["id"])
    return found


def is_entered(
    folder_id: UUID | None, status_id: UUID | None, *, place: tuple[UUID | None, UUID | None],
    entered: Collection[str],
) -> bool:  # fmt: skip
    """Whether a template bound to these is begun for a client who stands in a `place` (a folder
    and a status), some of which (`folder_id`, `status_id`) it has just entered.
    """
    bound = {"folder_id": folder_id, "status_id": status_id}
    named = {name for name, one in bound.items() if one is not None}
    fits = all(bound[name] == now for name, now in zip(bound, place, strict=True) if name in named)
    return fits and not named.isdisjoint(entered)
