"""Where things lie in this checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
GATEWAY = ROOT / "gateway" / "traefik"


def state_folder() -> Path:
    """The ignored folder of the local stack, or the one that DIWAN_STATE names."""
    return Path(os.environ.get("DIWAN_STATE") or ROOT / ".state").resolve()
