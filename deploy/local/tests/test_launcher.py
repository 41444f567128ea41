"""The launcher as a program of its own: commands, signals, and nothing left behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.tests.fakes import NAMES
from local import background, commands
from local.control import Refused, ask
from local.state import State

FAKE_LAUNCHER = Path(__file__).parent / "fake_launcher.py"


def programs_of(state: State) -> list[psutil.Process]:
    """The launcher and all that it started, directly or not."""
    for launcher in psutil.process_iter(["cmdline"]):
        if (launcher.info["cmdline"] or [])[-1:] == [str(state.folder)]:
            return [launcher, *launcher.children(recursive=True)]
    return []


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    running = State(tmp_path / "state")
    yield running
    if running.is_running():
        commands.down(running)


def start(state: State) -> None:
    assert background.start(state, [sys.executable, str(FAKE_LAUNCHER), str(state.folder)])


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.long),
        pytest.param(signal.SIGINT, marks=pytest.mark.long),
    ],
)
def test_end_of_the_launcher_leaves_nothing_behind(state: State, number: signal.Signals) -> None:
    start(state)
    programs = programs_of(state)
    # PostgreSQL has some of its own.
    assert len(programs) > len(("launcher", *NAMES, "nats", "valkey", "mailbox", "traefik"))
    programs[0].send_signal(number)
    _, left = psutil.wait_procs(programs, timeout=15)
    assert not left
    assert not state.is_running()


def test_commands_reach_the_running_launcher(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    start(state)
    assert commands.status(state, memory=True) == 0
    assert commands.scale(state, {"automation": 2}) == 0
    assert commands.restart(state, "automation") == 0
    shown = capsys.readouterr().out
    assert "everything is ready after" in shown
    assert "automation-2 is started again" in shown
    with pytest.raises(Refused, match="there is no service nobody"):
        commands.scale(state, {"nobody": 2})
    refuses_a_second_launcher(state)
    refuses_strangers(state)
    programs = programs_of(state)
    assert commands.down(state) == 0
    _, left = psutil.wait_procs(programs, timeout=5)
    assert not left
    assert (state.folder / "postgres" / "cluster").exists()
    assert commands.reset(state) == 0
    assert not state.folder.exists()


def refuses_a_second_launcher(state: State) -> None:
    second = subprocess.run([sys.executable, str(FAKE_LAUNCHER), str(state.folder)],
                            capture_output=True, text=True, check=False)  # fmt: skip
    assert second.returncode == 1
    assert "another launcher" in second.stdout
    assert ask(state.address, "ready") is True


def refuses_strangers(state: State) -> None:
    address = state.address.read_text()
    state.address.write_text(address.replace('"token": "', '"token": "x'))
    with pytest.raises(Refused, match="wrong token"):
        ask(state.address, "stop")
    state.address.write_text(address)


def test_without_a_launcher_the_commands_say_so(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.status(state) == 0
    assert commands.down(state) == 0
    assert "not running" in capsys.readouterr().out
    with pytest.raises(ConnectionError, match="make up"):
        commands.scale(state, {"clients": 2})
