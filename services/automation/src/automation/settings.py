"""Every setting of automation."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of automation; every name is prefixed with DIWAN_."""

    service: str = "automation"

    # Runs a flow may begin in a minute; those above begin later.
    flow_runs_per_minute: int = 6_000
