"""The launcher with stand-in services, as a program: `python fake_launcher.py STATE`."""

import sys
from pathlib import Path

from fakes import fake_options

from local.launcher import say, serve
from local.stack import Stack

if __name__ == "__main__":
    sys.exit(serve(Stack(Path(sys.argv[1]), fake_options(), say)))
