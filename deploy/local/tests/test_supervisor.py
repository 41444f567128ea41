"""What dies is started again, ever more slowly while it keeps dying."""

import asyncio
import itertools
import sys
from pathlib import Path

import pytest

from deploy.local.tests.conftest import eventually
from local import supervisor
from local.servers.server import Server
from local.supervisor import Supervisor, pause_before_restart


class Mortal(Server):
    """A program that lives for a given time."""

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__("mortal", folder)
        self.seconds = seconds

    def command(self) -> list[str]:
        return [sys.executable, "-S", "-c", f"import time; time.sleep({self.seconds})"]

    async def is_ready(self) -> bool:
        return self.alive


def test_pauses_double_up_to_ten_seconds() -> None:
    pauses = list(itertools.accumulate(range(8), lambda last, _: pause_before_restart(last, 0)))
    assert pauses[1:] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0]


def test_pause_is_short_again_after_a_stable_run() -> None:
    assert pause_before_restart(10.0, uptime=supervisor.STABLE_AFTER) == supervisor.FIRST_PAUSE


async def test_dying_program_is_started_again_more_and_more_slowly(tmp_path: Path) -> None:
    said: list[str] = []
    restarted: list[Server] = []
    keeper = Supervisor(said.append, restarted.append)
    server = Mortal(tmp_path / "mortal", seconds=0)
    await server.launch()
    keeper.keep(server)
    await eventually(lambda: asyncio.sleep(0, len(restarted) >= 2))
    await keeper.release(server)
    await server.stop()
    assert "in 0.2 s" in said[0]
    assert "in 0.4 s" in said[1]
    assert server.restarts == len(restarted)


async def test_released_program_stays_dead(tmp_path: Path) -> None:
    keeper = Supervisor(lambda line: None, lambda server: pytest.fail("it was started again"))
    server = Mortal(tmp_path / "mortal", seconds=60)
    await server.launch()
    keeper.keep(server)
    await keeper.release(server)
    await server.stop()
    await asyncio.sleep(0.5)
    assert not server.alive


async def test_program_that_cannot_start_is_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Supervisor(said.append, lambda server: None)
    server = Mortal(tmp_path / "mortal", seconds=0)
    await server.launch()
    (tmp_path / "file").touch()
    server.log = tmp_path / "file" / "cannot be opened"
    keeper.keep(server)
    await eventually(lambda: asyncio.sleep(0, server.restarts >= 2))
    await keeper.release(server)
    assert any("could not be started" in line for line in said)
