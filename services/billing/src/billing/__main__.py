"""python -m billing api | worker | all | migrate | verify"""

import sys

from chassis.main import main
from billing.app import COMMANDS, build
from billing.settings import Settings

main(build(Settings()), sys.argv[1:], COMMANDS)
