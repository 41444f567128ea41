"""Stacks of stand-in services, as the tests of the launcher use them."""

from dataclasses import replace
from pathlib import Path

from local.stack import SERVICES, Options

FAKES = tuple(replace(service, module="fake_service") for service in SERVICES)
NAMES = tuple(service.name for service in FAKES)
FOLDER = str(Path(__file__).parent)


def fake_options(**settings: str) -> Options:
    """Every service is a fake; the settings go to all of them and to the gateway."""
    environment = {name: {"FAKE_NAME": name} for name in NAMES}
    everywhere = {"PYTHONPATH": FOLDER, "DIWAN_DRAIN_SECONDS": "0.7", **settings}
    return Options(services=FAKES, durable=False, environment={"*": everywhere, **environment})
