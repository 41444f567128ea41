"""Application assembly: what a service's app.py lists, run in one of its roles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

from chassis.consumer import Consumers
from chassis.context import Context, KeyRights, Rights
from chassis.http.router import Router
from chassis.jobs import Jobs
from chassis.settings import ChassisSettings

ServicerFactory = Callable[[Context], Any]
Hook = Callable[[Context], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The table of contents of a service; `app.py` returns one.

    Others may keep answers about the subjects of events whose types begin with one of `marks`.
    `peers` is called with the gRPC channels; `rights` and `key_rights` answer who a user or an
    API key is now; `on_start` hooks are awaited before the doors open.
    """

    settings: ChassisSettings
    metadata: Sequence[MetaData]
    migrations: Path
    rights: Rights
    key_rights: KeyRights
    routers: Sequence[Router] = ()
    servicers: Sequence[ServicerFactory] = ()
    consumers: Sequence[Consumers] = ()
    jobs: Sequence[Jobs] = ()
    peers: Callable[[Any], Any] = lambda _: None
    marks: tuple[str, ...] = ()
    system_look_ups: frozenset[str] = frozenset()
    on_start: Sequence[Hook] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """The service's name, as in its package, database and durables."""
        return self.settings.service
