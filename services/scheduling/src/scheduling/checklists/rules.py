"""Checklists: steps that are done one by one, until all that has to be done is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

Item = dict[str, Any]


class State(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    DONE = "done"


class ChecklistNotFound(NotFound):
    """No such checklist, or one that the caller does not see."""

    code = "checklist_not_found"
    detail = "There is no such checklist."


class ItemNotFound(NotFound):
    """No such step of this list."""

    code = "checklist_item_not_found"
    detail = "There is no such item on this checklist."


class ChecklistDone(Conflict):
    """What is done stays so until it is reopened."""

    code = "checklist_done"
    detail = "This checklist is done. Reopen it first."


class RequiredItemsLeft(Conflict):
    """Some of what has to be done is not."""

    code = "required_items_left"
    detail = "Items that are required are not done yet: {left}."


class ItemsNeeded(Invalid):
    """Neither a template nor steps of its own, or both."""

    code = "template_or_items"
    detail = "Give either a template, or a name and items."


def begun(items: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Steps of which nothing is done."""
    return [_undone(one) for one in items]


def kept(items: Sequence[Mapping[str, Any]], known: Sequence[Item]) -> list[Item]:
    """Steps that were given anew: those that were there keep that they were done."""
    before = {one["id"]: one for one in known}
    return [{**before.get(one["id"], _undone(one)), **_told(one)} for one in items]


def with_item(
    items: Sequence[Item], item_id: UUID, *, at: datetime | None, by: str | None
) -> list[Item]:
    """The steps with one of them done, or (without a time) not; raises ItemNotFound.

    One that is so already stays as it is.
    """
    if str(item_id) not in {one["id"] for one in items}:
        raise ItemNotFound()
    mark = {"done_at": at.isoformat() if at else None, "done_by": by}
    return [
        {**one, **mark} if one["id"] == str(item_id) and is_done(one) != bool(at) else one
        for one in items
    ]


def figures(items: Sequence[Item]) -> dict[str, int]:
    """How many steps there are, how many are done, and how many that are required are not."""
    left = [one for one in items if not is_done(one)]
    return {
        "item_count": len(items), "done_count": len(items) - len(left),
        "required_left": sum(one["required"] for one in left),
    }  # fmt: skip


def is_done(item: Mapping[str, Any]) -> bool:
    """Whether a step is done."""
    return item["done_at"] is not None


def check_open(state: str) -> None:
    """Raises ChecklistDone."""
    if state != State.OPEN:
        raise ChecklistDone()


def check_complete(required_left: int) -> None:
    """Raises RequiredItemsLeft."""
    if required_left:
        raise RequiredItemsLeft(left=required_left)


def _told(item: Mapping[str, Any]) -> Item:
    return {name: item[name] for name in ("id", "name", "required")}


def _undone(item: Mapping[str, Any]) -> Item:
    return {**_told(item), "done_at": None, "done_by": None}
