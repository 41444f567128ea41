"""What a feature does about events: handlers registered by the types they want."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from chassis.events import Event
from chassis.work import UnitOfWork

Handler = Callable[[UnitOfWork, Event], Awaitable[None]]
HandlerT = TypeVar("HandlerT", bound=Handler)
Wanted = Callable[[UnitOfWork, Event], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler and its durable: every event of the types reaches it, once.

    With `wanted`, those it declines do not, and leave no note: a feature that hears everything
    and reacts to little writes nothing for the rest.
    """

    durable: str
    types: tuple[str, ...]
    handler: Handler
    wanted: Wanted | None = None

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

    def on(self, *types: str, wanted: Wanted | None = None) -> Callable[[HandlerT], HandlerT]:
        """Register a handler for event types; a type ending in `.>` stands for all below it.

        `wanted` reads at most: it is asked again when the event is delivered again.
        """

        def register(handler: HandlerT) -> HandlerT:
            durable = f"{self.name}-{handler.__name__}"
            if any(known.durable == durable for known in self.subscriptions):
                raise ValueError(f"{durable} is registered twice")
            self.subscriptions.append(Subscription(durable, types, handler, wanted))
            return handler

        return register
