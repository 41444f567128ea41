"""A clock that is set."""

import pytest

from services.memberships.tests.credit.world import Clock
from services.memberships.tests.factories import Person


@pytest.fixture
def clock(owner: Person, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(owner.service.context.database, "clock", made)
    return made
