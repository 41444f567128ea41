"""A client with points, and billing with its drafts."""

from typing import Any
from uuid import UUID

import pytest

from memberships.peers import Peers
from services.memberships.tests.factories import Person, remember_client
from services.memberships.tests.loyalty.making import Drafts, make_rule, paid, set_up


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> Drafts:
    made = Drafts()
    for name in ("invoice", "apply_discount", "remove_discount"):
        asked = getattr(made, name)

        def answer(_: Any, *values: Any, asked: Any = asked) -> Any:
            return asked(*values)

        monkeypatch.setattr(Peers, name, answer)
    return made


@pytest.fixture
async def sara(owner: Person) -> UUID:
    """A client with a hundred points, worth 0.50 each."""
    client_id = await remember_client(owner)
    await set_up(owner)
    await make_rule(owner)
    await paid(owner, client_id, "1000.00")
    return client_id
