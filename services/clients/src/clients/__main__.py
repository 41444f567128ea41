"""`python -m clients api | worker | all | migrate | rebuild-timeline [--check] | reseal-secrets`"""

import sys

from chassis.main import main
from clients.app import COMMANDS, build
from clients.settings import Settings

if __name__ == "__main__":
    main(build(Settings()), sys.argv[1:], COMMANDS)
