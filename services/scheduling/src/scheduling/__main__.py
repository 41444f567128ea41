"""python -m scheduling api | worker | all | migrate"""

import sys

from chassis.main import main
from scheduling.app import build
from scheduling.settings import Settings

main(build(Settings()), sys.argv[1:])
