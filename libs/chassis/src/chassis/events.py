"""The events services tell each other: CloudEvents 1.0 with a protobuf payload as JSON."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import orjson
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from chassis import telemetry
from chassis.ids import new_id

if TYPE_CHECKING:
    from chassis.work import UnitOfWork

PayloadT = TypeVar("PayloadT", bound=Message)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TENANT = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `subject` is the entity's id, `version` the entity's own.

    What is `urgent` waits in its outbox for nothing but what stands before it in its key. `aside`
    is between services: not everybody who hears of the event may be shown it, so it stands in no
    answer and in nothing that is passed on.
    """

    type: str
    subject: UUID
    data: dict[str, Any]
    version: int = 1
    client_id: UUID | None = None
    id: UUID = field(default_factory=new_id)
    time: datetime = _EPOCH
    tenant_id: UUID = _NO_TENANT
    actor: str = ""
    cause: str | None = None
    depth: int = 0
    traceparent: str | None = None
    urgent: bool = False
    aside: str | None = None

    @property
    def ordering_key(self) -> str:
        """Events with one key are published one after the other."""
        return str(self.client_id or self.subject)

    @property
    def nats_subject(self) -> str:
        """The subject ends in the tenant, so that streams can be partitioned by it."""
        return f"events.{self.type}.{self.tenant_id}"

    def urgently(self) -> "Event":
        """The event as one that overtakes others."""
        return replace(self, urgent=True)

    def published_by(self, work: "UnitOfWork") -> "Event":
        """The event with who, when and why of the work that publishes it."""
        return replace(
            self, time=work.now, tenant_id=work.tenant_id, actor=work.caller.principal,
            cause=work.trail.cause, depth=work.trail.depth, traceparent=telemetry.traceparent(),
        )  # fmt: skip

    def payload(self, message: Callable[[], PayloadT]) -> PayloadT:
        """The data as its protobuf message; fields a newer sender added are ignored."""
        return ParseDict(self.data, message(), ignore_unknown_fields=True)

    def to_json(self) -> bytes:
        """The CloudEvents envelope; extension names are lower-case letters only."""
        envelope = {
            "specversion": "1.0", "id": self.id, "type": self.type,
            "source": f"/services/{self.type.split('.', 1)[0]}", "subject": self.subject,
            "time": self.time, "datacontenttype": "application/json", "tenantid": self.tenant_id,
            "clientid": self.client_id, "actor": self.actor, "version": self.version,
            "cause": self.cause, "depth": self.depth, "traceparent": self.traceparent,
            "aside": self.aside, "data": self.data,
        }  # fmt: skip
        given = {key: value for key, value in envelope.items() if value is not None}
        # asyncpg's UUIDs are a subclass, which orjson takes for another type.
        return orjson.dumps(given, default=str)


def event(
    kind: str, payload: Message, subject: UUID, version: int, *, client_id: UUID | None = None
) -> Event:
    """An event of type `kind`, e.g. `clients.client.created`, about the entity `subject`."""
    data = MessageToDict(
        payload, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return Event(kind, subject, data, version, client_id)


def from_json(raw: bytes | str) -> Event:
    """Read an envelope; raises ValueError or KeyError where it is not one of ours."""
    e = orjson.loads(raw)
    client_id = e.get("clientid")
    return Event(
        type=e["type"], subject=UUID(e["subject"]), data=e["data"], version=e["version"],
        client_id=UUID(client_id) if client_id else None, id=UUID(e["id"]),
        time=datetime.fromisoformat(e["time"]), tenant_id=UUID(e["tenantid"]), actor=e["actor"],
        cause=e.get("cause"), depth=e.get("depth", 0), traceparent=e.get("traceparent"),
        aside=e.get("aside"),
    )  # fmt: skip
