"""What maintenance commands print."""

import sys

import orjson


def print_json(value: object) -> None:
    """A value as one line on standard output."""
    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")
