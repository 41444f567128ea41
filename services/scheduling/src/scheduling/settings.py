"""Every setting of scheduling."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of scheduling; every name is prefixed with DIWAN_."""

    service: str = "scheduling"
