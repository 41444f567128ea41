"""Stands for the clients service where follow-ups ask it."""

from dataclasses import dataclass, field

from chassis.errors import Failure, Unavailable
from chassis.rpc.client import Asker
from services.scheduling.tests.factories import Json


@dataclass
class Clients:
    """Changes each status once for its cause, unless a test has it refuse, or be away."""

    made: dict[str, Json] = field(default_factory=dict)
    askers: list[Asker] = field(default_factory=list)
    refuses: Failure | None = None
    is_away: bool = False
    loses_answer: bool = False

    async def change_status(self, by: Asker, cause: str, asked: Json) -> None:
        self.askers.append(by)
        if self.is_away:
            raise Unavailable()
        if self.refuses is not None:
            raise self.refuses
        assert self.made.setdefault(cause, asked) == asked
        if self.loses_answer:
            raise Unavailable()
