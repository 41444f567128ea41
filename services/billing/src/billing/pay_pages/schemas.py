"""Shapes of what pay pages send."""

from billing.checkouts.schemas import PublicCheckoutCreate


class PayAsked(PublicCheckoutCreate):
    """All that is left to be paid, unless it is what is left of the deposit."""
