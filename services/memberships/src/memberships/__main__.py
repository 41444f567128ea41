"""python -m memberships api | worker | all | migrate | verify"""

import sys

from chassis.main import main
from memberships.app import COMMANDS, build
from memberships.settings import Settings

main(build(Settings()), sys.argv[1:], COMMANDS)
