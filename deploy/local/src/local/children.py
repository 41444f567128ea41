"""Child programs that never outlive their parent."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from local import guard

ROTATE_ABOVE = 20_000_000
TAIL = 4_000


class Child:
    """One running program with a log file of its own."""

    def __init__(
        self, process: "subprocess.Popen[bytes] | Forked", log: Path, log_start: int
    ) -> None:
        self._process = process
        self._log = log
        self._log_start = log_start
        self._started_at = time.monotonic()
        self._ended_at: float | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        return self._process.poll()

    @property
    def alive(self) -> bool:
        return self.code is None

    @property
    def uptime(self) -> float:
        return (self._ended_at or time.monotonic()) - self._started_at

    def tail(self) -> str:
        """The end of what this child has logged so far."""
        with self._log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start, size - TAIL))
            logged = file.read().decode(errors="replace").strip()
        return logged if self.alive else f"{logged}\n(it ended with code {self.code})".strip()

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            self._process.send_signal(number)

    async def exited(self) -> int:
        """Wait for its end without polling, and give the exit code."""
        with contextlib.suppress(ProcessLookupError):
            if self.alive:
                await _wait_for_exit(self.pid)
        code = self._process.wait()
        self._ended_at = self._ended_at or time.monotonic()
        return code

    async def stop(self, number: signal.Signals, patience: float) -> None:
        """Ask it to end; kill it when it does not within `patience` seconds."""
        self.send(number)
        # A stopped (paused) child must run to see its signal.
        self.send(signal.SIGCONT)
        try:
            await asyncio.wait_for(self.exited(), patience)
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.exited()


class Forked:
    """What `subprocess.Popen` tells of a child, for one that another process has forked for us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self) -> int:
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    death_signal: signal.Signals,
    standard_input: int = subprocess.DEVNULL,
) -> Child:
    """Start a program; call from the main thread, whose end is what `death_signal` follows."""
    with opened(log) as output:
        popen = subprocess.Popen(
            [*_guard(death_signal), *command],
            stdin=standard_input,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            # A group of its own: Ctrl-C reaches the launcher alone, which then stops in order.
            process_group=0,
        )
        return Child(popen, log, output.tell())


def _guard(death_signal: signal.Signals) -> list[str]:
    return [sys.executable, "-I", "-S", guard.__file__, str(int(death_signal)), str(os.getpid())]


async def _wait_for_exit(pid: int) -> None:
    descriptor = os.pidfd_open(pid)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def opened(log: Path) -> BinaryIO:
    """A log file to go on with, or a new one when it has become large."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > ROTATE_ABOVE:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")
