"""What others hear of a membership whose status is another one now."""

from typing import Final, Literal

Verb = Literal[
    "created", "updated", "renewed", "period_granted", "period_taken_back", "period_refused",
    "package_changed", "frozen", "unfrozen", "suspended", "resumed", "cancelled", "reinstated",
    "renewal_date_changed", "started", "expiring", "grace_begun", "expired", "ended", "taken_over",
    "deleted",
]  # fmt: skip
_AT_REST: Final = ("frozen", "suspended", "cancelled")


def told(before: str, after: str, verb: str | None, *, is_first: bool) -> list[Verb]:
    """What became of it, besides what `verb` tells already; in the order it is told in.

    That it has started is told once, the first time (`is_first`) that it is active.
    """
    if before == after:
        return []
    happened: list[Verb] = []
    if before == "frozen" and after not in _AT_REST:
        happened.append("unfrozen")
    if is_first and after == "active":
        happened.append("started")
    if after == "grace" and before != "expired":
        happened.append("grace_begun")
    if after == "expired":
        happened.append("expired")
    if after == "cancelled" and verb != "cancelled":
        happened.append("ended")
    return [one for one in happened if one != verb]
