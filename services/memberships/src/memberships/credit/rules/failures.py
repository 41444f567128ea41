"""What is refused about credit."""

from chassis.errors import Conflict, Invalid, NotFound


class ChargeNotFound(NotFound):
    """No such charge, or one of a client that the caller does not see."""

    code = "credit_charge_not_found"
    detail = "There is no such credit charge."


class UsageNotFound(NotFound):
    """No such usage, or one of a client that the caller does not see."""

    code = "credit_usage_not_found"
    detail = "There is no such use of credit."


class HoldNotFound(NotFound):
    """No such hold, or one of a client that the caller does not see."""

    code = "credit_hold_not_found"
    detail = "There is no such hold of credit."


class TransferNotFound(NotFound):
    """No such transfer, or one with a client that the caller does not see."""

    code = "credit_transfer_not_found"
    detail = "There is no such transfer of credit."


class AdjustmentNotFound(NotFound):
    """No such adjustment, or one of a client that the caller does not see."""

    code = "credit_adjustment_not_found"
    detail = "There is no such adjustment of credit."


class ShareNotFound(NotFound):
    """No such sharing, or one with a client that the caller does not see."""

    code = "credit_share_not_found"
    detail = "There is no such sharing of credit."


class InsufficientCredit(Conflict):
    """Less can be used today than is asked for; `available` says how much."""

    code = "insufficient_credit"
    detail = "Only {available} of this credit can be used today."


class ExpiresTooSoon(Invalid):
    """A charge would end before it begins, or has ended already."""

    code = "expires_too_soon"
    detail = "Credit expires neither before it starts nor in the past."


class ChargeStopped(Conflict):
    """It was stopped before."""

    code = "credit_charge_stopped"
    detail = "This credit charge is stopped already."


class ChargeNotStopped(Conflict):
    """Only what is stopped is resumed."""

    code = "credit_charge_not_stopped"
    detail = "This credit charge is not stopped."


class ChargeTakenBack(Conflict):
    """What was left of it was taken back with what it was paid by."""

    code = "credit_charge_taken_back"
    detail = "What was left of this credit charge was taken back."


class NothingLeft(Conflict):
    """There is not so much left of a charge."""

    code = "nothing_left"
    detail = "Only {available} is left of this credit charge."


class UsageReversed(Conflict):
    """A use is reversed once."""

    code = "credit_usage_reversed"
    detail = "This use of credit was reversed before."


class HoldEnded(Conflict):
    """It was consumed or released."""

    code = "credit_hold_ended"
    detail = "This hold of credit has ended."


class KeptForRedemption(Conflict):
    """Whoever wants points back has the discount taken off."""

    code = "credit_kept_for_redemption"
    detail = "These points are a discount on an invoice: cancel their redemption instead."


class TransferToItself(Invalid):
    """Both are one client."""

    code = "transfer_to_itself"
    detail = "Credit is transferred to another client."


class ClientsNotLinked(Invalid):
    """Credit is transferred to, and shared with, clients who are linked."""

    code = "clients_not_linked"
    detail = "These clients are not linked."


class AlreadyShared(Conflict):
    """The same credit is shared with the same client already."""

    code = "credit_already_shared"
    detail = "This credit is shared with this client already."


class CauseReused(Conflict):
    """One cause has one effect."""

    code = "cause_reused"
    detail = "This cause has made something else happen."


class StatementTooLong(Invalid):
    """On paper nobody reads that many; the list of entries has all of them."""

    code = "statement_too_long"
    detail = "There are more than {most} movements in these days: choose fewer of them."
