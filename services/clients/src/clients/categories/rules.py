"""Categories: the one group a client belongs to, beside its folder and tags."""

from chassis.errors import Conflict, Invalid, NotFound


class CategoryNotFound(NotFound):
    """No such category."""

    code = "category_not_found"
    detail = "There is no such category."


class UnknownCategory(Invalid):
    """A body names a category that is not there."""

    code = "unknown_category"
    detail = "There is no such category."


class CategoryInUse(Conflict):
    """Clients are in it."""

    code = "category_in_use"
    detail = "Give the clients of this category another one first."
