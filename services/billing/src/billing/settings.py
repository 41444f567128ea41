"""Every setting of billing."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of billing; every name is prefixed with DIWAN_."""

    service: str = "billing"
