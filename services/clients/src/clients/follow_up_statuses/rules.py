"""Follow-up statuses: pinned ones stay on a client, variable ones come and go beside them."""

from typing import Literal

from chassis.errors import Conflict, Invalid, NotFound

Kind = Literal["pinned", "variable"]


class FollowUpStatusNotFound(NotFound):
    """No such follow-up status."""

    code = "follow_up_status_not_found"
    detail = "There is no such follow-up status."


class UnknownFollowUpStatus(Invalid):
    """A body names one that is not there, or one of the other kind."""

    code = "unknown_follow_up_status"
    detail = "There is no such follow-up status of the kind {kind}."


class FollowUpStatusInUse(Conflict):
    """Clients have it."""

    code = "follow_up_status_in_use"
    detail = "Give the clients with this follow-up status another one first."
