"""python -m automation api | worker | all | migrate"""

import sys

from automation.app import build
from automation.settings import Settings
from chassis.main import main

main(build(Settings()), sys.argv[1:])
