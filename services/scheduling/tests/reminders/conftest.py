"""A company on a day of its own, and communications as far as reminders ask them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Invalid, Unavailable
from chassis.ids import new_id
from chassis.rpc.client import Asker
from scheduling.peers import Peers
from services.scheduling.tests.staffed import clock as clock


class NotByThat(Invalid):
    """As comms refuses."""

    code = "channel_not_available"
    detail = "Not yet."


@dataclass
class Comms:
    """Stands for the service that sends: once for a key, and by mail alone."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, UUID] = field(default_factory=dict)
    is_away: bool = False
    loses_answers: bool = False

    async def send(self, _: Asker, asked: dict[str, Any], *, key: str) -> UUID:
        if self.is_away:
            raise Unavailable()
        if asked["channel"] != "email":
            raise NotByThat(field="channel")
        if key not in self.keys:
            self.sent.append(asked)
        made = self.keys.setdefault(key, new_id())
        if self.loses_answers:
            raise Unavailable()
        return made


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Comms:
    made = Comms()
    monkeypatch.setattr(Peers, "send", lambda _, *given, **named: made.send(*given, **named))
    return made
