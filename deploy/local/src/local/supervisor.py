"""Starts again what dies, ever more slowly when it keeps dying."""

import asyncio
import signal
from collections.abc import Callable

from local.servers.server import NotStarted, Server

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STABLE_AFTER = 10.0


def pause_before_restart(previous: float, uptime: float) -> float:
    """Twice the last pause up to 10 s; the shortest again after a stable run."""
    if uptime >= STABLE_AFTER or previous == 0:
        return FIRST_PAUSE
    return min(previous * 2, LONGEST_PAUSE)


class Supervisor:
    """Keeps servers running from `keep` until `release`."""

    def __init__(self, say: Callable[[str], None], on_restart: Callable[[Server], None]) -> None:
        self._say = say
        self._on_restart = on_restart
        self._keepers: dict[Server, asyncio.Task[None]] = {}

    def keep(self, server: Server) -> None:
        """Watch over a server that has been started."""
        if server not in self._keepers:
            self._keepers[server] = asyncio.create_task(self._watch(server))

    async def release(self, server: Server) -> None:
        """Let it be; it is not started again from here on."""
        keeper = self._keepers.pop(server, None)
        if keeper:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def release_all(self) -> None:
        for server in list(self._keepers):
            await self.release(server)

    async def _watch(self, server: Server) -> None:
        pause, last = 0.0, None
        while child := server.child:
            code = await child.exited()
            # The same child again means that even starting failed.
            pause = pause_before_restart(pause, 0 if child is last else child.uptime)
            last = child
            self._say(f"{server.label} ended ({_reason(code)}); starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)
            server.restarts += 1
            await self._restart(server)

    async def _restart(self, server: Server) -> None:
        try:
            await server.launch()
        except (OSError, NotStarted) as error:
            self._say(f"{server.label} could not be started: {error}")
        else:
            self._on_restart(server)


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
