"""TCP ports on the loopback address."""

import contextlib
import secrets
import socket
from pathlib import Path

HOST = "127.0.0.1"
LOWEST = 15_000
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
# Several starts in one program must not be given the same port before they bind it.
_given: set[int] = set()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT after a crash counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that outgoing connections never take, so that a restarted server gets it again."""
    lowest_ephemeral = 32_768
    with contextlib.suppress(OSError, ValueError):
        lowest_ephemeral = int(EPHEMERAL_RANGE.read_text().split()[0])
    choices = range(LOWEST, max(lowest_ephemeral, LOWEST + 10_000))
    while True:
        port = secrets.choice(choices)
        if port not in _given and is_free(port):
            _given.add(port)
            return port
