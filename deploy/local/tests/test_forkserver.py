"""Programs that are forked behave as if they had been started by themselves."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.local.tests.conftest import eventually
from local.children import Child
from local.servers.forkserver import Forkserver
from local.stack import Stack

LIBRARY = "WORD = {word!r}\n"
PROGRAM = """
import json, os, signal, sys, threading, time, library
print(json.dumps({"name": __name__, "argv": sys.argv[1:], "word": library.WORD,
                  "mine": os.environ.get("MINE"), "input": sys.stdin.read(),
                  "threads": threading.active_count(), "group": os.getpgid(0)}), flush=True)
if sys.argv[1] == "stay":
    time.sleep(60)
sys.exit(int(sys.argv[2]))
"""


@pytest.fixture
async def forkserver(tmp_path: Path) -> AsyncIterator[Forkserver]:
    code = tmp_path / "code"
    code.mkdir()
    (code / "library.py").write_text(LIBRARY.format(word="old"))
    (code / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"}
    server = Forkserver(tmp_path / "server.log", ["library", "missing"], lambda: environment)
    await server.start()
    yield server
    await server.stop()


async def forked(server: Forkserver, log: Path, *arguments: str, **environment: str) -> Child:
    return await server.run(
        "program", *arguments, log=log,
        environment=environment, death_signal=signal.SIGKILL,
    )  # fmt: skip


async def test_program_finds_what_python_m_would_give_it(
    forkserver: Forkserver, tmp_path: Path
) -> None:
    child = await forked(forkserver, tmp_path / "a.log", "go", "3", MINE="yes")
    assert await child.exited() == 3
    assert json.loads((tmp_path / "a.log").read_text()) == {
        "name": "__main__", "argv": ["go", "3"], "word": "old", "mine": "yes", "input": "",
        "threads": 1, "group": child.pid,
    }  # fmt: skip
    assert "missing is not imported" in forkserver.log.read_text()


async def test_program_is_a_child_of_ours_that_ps_names(
    forkserver: Forkserver, tmp_path: Path
) -> None:
    child = await forked(forkserver, tmp_path / "a.log", "stay", "0")
    process = psutil.Process(child.pid)
    assert process.ppid() == os.getpid()
    assert " ".join(process.cmdline()).split(" -m ")[1].split() == ["program", "stay", "0"]
    child.send(signal.SIGKILL)
    assert await child.exited() == -signal.SIGKILL


async def test_many_at_once_are_as_many_programs(forkserver: Forkserver, tmp_path: Path) -> None:
    logs = [tmp_path / f"{number}.log" for number in range(8)]
    children = await asyncio.gather(*(forked(forkserver, log, "go", "0") for log in logs))
    assert [await child.exited() for child in children] == [0] * 8
    assert len({json.loads(log.read_text())["group"] for log in logs}) == 8


async def test_changed_code_is_imported_anew(forkserver: Forkserver, tmp_path: Path) -> None:
    pid = forkserver.pid
    (tmp_path / "code" / "library.py").write_text(LIBRARY.format(word="new"))
    child = await forked(forkserver, tmp_path / "a.log", "go", "0")
    assert await child.exited() == 0
    assert json.loads((tmp_path / "a.log").read_text())["word"] == "new"
    assert forkserver.pid == pid


async def test_without_its_server_a_program_starts_by_itself(
    forkserver: Forkserver, tmp_path: Path
) -> None:
    stays = await forked(forkserver, tmp_path / "a.log", "stay", "0")
    forkserver.send(signal.SIGKILL)
    await eventually(lambda: asyncio.sleep(0, not forkserver.alive))
    assert stays.alive
    code = str(tmp_path / "code")
    alone = await forked(forkserver, tmp_path / "b.log", "go", "3", PYTHONPATH=code)
    assert await alone.exited() == 3
    assert json.loads((tmp_path / "b.log").read_text())["word"] == "old"
    await stays.stop(signal.SIGTERM, patience=5)


async def test_services_outlive_the_forkserver_and_come_back_without_it(stack: Stack) -> None:
    pids = {name: stack.replicas(name)[0].pid for name in stack.names}
    await stack.stop_server("forkserver")
    assert pids == {name: stack.replicas(name)[0].pid for name in stack.names}
    (replica,) = stack.replicas("comms")
    restarts = replica.restarts
    stack.kill("comms")
    await eventually(lambda: asyncio.sleep(0, replica.restarts > restarts))
    await stack.start_server("forkserver")
    await stack.wait_ready()


async def test_killed_forkserver_comes_back(stack: Stack) -> None:
    restarts = stack.forkserver.restarts
    stack.kill("forkserver")
    await eventually(lambda: asyncio.sleep(0, stack.forkserver.restarts > restarts))
    await stack.wait_ready()
    await stack.restart("comms")
