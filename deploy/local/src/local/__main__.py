"""The commands behind make: `python -m local up | down | status | logs | scale | …`."""

import argparse
import sys

from local import commands, revision
from local.checkout import state_folder
from local.control import Refused
from local.servers.server import NotStarted
from local.state import State


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    told = _parser().parse_args(arguments)
    state = State(state_folder())
    try:
        return _run(told, state)
    except (ConnectionError, Refused, NotStarted) as failure:
        print(failure)
    except KeyboardInterrupt:
        print("\ninterrupted; a stack that was starting goes on in the background (make down)")
    return 1


def _run(told: argparse.Namespace, state: State) -> int:
    match told.command:
        case "status":
            return commands.status(state, memory=told.memory)
        case "logs":
            return commands.logs(state, told.names)
        case "scale":
            return commands.scale(state, dict(told.wishes))
        case "restart":
            return commands.restart(state, told.service)
        case "migration":
            return revision.write(told.service, told.message)
    simple = {"up": commands.up, "down": commands.down, "reset": commands.reset}
    return simple.get(told.command, commands.seed)(state)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    verbs = parser.add_subparsers(dest="command", required=True)
    for name in ("up", "down", "reset", "seed"):
        verbs.add_parser(name)
    verbs.add_parser("status").add_argument("--memory", action="store_true", help="PSS too")
    verbs.add_parser("logs").add_argument("names", nargs="*")
    verbs.add_parser("scale").add_argument("wishes", nargs="+", type=_wish, metavar="clients=3")
    verbs.add_parser("restart").add_argument("service")
    migration = verbs.add_parser("migration")
    migration.add_argument("service")
    migration.add_argument("message")
    return parser


def _wish(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    if not count.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not like clients=3")
    return name, int(count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
