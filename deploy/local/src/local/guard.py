"""Becomes the program it is given, having asked the kernel to end it with its parent.

A program of its own, and not a function between fork and exec: a process that has used gRPC has
threads whose locks and descriptors a forked copy of it shares, and such a copy crashes at times.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(death_signal: int, parent: int) -> None:
    """Have the kernel send this process a signal when its parent ends; exit if it has already."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("its parent has ended")


def main() -> None:
    """Arguments: the signal's number, the parent's process id, the command."""
    death_signal, parent, *command = sys.argv[1:]
    end_with_parent(int(death_signal), int(parent))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
