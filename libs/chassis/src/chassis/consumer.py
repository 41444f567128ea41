"""What a feature does about events: handlers registered by the types they want."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from chassis import telemetry
from chassis.events import Event
from chassis.logging import bind
from chassis.work import Trail, UnitOfWork

Handler = Callable[[UnitOfWork, Event], Awaitable[None]]
HandlerOfMany = Callable[[UnitOfWork, Sequence[Event]], Awaitable[None]]
HandlerT = TypeVar("HandlerT", bound=Callable[..., Awaitable[None]])
Wanted = Callable[[UnitOfWork, Event], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler and its durable: every event of the types reaches it, once.

    It is given some of one tenant, at least one. With `wanted`, those it declines do not reach it
    and leave no note: a feature that hears everything and reacts to little writes nothing for the
    rest. With `alone` nobody else is at work on the clients of its events meanwhile.
    """

    durable: str
    types: tuple[str, ...]
    handler: HandlerOfMany
    wanted: Wanted | None = None
    alone: bool = False

    @property
    def subjects(self) -> list[str]:
        """The types as subjects of any tenant: `clients.>`, or `clients.client.created`."""
        return [
            f"events.{kind}" if kind.endswith(">") else f"events.{kind}.*" for kind in self.types
        ]


class Consumers:
    """The handlers of a feature, listed in its service's `app.py`.

    A handler runs inside a unit of work of the event's tenant that commits together with the
    note that the event was handled. Several events of a tenant may share one transaction; when
    one of them fails, each gets its own.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.subscriptions: list[Subscription] = []

    def on(
        self, *types: str, wanted: Wanted | None = None, first: HandlerOfMany | None = None,
        alone: bool = False,
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """Register a handler for event types; a type ending in `.>` stands for all below it.

        `wanted` reads at most: it is asked again when the event is delivered again. `first` is
        given all events of a transaction before the first one is handled: to take what locks they
        need in one order, as what is taken event by event lets two transactions wait for each
        other. `alone` does so with the clients they are about (forgetting.py).
        """
        given = partial(_one_by_one, first=first)
        return self._registered(given, types=types, wanted=wanted, alone=alone)

    def together(
        self, *types: str, wanted: Wanted | None = None
    ) -> Callable[[HandlerOfMany], HandlerOfMany]:
        """The same for a handler that takes all events of a transaction, in their order, at once.

        For projections, which cost a statement for each event otherwise. What such a handler
        publishes names no cause, and is as deep in its chain as the deepest of the events.
        """
        return self._registered(_at_once, types=types, wanted=wanted)

    def _registered(
        self, given: Callable[[str, HandlerT], HandlerOfMany], **kept: Any
    ) -> Callable[[HandlerT], HandlerT]:  # fmt: skip
        def register(handler: HandlerT) -> HandlerT:
            durable = f"{self.name}-{handler.__name__}"
            if any(known.durable == durable for known in self.subscriptions):
                raise ValueError(f"{durable} is registered twice")
            adapted = given(durable, handler)
            self.subscriptions.append(Subscription(durable, handler=adapted, **kept))
            return handler

        return register


def _one_by_one(
    durable: str, handler: Handler, *, first: HandlerOfMany | None = None
) -> HandlerOfMany:  # fmt: skip
    async def handle(work: UnitOfWork, events: Sequence[Event]) -> None:
        if first is not None:
            await first(work, events)
        for event in events:
            work.trail = Trail(cause=str(event.id), depth=event.depth)
            with (
                telemetry.consumer_span(durable, event.traceparent),
                bind(tenant_id=event.tenant_id, event_id=event.id),
            ):
                await handler(work, event)

    return handle


def _at_once(durable: str, handler: HandlerOfMany) -> HandlerOfMany:
    async def handle(work: UnitOfWork, events: Sequence[Event]) -> None:
        work.trail = Trail(depth=max(event.depth for event in events))
        with ExitStack() as traces, bind(tenant_id=work.tenant_id):
            for event in events:
                traces.enter_context(telemetry.consumer_span(durable, event.traceparent))
            await handler(work, events)

    return handle
