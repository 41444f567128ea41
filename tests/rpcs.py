"""The services' gRPC methods, called directly on their ports, as an intruder inside would."""

import importlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import grpc
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from joserfc import jwt
from joserfc.jwk import OctKey

from chassis.rpc.declare import declared_by
from chassis.testing.databases import Urls
from chassis.testing.harness import environment
from local.stack import Stack
from tests.product import Json

PROTOS = Path(__file__).parents[1] / "protos"
# Which services serve the contracts of a package, where it is not the one of its name.
_SERVED_BY = {
    "identity": ("edge",),
    "common": ("clients", "comms", "billing", "memberships", "scheduling", "automation"),
}
# What a request must say otherwise than an id, or nothing, in each of its fields, to be accepted.
EXAMPLES: dict[str, dict[str, str]] = {
    "SendMessage": {
        "channel": "email",
        "user_id": "",
        "to": "",
        "template_id": "",
        "attachments": "",
    },
    "ChangeStatus": {"pinned_status_id": "", "follow_up_status_id": ""},
    "FindClients": {"key": "code"},
    "CreateClient": {"phone": "", "email": "", "language": ""},
    "ListAuditEntries": {"entity_id": "", "at_from": "", "at_to": "", "cursor": "", "sort": ""},
}
# Of what is billed: its lines, and nothing else that it may say.
_BILLED: Final = {
    "currency": "SAR", "quantity": "2", "unit_price": "100.00", "reason": "x", "amount": "10.00",
    "method": "cash", "type": "percent", "value": "10",
} | dict.fromkeys(
    ("issue_date", "supply_date", "due_date", "payment_terms", "shipping", "deposit",
     "salesperson_id", "branch_id", "work_cycle_id", "external_id", "exchange_rate",
     "received_at", "reference", "allocations", "product_id", "tax_id", "for_client_id"), "",
)  # fmt: skip
EXAMPLES |= dict.fromkeys(("CreateInvoice", "CreateInvoices", "PreviewInvoice", "ApplyDiscount",
                           "RecordPayment"), _BILLED)  # fmt: skip
# Without lines it is all that is left of the invoice.
EXAMPLES["CreditInvoice"] = _BILLED | {"lines": "", "discount": ""}
EXAMPLES["CreateTask"] = {
    "priority": "high",
    "kind": "task",
    **dict.fromkeys(("due_at", "recurrence", "work_cycle_id", "checklist_id"), ""),
}
# Whom and what it needs would be taken for all who ask.
EXAMPLES["CreateAppointment"] = {
    "starts_at": "2100-06-01T09:00:00Z",
    **dict.fromkeys(("ends_at", "recurrence", "linked", "resource_id", "staff_id"), ""),
}
EXAMPLES["GetDay"] = {"on": ""}
_COUNTED: Final = {"amount": "1", "starts_on": "", "expires_on": "", "occurred_at": ""}
EXAMPLES |= dict.fromkeys(("Reserve", "Charge", "Use"), _COUNTED)
# Answers each part by itself, also one that names what its caller may not see.
ONE_BY_ONE: Final = {"CreateInvoices", "FindClients"}


@dataclass(frozen=True)
class Rpc:
    """One method of a contract, and the service that serves it."""

    service: str
    method: MethodDescriptor

    @property
    def path(self) -> str:
        return f"/{self.method.containing_service.full_name}/{self.method.name}"

    async def ask(self, address: str, request: Message, **metadata: str) -> str:
        """The name of the status it answers with, and what it says if that is OK."""
        read = GetMessageClass(self.method.output_type).FromString
        async with grpc.aio.insecure_channel(address) as channel:
            many = self.method.server_streaming
            kind: Any = channel.unary_stream if many else channel.unary_unary
            call = kind(self.path, _to_wire, read)(
                request, timeout=10, metadata=tuple(metadata.items())
            )
            try:
                if many:
                    return "OK " + " ".join([str(message) async for message in call])
                return f"OK {await call}"
            except grpc.aio.AioRpcError as error:
                return str(error.code().name)

    @property
    def names(self) -> set[str]:
        """What its request may name by id, lists of ids as one id."""
        return _names(self.method.input_type) - {
            name for name, value in EXAMPLES.get(self.method.name, {}).items() if not value
        }

    def example(self, ids: dict[str, str]) -> Message:
        """A request with these ids that works where they are those of what may be seen."""
        return _filled(self.method.input_type, ids | EXAMPLES.get(self.method.name, {}))

    def request(self, ids: dict[str, str]) -> Message:
        """A request with these ids in the fields that name one."""
        return _filled(self.method.input_type, ids)


def _names(kind: Descriptor) -> set[str]:
    found = {f.name[:-1] if f.is_repeated else f.name for f in kind.fields}
    return found.union(*(_names(part) for part in _parts(kind).values()))


def _parts(kind: Descriptor) -> dict[str, Descriptor]:
    """The messages of ours inside a message, by their fields."""
    package = kind.file.package
    inside = {f.name: f.message_type for f in kind.fields if f.message_type}
    return {name: one for name, one in inside.items() if one and one.file.package == package}


def _filled(kind: Descriptor, values: dict[str, str]) -> Message:
    """One of each part; a text that nobody says something of is `x`, a cause or an id of something
    new one of its own."""
    made: Any = GetMessageClass(kind)()
    parts = _parts(kind)
    for field in kind.fields:
        said = values.get(field.name, str(uuid4()) if field.name in ("cause", "id") else "x")
        if field.name in parts and said:
            part, target = _filled(parts[field.name], values), getattr(made, field.name)
            target.append(part) if field.is_repeated else target.CopyFrom(part)
        elif field.type == field.TYPE_STRING and not field.is_repeated:
            setattr(made, field.name, said)
        elif field.type == field.TYPE_STRING and values.get(field.name[:-1]):
            getattr(made, field.name).append(values[field.name[:-1]])
    return made  # type: ignore[no-any-return]


def every_rpc() -> Iterator[Rpc]:
    """All methods of all contracts."""
    for path in sorted(PROTOS.glob("diwan/*/v1/*.proto")):
        package = path.parent.parent.name
        name = ".".join(path.relative_to(PROTOS).with_suffix("").parts) + "_pb2"
        for service in importlib.import_module(name).DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                for served_by in _SERVED_BY.get(package, (package,)):
                    yield Rpc(served_by, method)


def plan_of(name: str) -> Any:
    """What a service consists of, as its own `app.py` says, without starting it."""
    nowhere = Urls(*["postgresql://nobody@127.0.0.1:1/none"] * 3)
    settings = importlib.import_module(f"{name}.settings").Settings
    build = importlib.import_module(f"{name}.app").build
    return build(settings(**environment(nowhere, "x", "redis://x")))


def permissions() -> dict[str, str]:
    """What each method asks of its caller, by its path."""
    return {
        declared.path: declared.permission
        for name in sorted({rpc.service for rpc in every_rpc()})
        for servicer in plan_of(name).servicers
        for declared in declared_by(servicer(None))
    }


def signed(stack: Stack, audience: str, *, key: str = "", lives: int = 60, **claims: Any) -> str:
    """A token as the services sign them to each other, or with another `key` as a forger would."""
    now = int(time.time())
    known: Json = {"iss": "comms", "principal": "service:comms", "aud": audience,
                   "iat": now, "exp": now + lives, **claims}  # fmt: skip
    secret = OctKey.import_key(key or stack.secrets.service_key)
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, known, secret)


def _to_wire(message: Message) -> bytes:
    return message.SerializeToString()
