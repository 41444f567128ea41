"""A service under a state machine: what it does over HTTP, step by step, beside a simple model."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from chassis.testing.person import Json, Person

T = TypeVar("T")


class Acting(RuleBasedStateMachine):
    """The steps of a company's owner; after the last one all that is kept is proven."""

    owner: Person
    loop: asyncio.AbstractEventLoop

    async def prove(self) -> object | None:
        """The first thing that does not fit."""
        raise NotImplementedError

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    def post(self, path: str, body: Json | None = None) -> tuple[str, Json]:
        """The code of a refusal, or nothing; and the answer."""
        answer = self.run(self.owner.http.post(path, json=body))
        found: Json = answer.json()
        return ("" if answer.is_success else str(found["code"])), found

    def listed(self, path: str, **asked: Any) -> list[Json]:
        """The first two hundred of a list."""
        found: list[Json] = self.run(self.owner.get(path, limit=200, **asked))["items"]
        return found

    def teardown(self) -> None:
        fault = self.run(self.prove())
        assert fault is None


async def play(machine: type[Acting], owner: Person, *, games: int, steps: int) -> None:
    """So many games of so many steps."""
    here = type("Here", (machine,), {"owner": owner, "loop": asyncio.get_running_loop()})
    await asyncio.to_thread(run_state_machine_as_test, here, settings=settings(
        max_examples=games, stateful_step_count=steps, deadline=None,
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip
