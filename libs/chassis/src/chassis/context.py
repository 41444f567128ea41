"""What a running process holds: handed to servicers, jobs and public doors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from chassis.caller import Caller
from chassis.settings import ChassisSettings

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from chassis.crypto import Crypto
    from chassis.database import Database, SystemWork
    from chassis.rpc.client import Channels
    from chassis.storage import Storage
    from chassis.stream import Nats
    from chassis.tokens import Tokens

Rights = Callable[["Context", UUID, UUID], Awaitable[Caller | None]]
KeyRights = Callable[["Context", str], Awaitable[Caller | None]]
KeptT = TypeVar("KeptT")


@dataclass(slots=True)
class Context:
    """One process's connections and the two questions only identity can answer.

    `rights` gives a user's present rights (tenant id, user id); `key_rights` those of an API
    key's secret. Both answer None for somebody unknown, inactive or revoked.
    """

    settings: Any
    database: "Database"
    system: "SystemWork"
    tokens: "Tokens"
    channels: "Channels"
    crypto: "Crypto"
    redis: "Redis"
    nats: "Nats"
    rights: Rights
    key_rights: KeyRights
    storage: "Storage"
    peers: Any = None
    draining: bool = False
    ready: dict[str, bool] = field(default_factory=dict)
    own: dict[type, Any] = field(default_factory=dict)

    def keep(self, thing: object) -> None:
        """Hold something that this service alone keeps in its process; a start hook does."""
        self.own[type(thing)] = thing

    def kept(self, kind: type[KeptT]) -> KeptT:
        """What was kept of this class."""
        thing: KeptT = self.own[kind]
        return thing

    @property
    def service(self) -> str:
        """The name of this service."""
        name: str = self.chassis_settings.service
        return name

    @property
    def chassis_settings(self) -> ChassisSettings:
        """The settings every service has."""
        settings: ChassisSettings = self.settings
        return settings
