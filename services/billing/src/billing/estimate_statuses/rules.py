"""Statuses of a company's own, which estimates have beside where they stand."""

from chassis.errors import Conflict, Invalid, NotFound


class EstimateStatusNotFound(NotFound):
    """No such status."""

    code = "estimate_status_not_found"
    detail = "There is no such status of estimates."


class UnknownEstimateStatus(Invalid):
    """A body names one that is not there."""

    code = "unknown_reference"
    detail = "There is no such status of estimates."


class EstimateStatusInUse(Conflict):
    """Estimates have it."""

    code = "estimate_status_in_use"
    detail = "Give the estimates with this status another one first."
