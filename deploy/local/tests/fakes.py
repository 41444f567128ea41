"""Stacks of stand-in services, as the tests of the launcher use them."""

from pathlib import Path

from local.replicas import Service
from local.stack import Options

NAMES = ("edge", "clients", "comms", "automation")
FAKES = tuple(Service(name, module="fake_service") for name in NAMES)
FOLDER = str(Path(__file__).parent)


def fake_options(**settings: str) -> Options:
    """Every service is a fake; the settings go to all of them and to the gateway."""
    environment = {name: {"FAKE_NAME": name} for name in NAMES}
    everywhere = {"PYTHONPATH": FOLDER, "DIWAN_DRAIN_SECONDS": "0.7", **settings}
    return Options(services=FAKES, durable=False, environment={"*": everywhere, **environment})
