"""What is refused about loyalty."""

from chassis.errors import Conflict, Invalid, NotFound


class LoyaltyRuleNotFound(NotFound):
    """No such rule."""

    code = "loyalty_rule_not_found"
    detail = "There is no such loyalty rule."


class RedemptionNotFound(NotFound):
    """No such redemption, or one of a client that the caller does not see."""

    code = "redemption_not_found"
    detail = "There is no such redemption."


class NotAPositiveAmount(Invalid):
    """More decimals than the currency has, or not above zero."""

    code = "not_an_amount"
    detail = "This is not an amount of {currency} above zero."


class NothingRedeemed(Conflict):
    """The company has not said what a point is, or what it is worth."""

    code = "loyalty_not_set_up"
    detail = "Say in the settings what points are counted in and what a point is worth."


class TooFewPoints(Invalid):
    """Points are redeemed from so many on."""

    code = "too_few_points"
    detail = "At least {minimum} points are redeemed at a time."


class WorthNothing(Invalid):
    """So few points that they come to no amount of the currency."""

    code = "worth_nothing"
    detail = "These points are worth less than the smallest amount of {currency}."


class UnknownInvoice(Invalid):
    """No such invoice, or one that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no such invoice."


class InvoiceOfAnother(Invalid):
    """Points of one client take nothing off what another one owes."""

    code = "invoice_of_another_client"
    detail = "This invoice is another client's."


class InvoiceNotDraft(Conflict):
    """What was issued stays as it is."""

    code = "invoice_not_draft"
    detail = "Points are redeemed on the draft of an invoice."


class OtherCurrency(Invalid):
    """Points are worth something in one currency."""

    code = "other_currency"
    detail = "Points are worth something in {currency}, and this invoice is in another currency."


class InvoiceDiscounted(Conflict):
    """An invoice has one discount."""

    code = "invoice_discounted"
    detail = "This invoice has a discount already; remove it first."


class WorthMore(Conflict):
    """A discount takes all of a price, and never more."""

    code = "points_worth_more"
    detail = "These points are worth more than the invoice."


class AlreadyRedeemed(Conflict):
    """Points are on the invoice already."""

    code = "already_redeemed"
    detail = "Points were redeemed on this invoice already."


class RedemptionNotApplied(Conflict):
    """Only what is on an invoice is taken off it."""

    code = "redemption_not_applied"
    detail = "Only points that are on an invoice are given back."
