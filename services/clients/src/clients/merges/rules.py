"""Merges: what is refused, and how an earlier one leaves those that came after it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from chassis.errors import Conflict, NotFound
from clients.clients.rules.merging import parted

Plain: TypeAlias = dict[str, Any]


class MergeNotFound(NotFound):
    """No such merge, or one whose clients the caller does not see."""

    code = "merge_not_found"
    detail = "There is no such merge."


class LaterMergeFirst(Conflict):
    """A later merge into the same client took the same sensitive value."""

    code = "later_merge_first"
    detail = "A later merge took the same identity number; undo that one first."


def undone(before: Plain, after: Plain, now: Mapping[str, Any]) -> Plain:
    """The survivor's columns once a merge is undone that made `after` of `before`."""
    return {name: parted(name, before[name], after[name], now[name]) for name in after}


def without(earlier: tuple[Plain, Plain], later: tuple[Plain, Plain]) -> tuple[Plain, Plain]:
    """What a later merge found and made, had the earlier one never been."""
    shared = earlier[1].keys() & later[1].keys()
    found, made = (
        side | {n: parted(n, earlier[0][n], earlier[1][n], side[n]) for n in shared}
        for side in later
    )  # fmt: skip
    return found, made
