"""A company on a day of its own, and those whom bookings ask."""

import pytest

from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from refs import peers
from scheduling.peers import Peers
from services.scheduling.tests.staffed import TODAY, Others

_ASKED = (
    "reserve_credit", "consume_credit", "release_credit", "create_invoice", "meet_client",
)  # fmt: skip


@pytest.fixture(autouse=True)
def clock(service: Harness, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It stands still unless a test moves it."""
    made = FrozenClock(TODAY)
    monkeypatch.setattr(service.context.database, "clock", made)
    return made


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Others:
    """Memberships, billing and clients."""
    made = Others()
    for name in _ASKED:
        monkeypatch.setattr(Peers, name, _bound(made, name))
    monkeypatch.setattr(peers, "get_client", made.get_client)
    return made


def _bound(others: Others, name: str) -> object:
    async def call(_: Peers, *arguments: object) -> object:
        return await getattr(others, name)(*arguments)

    return call
