"""What is refused about clients."""

from chassis.errors import Forbidden, Invalid, NotFound


class ClientNotFound(NotFound):
    """No such client, or one that the caller does not see."""

    code = "client_not_found"
    detail = "There is no such client."


class UnknownClient(Invalid):
    """A body names a client that is not there, or one that the caller does not see."""

    code = "unknown_client"
    detail = "There is no such client."


class BilledToItself(Invalid):
    """Who pays for a client is another one, or nobody is named."""

    code = "billed_to_itself"
    detail = "Name another client who pays, or none."


class FolderNotWritable(Forbidden):
    """The caller sees the clients there and may not change them."""

    code = "folder_not_writable"
    detail = "You may not change clients in this folder."


class StatusMissing(Invalid):
    """None of the three statuses was named."""

    code = "status_missing"
    detail = "Name the status to be chosen."


class StatusNeeded(Invalid):
    """Every client has a status of its folder; the other two may be taken away."""

    code = "status_needed"
    detail = "A client always has a status of its folder."
