"""What is refused about clients."""

from chassis.errors import Conflict, Invalid, NotFound


class ClientNotFound(NotFound):
    """No such client, or one that the caller does not see."""

    code = "client_not_found"
    detail = "There is no such client."


class UnknownClient(Invalid):
    """A body names a client that is not there, or one that the caller does not see."""

    code = "unknown_client"
    detail = "There is no such client."


class ExternalIdTaken(Conflict):
    """No two clients have one external id, but for those that are merged or archived."""

    code = "external_id_taken"
    detail = "Another client has this external id."


class SeveralClients(Conflict):
    """Several clients were given this external id when that could be, or before a merge."""

    code = "external_id_of_several"
    detail = "Several clients have this external id; name the one you mean by its own id."


class OtherExternalId(Invalid):
    """The body contradicts the path."""

    code = "other_external_id"
    detail = "The external id stands in the path; leave it out here, or write the same."


class NameNeeded(Invalid):
    """Nobody with the external id is there yet, and a new client needs a name."""

    code = "name_needed"
    detail = "There is no client with this external id yet, and a new one needs a name."


class ChangedByAction(Invalid):
    """What a new client is given, and what only actions change from then on."""

    code = "changed_by_action"
    detail = "This is changed by an action of its own."


class BilledToItself(Invalid):
    """Who pays for a client is another one, or nobody is named."""

    code = "billed_to_itself"
    detail = "Name another client who pays, or none."


class StatusMissing(Invalid):
    """None of the three statuses was named."""

    code = "status_missing"
    detail = "Name the status to be chosen."


class StatusNeeded(Invalid):
    """Every client has a status of its folder; the other two may be taken away."""

    code = "status_needed"
    detail = "A client always has a status of its folder."


class MergedIntoItself(Invalid):
    """Both names stand for one client, be it since an earlier merge."""

    code = "merged_into_itself"
    detail = "Name another client to merge this one into."


class AlreadyMerged(Conflict):
    """The client was merged before, and another one answers for it."""

    code = "already_merged"
    detail = "This client was merged already; undo that first, or merge its survivor."


class SurvivorArchived(Conflict):
    """What is put away does not answer for what is not."""

    code = "survivor_archived"
    detail = "The client to merge into is archived; restore it first."


class SurvivorMerged(Conflict):
    """The survivor of a merge was itself merged later on."""

    code = "survivor_merged"
    detail = "The survivor was merged later on; undo that merge first."


class NotAnAmount(Invalid):
    """An amount with other digits than its currency has."""

    code = "not_an_amount"
    detail = "Write the amount with the digits of its currency ({currency}), like 115.00."
