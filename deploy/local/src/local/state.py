"""The files by which commands and launcher of one state folder find each other."""

import fcntl
import os
import time
from pathlib import Path

STOP_PATIENCE = 60.0


class State:
    """One stack's folder; at most one launcher holds its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def address(self) -> Path:
        return self.folder / "launcher.json"

    @property
    def launcher_log(self) -> Path:
        return self.logs / "launcher.log"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def lock(self) -> int | None:
        """A descriptor that holds the lock while it is open; None when another has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "launcher.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_running(self) -> bool:
        if not self.folder.exists():
            return False
        descriptor = self.lock()
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is None

    def wait_until_stopped(self) -> bool:
        deadline = time.monotonic() + STOP_PATIENCE
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.is_running()
