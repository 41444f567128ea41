"""What `python -m local …` does, one function per command; each returns the exit code."""

import shutil
import subprocess
import time

from local import background
from local.control import ask
from local.report import Report
from local.state import State
from local.table import status_table

TAIL = "50"


def up(state: State) -> int:
    """Start the stack in the background, wait until it is ready, fill it, say where it is."""
    began = time.monotonic()
    if state.is_running():
        print("Diwan is already running or just starting.", flush=True)
        is_up = background.wait_until_ready(state)
    else:
        print("Starting Diwan …", flush=True)
        is_up = background.start(state)
    if not is_up:
        print(f"Diwan did not come up; the logs are in {state.logs}")
        return 1
    ready_after = time.monotonic() - began
    code = seed(state)
    _tell_where(ask(state.address, "status"), ready_after)
    return code


def down(state: State) -> int:
    """Stop everything and keep what is stored."""
    if not state.is_running():
        print("Diwan is not running.")
        return 0
    print("Stopping Diwan …", flush=True)
    ask(state.address, "stop")
    if not state.wait_until_stopped():
        print(f"It does not stop; see {state.launcher_log}")
        return 1
    print("Everything is stopped; what was stored is kept.")
    return 0


def status(state: State, *, memory: bool = False) -> int:
    """Print a table of all programs."""
    if not state.is_running():
        print("Diwan is not running (make up starts it).")
        return 0
    report: Report = ask(state.address, "status")
    print(status_table(report, memory=memory))
    print(f"gateway {report['url']}   mailbox {report['mailbox']}")
    return 0


def logs(state: State, names: list[str]) -> int:
    """Show the end of the logs and follow them until Ctrl-C."""
    patterns = [f"{name}*.log" for name in names] or ["*.log"]
    files = sorted({str(path) for pattern in patterns for path in state.logs.glob(pattern)})
    if not files:
        print(f"There are no such logs in {state.logs}.")
        return 1
    return subprocess.call(["tail", "-n", TAIL, "-F", *files])


def scale(state: State, wishes: dict[str, int]) -> int:
    """Run so many replicas of each named service."""
    for service, count in wishes.items():
        ask(state.address, "scale", service=service, count=count)
        print(f"{service}: {count} running")
    return 0


def restart(state: State, service: str) -> int:
    """Restart the replicas of a service one after the other."""
    report: Report = ask(state.address, "status")
    count = sum(row["label"].rpartition("-")[0] == service for row in report["rows"])
    for index in range(count):
        ask(state.address, "restart", service=service, index=index)
        print(f"{service}-{index + 1} is started again")
    return 0


def reset(state: State) -> int:
    """Stop everything and delete what is stored."""
    if (code := down(state)) != 0:
        return code
    # Never a folder that is not ours, whatever DIWAN_STATE says.
    if (state.folder / "launcher.lock").exists():
        shutil.rmtree(state.folder)
        print(f"{state.folder} is deleted.")
    return 0


def seed(state: State) -> int:
    """Fill the demo tenant through the public API; harmless when it is there."""
    from local import seeding  # noqa: PLC0415 - its HTTP client would slow the other commands

    report: Report = ask(state.address, "status")
    try:
        print(seeding.seed(report["url"]), flush=True)
    except seeding.NotSeeded as failure:
        print(f"The demo tenant could not be filled: {failure}")
        return 1
    return 0


def _tell_where(report: Report, ready_after: float) -> None:
    from local.seeding import EMAIL, PASSWORD  # noqa: PLC0415 - as above

    print(f"""
Diwan is running; it was ready after {ready_after:.1f} s.
  API      {report["url"]}   (documentation: {report["url"]}/docs)
  Login    {EMAIL} / {PASSWORD}
  Mailbox  {report["mailbox"]}   (all mail that Diwan sends ends here)
Next: make status, make logs s=clients, make scale clients=3, make down""")
