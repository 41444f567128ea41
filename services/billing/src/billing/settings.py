"""Every setting of billing."""

from typing import Literal

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of billing; every name is prefixed with DIWAN_."""

    service: str = "billing"
    # Where the Saudi tax authority is asked; another address than its own for tests.
    einvoice_environment: Literal["sandbox", "simulation", "production"] = "sandbox"
    einvoice_url: str | None = None
    stripe_url: str = "https://api.stripe.com"
    stripe_script_url: str = "https://js.stripe.com/v3/"
    # Providers stand at public https addresses; tests and trials have theirs beside them.
    payment_private_addresses: bool = False
