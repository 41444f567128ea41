"""What all servers of the local stack have in common: ports, start, readiness, stop."""

import asyncio
import os
import re
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from local import ports
from local.children import Child, spawn

START_ATTEMPTS = 5
PORT_TAKEN = re.compile(r"in use|failed to bind", re.IGNORECASE)


class NotStarted(Exception):
    """The server ended or did not become ready in time."""

    def __init__(self, label: str, tail: str) -> None:
        super().__init__(f"{label} failed; the end of its log:\n{tail}")


class Server(ABC):
    """A program that listens on ports of the loopback address and keeps its state in a folder."""

    port_names: tuple[str, ...] = ("main",)
    # Whether a restart may choose another port: not where others were told the old one.
    moves = False
    stop_signal = signal.SIGTERM
    death_signal = signal.SIGTERM
    boot_patience = 240.0
    stop_patience = 15.0

    def __init__(self, label: str, folder: Path, log: Path | None = None) -> None:
        self.label = label
        self.folder = folder
        self.log = log or folder.with_name(f"{folder.name}.log")
        self.ports: dict[str, int] = {}
        self.restarts = 0
        self.paused = False
        self.child: Child | None = None

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    async def is_ready(self) -> bool: ...

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    async def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def port(self) -> int:
        return self.ports[self.port_names[0]]

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.alive

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child and self.child.alive else None

    def take_ports(self) -> None:
        """Choose ports, keeping those of the last start."""
        for name in self.port_names:
            taken = self.moves and name in self.ports and not ports.is_free(self.ports[name])
            if taken or name not in self.ports:
                self.ports[name] = ports.free_port()

    async def launch(self) -> None:
        """Start the program and do not wait for it."""
        self.take_ports()
        await self.prepare()
        self.paused = False
        self.child = await self.started()

    async def started(self) -> Child:
        """The program, just started."""
        return spawn(
            self.command(),
            log=self.log,
            environment=self.environment(),
            death_signal=self.death_signal,
        )

    async def start(self) -> None:
        """Start the program and wait until it is ready; another port when one was taken."""
        first = self.child is None
        for _ in range(START_ATTEMPTS):
            await self.launch()
            if await self.becomes_ready():
                return
            tail = self._child.tail()
            await self.stop()
            if not PORT_TAKEN.search(tail):
                break
            if first:
                self.ports.clear()
        raise NotStarted(self.label, tail)

    async def becomes_ready(self) -> bool:
        """False when it ends before it is ready, or takes longer than `boot_patience`."""
        pause = 0.02
        while self.alive and self._child.uptime < self.boot_patience:
            if await self.is_ready() and self.alive:
                return True
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)
        return False

    async def stop(self) -> None:
        if self.child:
            await self.child.stop(self.stop_signal, self.stop_patience)

    def send(self, number: signal.Signals) -> None:
        self._child.send(number)

    def pause(self) -> None:
        """Freeze it, as a machine does that swaps or is cut off."""
        self.paused = True
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.paused = False
        self.send(signal.SIGCONT)

    @property
    def _child(self) -> Child:
        if self.child is None:
            raise NotStarted(self.label, "(it was never started)")
        return self.child
