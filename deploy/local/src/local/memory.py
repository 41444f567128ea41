"""How much memory the programs of the stack take, shared pages counted once (PSS)."""

import contextlib
from pathlib import Path

PROC = Path("/proc")
GONE = (OSError, ValueError)


def tree_pss(pid: int) -> int:
    """Bytes of a program and all its descendants (PostgreSQL has many)."""
    return _pss(pid) + sum(tree_pss(child) for child in _children(pid))


def _pss(pid: int) -> int:
    with contextlib.suppress(*GONE):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _children(pid: int) -> list[int]:
    with contextlib.suppress(*GONE):
        tasks = (PROC / str(pid) / "task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]
    return []
