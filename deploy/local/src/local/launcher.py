"""The program that holds a stack: `python -m local.launcher`, in the foreground until a signal."""

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from typing import Any

from local.checkout import state_folder
from local.control import Control, Verb
from local.report import Report, describe
from local.servers.server import NotStarted
from local.stack import Options, Stack
from local.state import State

DEFAULT_PORT = 8080


class Launcher:
    """Runs a stack until it is told to stop, and answers the commands meanwhile."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._stop = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        verbs: dict[str, Verb] = {
            "ready": self._ready,
            "status": self._status,
            "scale": self._scale,
            "restart": self._restart,
            "stop": self._halt,
        }
        self._control = Control(State(stack.folder).address, verbs)

    async def run(self) -> int:
        """The exit code: 0 after a wanted end, 1 when the stack did not come up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        await self._control.open()
        try:
            return await self._until_stopped()
        finally:
            await self._stack.stop()
            self._control.close()
            say("everything is stopped")

    async def _until_stopped(self) -> int:
        starting = asyncio.create_task(self._stack.start())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            return 0
        starting.result()
        wanted, port = self._stack.options.port, self._stack.traefik.port
        if wanted not in (0, port):
            say(f"port {wanted} is taken by another program; the gateway listens on {port}")
        say(f"everything is ready after {self._stack.ready_after:.1f} s")
        await stopping
        say("stopping")
        return 0

    async def _ready(self) -> bool:
        return self._stack.ready_after is not None

    async def _status(self) -> Report:
        return await describe(self._stack)

    async def _scale(self, service: str, count: int) -> None:
        async with self._one_at_a_time:
            await self._stack.scale(service, count)

    async def _restart(self, service: str, index: int) -> None:
        async with self._one_at_a_time:
            await self._stack.restart(service, index)

    async def _halt(self) -> None:
        self._stop.set()


def say(line: str) -> None:
    """A line of progress; standard output is the launcher's log file."""
    print(line, flush=True)


def serve(stack: Stack) -> int:
    """Run the stack under its folder's lock."""
    lock = State(stack.folder).lock()
    if lock is None:
        say(f"another launcher already runs the stack in {stack.folder}")
        return 1
    try:
        return asyncio.run(Launcher(stack).run())
    except NotStarted as failure:
        say(str(failure))
    except Exception:
        traceback.print_exc()
    finally:
        os.close(lock)
    return 1


def usual_stack() -> Stack:
    """The stack that the environment asks for."""
    told = os.environ.get("DIWAN_PORT", "")
    options: dict[str, Any] = {"port": int(told or DEFAULT_PORT), "insist_on_port": bool(told)}
    return Stack(state_folder(), Options(**options), say)


if __name__ == "__main__":
    sys.exit(serve(usual_stack()))
