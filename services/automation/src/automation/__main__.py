"""python -m automation api | worker | all | migrate"""

import sys

from chassis.main import main
from automation.app import build
from automation.settings import Settings

main(build(Settings()), sys.argv[1:])
