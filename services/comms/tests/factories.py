"""Made-up people, clients and messages."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc.client import Asker
from chassis.testing.harness import Harness
from comms.peers import Client, UnknownClient
from refs import clients, people

TENANT_NAME = "عيادة النور"


@dataclass
class FakeClients:
    """Stands for the clients service: who is not listed is not visible."""

    known: dict[UUID, Client] = field(default_factory=dict)
    asked: list[UUID] = field(default_factory=list)

    async def get(self, by: Asker, client_id: UUID) -> Client:
        self.asked.append(client_id)
        if client_id not in self.known:
            raise UnknownClient(field="client_id")
        return self.known[client_id]


def make_client(client_id: UUID | None = None, **values: Any) -> Client:
    made = client_id or new_id()
    email = values.get("email", "sara@example.sa")
    facts = {"id": str(made), "name": "سارة", "tags": ["VIP"], "email": email}
    return Client(**({"id": made, "folder_id": new_id(), "editor_ids": [], "name": "سارة",
                      "language": "ar", "email": email, "facts": facts} | values))  # fmt: skip


def make_user(user_id: UUID | None = None, **values: Any) -> dict[str, Any]:
    return {
        "id": str(user_id or new_id()), "version": 1, "name": "نورة", "email": "noura@example.sa",
        "locale": "ar", "role_id": "", "team_ids": [], "is_active": True,
    } | values  # fmt: skip


async def make_tenant(harness: Harness, *users: dict[str, Any], **parts: Any) -> UUID:
    """A tenant that comms remembers, with its users."""
    tenant_id = new_id()
    tenant = {"name": TENANT_NAME, "country": "SA", "currency": "SAR", "timezone": "Asia/Riyadh",
              "locale": "ar", "version": 1, "users": users}  # fmt: skip
    async with harness.context.database.work(system(tenant_id, "comms")) as work:
        await people.remember_tenant(work, tenant | parts)
    return tenant_id


async def make_client_ref(
    context: Context, tenant_id: UUID, client_id: UUID, **values: Any
) -> None:
    ref = {"id": str(client_id), "version": 1, "name": "سارة", "folder_id": str(new_id())} | values
    async with context.database.work(system(tenant_id, "comms")) as work:
        await clients.remember_clients(work, [ref])
