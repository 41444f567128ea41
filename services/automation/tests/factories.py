"""Made-up events, clients, flows, and services that obey."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from diwan.clients.v1.clients_pb2 import Client
from google.protobuf.json_format import ParseDict

from automation.peers import Call, Json
from automation.runs.rules import ClientNotFound
from chassis.caller import Caller
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asker

AnswerT = TypeVar("AnswerT")

VIP_FLOW: Json = {
    "name": "Welcome",
    "enabled": True,
    "trigger": {"event": "clients.client.created"},
    "steps": [
        {"type": "add_tags", "tags": ["VIP"]},
        {"type": "send_message", "channel": "email", "subject": "مرحبًا {{ client.name }}",
         "body": "<p>{{ client.name }}</p>"},
    ],
}  # fmt: skip


@dataclass
class FakePeers:
    """Stands for the other services: does everything once per key, and notes who asked."""

    clients: dict[str, Json] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    askers: list[Asker] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Json] = field(default_factory=dict)
    refusals: dict[str, list[Exception]] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)

    async def get_client(self, by: Asker, client_id: str) -> Json:
        self.got.append(client_id)
        self._refuse("get_client")
        if client_id not in self.clients:
            raise ClientNotFound()
        return dict(self.clients[client_id])

    async def tag_client(self, call: Call, asked: Json) -> Client:
        def effect() -> Client:
            client = self._client(asked)
            kept = [tag for tag in client["tags"] if tag not in asked.get("remove", ())]
            client["tags"] = list(dict.fromkeys([*kept, *asked.get("add", ())]))
            return client_message(client)

        return self._once("tag_client", call, asked, effect)

    async def change_status(self, call: Call, asked: Json) -> Client:
        def effect() -> Client:
            self._client(asked)["status_id"] = asked["status_id"]
            return client_message(self._client(asked))

        return self._once("change_status", call, asked, effect)

    async def move_client(self, call: Call, asked: Json) -> Client:
        def effect() -> Client:
            self._client(asked)["folder_id"] = asked["folder_id"]
            return client_message(self._client(asked))

        return self._once("move_client", call, asked, effect)

    async def send_message(self, call: Call, asked: Json) -> Json:
        return self._once(
            "send_message", call, asked, lambda: {"message_id": str(new_id()), "status": "queued"}
        )

    async def notify(self, call: Call, asked: Json) -> Json:
        return self._once("notify", call, asked, lambda: {"notification_ids": [str(new_id())]})

    def refuse(self, name: str, *errors: Exception) -> None:
        """Answer the next calls of this name so."""
        self.refusals.setdefault(name, []).extend(errors)

    def made(self, name: str) -> list[Json]:
        """What was asked, effect by effect."""
        return [asked for kind, asked in self.calls if kind == name]

    def _once(self, name: str, call: Call, asked: Json, effect: Callable[[], AnswerT]) -> AnswerT:
        self.askers.append(call.by)
        assert self.asked.setdefault(call.key, asked) == asked, "another call under the same key"
        self._refuse(name)
        if call.key not in self.answers:
            self.calls.append((name, asked))
            self.answers[call.key] = effect()
        answer: AnswerT = self.answers[call.key]
        return answer

    def _refuse(self, name: str) -> None:
        if waiting := self.refusals.get(name):
            raise waiting.pop(0)

    def _client(self, asked: Json) -> Json:
        if asked["client_id"] not in self.clients:
            raise ClientNotFound()
        return self.clients[asked["client_id"]]


def client_message(client: Json) -> Client:
    """As the clients service answers."""
    return ParseDict(client, Client())


def make_client(client_id: UUID | None = None, **values: Any) -> Json:
    return {
        "id": str(client_id or new_id()), "version": 1, "kind": "client", "type": "individual",
        "name": "سارة الحربي", "business_name": "", "code": "C-1", "serial": 1,
        "folder_id": str(new_id()), "status_id": str(new_id()), "category_id": "", "tags": [],
        "phones": [{"number": "0501234567", "e164": "+966501234567", "primary": True}],
        "emails": [{"address": "sara@example.sa", "primary": True, "opt_out": False}],
        "country_code": "SA", "currency": "SAR", "language": "ar", "staff": [], "source": "expo",
        "external_id": "", "is_archived": False, "merged_into": "", "parent_id": "",
        "birth_date": "1990-05-01",
    } | values  # fmt: skip


def make_event(caller: Caller, client: Json | None = None, **values: Any) -> Event:
    data = values.pop("data", {"client": client} if client else {})
    return Event(**({
        "type": "clients.client.created", "subject": UUID(client["id"]) if client else new_id(),
        "data": data, "client_id": UUID(client["id"]) if client else None,
        "time": datetime.now(UTC), "tenant_id": caller.tenant_id, "actor": caller.principal,
    } | values))  # fmt: skip


def make_flow(**values: Any) -> Json:
    return VIP_FLOW | values


def make_user(caller: Caller, **values: Any) -> Json:
    return {
        "id": str(caller.user_id), "version": 1, "name": "نورة", "email": "noura@example.sa",
        "locale": "ar", "role_id": str(caller.role_id), "team_ids": [], "is_active": True,
    } | values  # fmt: skip


def make_tenant(owner: Caller) -> Json:
    """A company with its owner, as identity tells of them."""
    role = {
        "id": str(owner.role_id), "version": 1, "name": "owner", "permissions": ["*"],
        "visibility": "all", "is_owner": True,
    }  # fmt: skip
    return {
        "id": str(owner.tenant_id), "name": "عيادة النور", "country": "SA", "currency": "SAR",
        "timezone": "Asia/Riyadh", "locale": "ar", "version": 1, "users": [make_user(owner)],
        "roles": [role],
    }  # fmt: skip
