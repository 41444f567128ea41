"""The process that all services are forked from, as a server of the stack."""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from local.children import Child, Forked, opened, spawn
from local.servers.server import Server

PR_SET_CHILD_SUBREAPER = 36


class Forkserver(Server):
    """Has imported the services' code once: who is forked from it shares these pages."""

    port_names = ()
    death_signal = signal.SIGKILL

    def __init__(
        self, log: Path, imports: Sequence[str], environment: Callable[[], Mapping[str, str]]
    ) -> None:
        super().__init__("forkserver", log.parent, log)
        self._imports = imports
        self._environment = environment
        self._channel: socket.socket | None = None

    def command(self) -> list[str]:
        return [sys.executable, "-m", "local.forkserver", str(os.getpid()), *self._imports]

    def environment(self) -> dict[str, str]:
        return dict(self._environment())

    async def is_ready(self) -> bool:
        # Whoever asks before all is imported waits for the answer.
        return self.alive

    async def started(self) -> Child:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._close()
        self._channel, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            return spawn(
                self.command(), log=self.log, environment=self.environment(),
                death_signal=self.death_signal, standard_input=its.fileno(),
            )  # fmt: skip

    async def run(
        self, module: str, *arguments: str,
        log: Path, environment: Mapping[str, str], death_signal: signal.Signals,
    ) -> Child:  # fmt: skip
        """What `python -m` would start: a copy of the server, a new process when it is away."""
        asked = {"module": module, "arguments": arguments,
                 "environment": dict(environment), "death_signal": int(death_signal)}  # fmt: skip
        command = [sys.executable, "-m", module, *arguments]
        return await self._fork(asked, log) or spawn(
            command, log=log, environment=environment, death_signal=death_signal
        )

    async def _fork(self, asked: Mapping[str, Any], log: Path) -> Child | None:
        answer, its = socket.socketpair()
        with answer, opened(log) as output:
            with its:
                descriptors = [output.fileno(), its.fileno()]
                if not self._ask(json.dumps(asked), descriptors):
                    return None
            answer.setblocking(False)
            pid = await asyncio.get_running_loop().sock_recv(answer, 32)
            return Child(Forked(int(pid)), log, output.tell()) if pid else None

    def _ask(self, message: str, descriptors: list[int]) -> bool:
        if self._channel is None:
            return False
        with contextlib.suppress(ConnectionError):
            socket.send_fds(self._channel, [message.encode()], descriptors)
            return True
        return False

    async def stop(self) -> None:
        await super().stop()
        self._close()

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
