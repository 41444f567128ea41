"""When tests of calendars run, and who comes with an address."""

from collections.abc import AsyncIterator

import httpx
import pytest

from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from services.scheduling.tests.calendars.feeding import NOW
from services.scheduling.tests.factories import Person


@pytest.fixture(autouse=True)
def clock(service: Harness, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It is a Monday, whenever the tests run."""
    frozen = FrozenClock(NOW)
    monkeypatch.setattr(service.context.database, "clock", frozen)
    return frozen


@pytest.fixture
async def stranger(owner: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in."""
    async with owner.service.http(None) as http:
        yield http
