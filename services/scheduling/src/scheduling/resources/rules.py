"""Resources: rooms, equipment and vehicles that are in one place at a time, as staff are."""

from typing import Literal

from chassis.errors import Conflict, Invalid, NotFound

Kind = Literal["room", "equipment", "vehicle", "other"]


class ResourceNotFound(NotFound):
    """No such resource."""

    code = "resource_not_found"
    detail = "There is no such resource."


class UnknownResource(Invalid):
    """A body names a resource that is not there, or not used any more."""

    code = "unknown_reference"
    detail = "There is no such resource in use."


class ResourceInUse(Conflict):
    """It is, or was, needed for something."""

    code = "resource_in_use"
    detail = "This resource is used. Make it inactive instead."
