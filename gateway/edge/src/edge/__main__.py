"""python -m edge api | worker | all | migrate | rotate-keys"""

import sys

from chassis.main import main
from edge.app import COMMANDS, build
from edge.settings import Settings

main(build(Settings()), sys.argv[1:], COMMANDS)
