"""What a payer is told of a payment, and what they can do then."""

from typing import Final

# By what became of it: how that looks, and whether it may be tried again.
OUTCOMES: Final[dict[str, tuple[str, bool]]] = {
    "succeeded": ("good", False), "processing": ("open", False), "failed": ("bad", True),
    "requires_payment": ("open", True), "cancelled": ("over", False), "refunded": ("over", False),
}  # fmt: skip
# Parameters that providers come back with; nothing that they say is believed.
COMING_BACK: Final = ("payment_intent", "redirect_status", "source_")
