"""python -m billing api | worker | all | migrate"""

import sys

from billing.app import build
from billing.settings import Settings
from chassis.main import main

main(build(Settings()), sys.argv[1:])
