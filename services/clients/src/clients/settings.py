"""Every setting of the clients service."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Nothing beyond what every service has."""

    service: str = "clients"
