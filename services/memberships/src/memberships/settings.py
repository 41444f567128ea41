"""Every setting of memberships."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of memberships; every name is prefixed with DIWAN_."""

    service: str = "memberships"
