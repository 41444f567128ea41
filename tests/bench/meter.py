"""CPU time and memory of server processes, the load generator left out."""

from collections.abc import Iterable

import psutil

from local.memory import tree_pss


def cpu_seconds(roots: Iterable[int]) -> float:
    """What the processes and all their children have spent so far, in user and system mode.

    PostgreSQL's backends are children; what an ended one has spent stays in its parent's account.
    """
    total = 0.0
    for process in _family(roots):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_mb(roots: Iterable[int]) -> float:
    """Proportional set size of all of them together."""
    return sum(tree_pss(pid) for pid in roots) / 1e6


def _family(roots: Iterable[int]) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for pid in roots:
        try:
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                found[process.pid] = process
        except psutil.NoSuchProcess:
            continue
    return list(found.values())
