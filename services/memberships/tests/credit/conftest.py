"""A clock that is set, and clients who are linked."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from memberships.peers import Peers
from services.memberships.tests.credit.world import LINK, Clock
from services.memberships.tests.factories import Person


@pytest.fixture
def clock(owner: Person, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(owner.service.context.database, "clock", made)
    return made


@pytest.fixture
def linked() -> Iterator[set[str]]:
    """Stands for clients: everybody is linked with those who are not in the set."""
    strangers = set[str]()

    async def link_between(_: Peers, __: UUID, one: UUID, other: UUID) -> UUID | None:
        return None if {str(one), str(other)} & strangers else LINK

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Peers, "link_between", link_between)
        yield strangers
