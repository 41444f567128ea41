"""Forks programs that share what it has imported: `python -m local.forkserver PARENT MODULE…`.

Standard input is a socket to the launcher. A message is what to run, as JSON, with two
descriptors: its log, and a socket that hears its process id. What it runs is a child of the
launcher, and no other than `python -m` would run, only that it finds its modules imported.

It stays a single thread that opens nothing: a copy would share locks and descriptors.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import socket
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

from local.guard import end_with_parent

LONGEST_MESSAGE = 1_000_000
# The 48th field of proc_pid_stat(5): where the arguments lie. The first two end with ")".
ARG_START = 48 - 3


def serve(parent: int, modules: list[str]) -> None:
    """Import, then fork for each message until the launcher has gone."""
    began = time.time()
    for name in modules:
        _import(name)
    files = _own_files()
    gc.freeze()
    with socket.socket(fileno=0) as channel:
        while message := _next(channel, files, began):
            asked, descriptors = message
            if _is_grandchild():
                channel.detach()
                _become(asked, parent, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    # What needs it will tell in its own log.
    except Exception as error:
        print(f"{name} is not imported: {type(error).__name__}: {error}", flush=True)


def _own_files() -> str:
    """All code that is imported and not installed, as one text.

    Not looked up anew each time: to touch an object is to have its page for oneself.
    """
    installed = tuple({sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")})
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return os.pathsep.join(one for one in files if one and not one.startswith(installed))


def _next(
    channel: socket.socket, files: str, began: float
) -> tuple[dict[str, Any], list[int]] | None:
    select.select([channel], [], [])
    if files and any(_is_newer(file, began) for file in files.split(os.pathsep)):
        # The message waits in the socket for what begins here anew.
        os.execv(sys.executable, sys.orig_argv)
    message, descriptors, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 2)
    return (json.loads(message), descriptors) if message else None


def _is_newer(file: str, began: float) -> bool:
    return not os.path.exists(file) or os.stat(file).st_mtime > began


def _is_grandchild() -> bool:
    """Fork twice: with nobody between, the launcher (a subreaper) becomes the parent."""
    between = os.fork()
    if between:
        os.waitpid(between, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def _become(asked: dict[str, Any], parent: int, log: int, answer: int) -> None:
    """Run the module as a program of its own; does not return."""
    between = os.getppid()
    while os.getppid() == between != parent:
        time.sleep(0.001)
    end_with_parent(asked["death_signal"], parent)
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(asked["environment"])
    with open(os.devnull, "rb") as nothing:
        for descriptor, target in ((nothing.fileno(), 0), (log, 1), (log, 2)):
            os.dup2(descriptor, target)
    os.close(log)
    sys.argv = [asked["module"], *asked["arguments"]]
    _name_process([sys.executable, "-m", *sys.argv])
    with socket.socket(fileno=answer) as launcher:
        launcher.send(str(os.getpid()).encode())
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
    sys.exit()


def _name_process(words: list[str]) -> None:
    """Have `ps` show these words: they are written over those that were."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[ARG_START]), int(fields[ARG_START + 1])
    shown = "\0".join(words).encode()[: end - begin - 1]
    ctypes.memmove(begin, shown.ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
