"""Every setting of communications."""

from pydantic import SecretStr

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of comms; every name is prefixed with DIWAN_."""

    service: str = "comms"

    # smtp://[user:password@]host[:port][?starttls=auto|always|never] or smtps://…
    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:25")
    # The address mails come from; the name beside it is the tenant's.
    mail_from: str = "no-reply@diwan.example"
    smtp_connections: int = 4
    # One whole delivery: connecting and sending.
    smtp_seconds: float = 20.0
    # A refusal for now is tried again after 4 s, 16 s, 64 s … at most an hour: for some 5 hours.
    smtp_attempts: int = 10
    smtp_pause_seconds: float = 4.0
