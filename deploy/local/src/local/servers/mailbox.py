"""The SMTP sink with its readable mailbox, as a server of the stack."""

import signal
import sys
from pathlib import Path

from local import probes
from local.ports import HOST
from local.servers.server import Server


class Mailbox(Server):
    """Takes all mail of the services; a person reads it in the browser."""

    port_names = ("http", "smtp")
    death_signal = signal.SIGKILL

    def __init__(self, folder: Path, log: Path | None = None) -> None:
        super().__init__("mailbox", folder, log)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.ports['http']}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{HOST}:{self.ports['smtp']}"

    def command(self) -> list[str]:
        listening = [str(self.ports["smtp"]), str(self.ports["http"])]
        return [sys.executable, "-m", "local.mailbox", str(self.folder), *listening]

    async def is_ready(self) -> bool:
        greeted = (await probes.exchange(self.ports["smtp"], b"")).startswith(b"220")
        return greeted and await probes.http_status(self.ports["http"], "/healthz") == 200
