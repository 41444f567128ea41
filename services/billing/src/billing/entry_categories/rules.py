"""Categories: what money was spent on, and what it came in for."""

from enum import StrEnum

from chassis.errors import Conflict, Invalid, NotFound


class Kind(StrEnum):
    """Money that goes out, or comes in."""

    EXPENSE = "expense"
    INCOME = "income"


class EntryCategoryNotFound(NotFound):
    """No such category."""

    code = "entry_category_not_found"
    detail = "There is no such category."


class UnknownEntryCategory(Invalid):
    """A body names a category that is not there, not used any more, or of the other kind."""

    code = "unknown_entry_category"
    detail = "There is no such category in use."


class EntryCategoryInUse(Conflict):
    """Something was written down under it."""

    code = "entry_category_in_use"
    detail = "This category is used. Make it inactive instead."
