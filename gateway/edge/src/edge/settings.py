"""Every setting of the edge, beside those that all services have."""

from pydantic import Field

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Identity and the public pages."""

    service: str = "edge"

    # Longer would outlive the marks by which other services know what was revoked.
    access_seconds: int = Field(default=600, ge=30, le=600)
    session_days: int = 30
    invitation_days: int = 7
    # Links mailed to who forgot a password, and to prove an address.
    reset_minutes: int = 60
    check_minutes: int = 48 * 60

    key_rotation_days: int = 30
    # A new key is published this long before it signs, so that no verifier meets it unprepared.
    key_lead_seconds: int = 120

    # Each thread holds 19 MiB while it works; who finds the queue full is asked to come back.
    password_threads: int = 2
    password_queue: int = 64

    # Failed sign-ins allowed within the window: to an account from one address, to it from all
    # addresses that are new to it, and from an address to any.
    throttle_account: int = 10
    throttle_anywhere: int = 100
    throttle_address: int = 100
    throttle_minutes: int = 15

    # In an hour: companies signed up from one address; mails of one company, to one recipient, and
    # asked for from one address by who is not signed in.
    sign_ups_per_address: int = 20
    mails_per_tenant: int = 300
    mails_per_recipient: int = 10
    mails_per_address: int = 100

    # The live stream: connections of one user and process, events that may wait for a slow reader,
    # and what a reader who comes back finds again.
    streams_per_user: int = 12
    stream_queue: int = 500
    stream_kept: int = 20_000
    stream_kept_seconds: int = 300
    # Below the idle time-outs of the proxies in between.
    stream_beat_seconds: float = 15.0

    # For how long a view of all services waits for one of them.
    section_seconds: float = 5.0

    # Passkeys are bound to the host of the public URL, unless a parent domain is named here; the
    # origins are those of other hosts and apps, e.g. "android:apk-key-hash:…".
    passkey_rp_id: str = ""
    passkey_origins: list[str] = []

    # Sign-in providers of companies stand at public https addresses; tests and trials have theirs
    # beside them, where companies must not lead a server that others share.
    oidc_private_addresses: bool = False

    # HTTP addresses of the services, e.g. {"clients": "http://clients:8000"}; the entries
    # `<service>.http` of the peers file win.
    http_peers: dict[str, str] = {}
