"""CPU time and memory of every server process, the load generator left out."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds by process id, children included."""

    seconds: dict[int, float]

    def until(self, later: "Reading") -> float:
        """CPU seconds spent between two readings; a process that began since counts whole."""
        return sum(spent - self.seconds.get(pid, 0.0) for pid, spent in later.seconds.items())


def family(roots: Iterable[int]) -> list[psutil.Process]:
    """The processes and all their children: PostgreSQL's backends are children."""
    found: dict[int, psutil.Process] = {}
    for pid in roots:
        try:
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                found[process.pid] = process
        except psutil.NoSuchProcess:
            continue
    return list(found.values())


def read(roots: Iterable[int]) -> Reading:
    """What each process has spent so far, in user and system mode."""
    seconds = {}
    for process in family(roots):
        try:
            times = process.cpu_times()
            seconds[process.pid] = times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return Reading(seconds)


def memory(roots: Iterable[int]) -> float:
    """Proportional set size of all of them together, in MB."""
    total = 0
    for process in family(roots):
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 1e6
