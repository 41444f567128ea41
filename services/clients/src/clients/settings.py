"""Every setting of the clients service."""

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Environment of one process of clients; every name is prefixed with DIWAN_."""

    service: str = "clients"

    # Bytes of all files of one company.
    file_quota: int = 20_000_000_000
    # By what their bytes are, with * at the end; programs are refused whatever stands here.
    file_types: list[str] = [
        "image/*", "audio/*", "video/*", "text/*", "application/pdf", "application/rtf",
        "application/zip", "application/gzip", "application/vnd.*", "application/x-7z-compressed",
        "application/x-ole-storage",
    ]  # fmt: skip
