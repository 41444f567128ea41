"""python -m billing api | worker | all | migrate | verify"""

import sys

from billing.app import COMMANDS, build
from billing.settings import Settings
from chassis.main import main

main(build(Settings()), sys.argv[1:], COMMANDS)
