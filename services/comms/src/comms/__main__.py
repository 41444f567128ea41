"""python -m comms api | worker | all | migrate"""

import sys

from chassis.main import main
from comms.app import build
from comms.settings import Settings

main(build(Settings()), sys.argv[1:])
