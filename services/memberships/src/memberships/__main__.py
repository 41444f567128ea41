"""python -m memberships api | worker | all | migrate"""

import sys

from chassis.main import main
from memberships.app import build
from memberships.settings import Settings

main(build(Settings()), sys.argv[1:])
