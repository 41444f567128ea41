"""Starts the launcher in the background and tells on the terminal how far it is."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from local.control import ask
from local.state import State

LAUNCHER = (sys.executable, "-m", "local.launcher")
LOOK_EVERY = 0.1


def start(state: State, command: Sequence[str] = LAUNCHER) -> bool:
    """Start the launcher in a session of its own and follow it until ready; False if it failed."""
    state.logs.mkdir(parents=True, exist_ok=True)
    with state.launcher_log.open("ab") as output:
        begin = output.tell()
        launcher = subprocess.Popen(
            command,
            # Never the terminal's pipes: `make up | tail` would wait for the launcher's end.
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "DIWAN_STATE": str(state.folder)},
        )
    return _follow(state, launcher, begin)


def _follow(state: State, launcher: subprocess.Popen[bytes], begin: int) -> bool:
    with state.launcher_log.open(encoding="utf-8", errors="replace") as log:
        log.seek(begin)
        while launcher.poll() is None and not is_ready(state):
            _show_news(log)
            time.sleep(LOOK_EVERY)
        _show_news(log)
    return launcher.poll() is None


def wait_until_ready(state: State) -> bool:
    """Wait for a launcher that another command started."""
    while state.is_running() and not is_ready(state):
        time.sleep(LOOK_EVERY)
    return is_ready(state)


def is_ready(state: State) -> bool:
    try:
        return bool(ask(state.address, "ready"))
    except ConnectionError:
        return False


def _show_news(log: TextIO) -> None:
    for line in log:
        print(f"  {line}", end="", flush=True)
