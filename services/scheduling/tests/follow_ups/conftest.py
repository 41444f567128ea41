"""Whom follow-ups ask."""

import pytest

from chassis.rpc.client import Asker
from scheduling.peers import Peers
from services.scheduling.tests.factories import Json
from services.scheduling.tests.follow_ups.clients import Clients


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    """Clients, which is there."""
    fake = Clients()

    async def change(_: Peers, by: Asker, cause: str, asked: Json) -> None:
        await fake.change_status(by, cause, asked)

    monkeypatch.setattr(Peers, "change_status", change)
    return fake
