"""What a program spares itself as it starts; imported before all else."""

import gc
import sys
from typing import Final

# nats.py would load aiohttp for WebSockets, and redis the SDK for metrics that nobody asks of it:
# a tenth of a service's memory. While these are None, both do without.
_UNWANTED: Final = ("aiohttp", "opentelemetry.sdk.metrics")
_USUAL: Final = gc.get_threshold()
# What is imported lives as long as the process: looking through it again and again would take an
# eighth of the time until it serves. Looked through once, while it is young, the garbage between
# is memory for what comes next.
_ONCE: Final = (20_000, 1_000_000, 1_000_000)

for _name in _UNWANTED:
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]
gc.set_threshold(*_ONCE)


def imported() -> None:
    """Nothing more is to come: what is there now is never looked through again."""
    for name in _UNWANTED:
        if sys.modules[name] is None:
            del sys.modules[name]
    gc.freeze()
    gc.set_threshold(*_USUAL)
