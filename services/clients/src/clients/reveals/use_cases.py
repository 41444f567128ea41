"""Sensitive fields shown in clear."""

from collections.abc import Sequence
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.custom_fields.use_cases.values import NATIONAL_ID, sensitive_names
from clients.reveals.schemas import Revealed
from clients.secrets.use_cases import reveal_secrets
from clients.visible_fields.repository import hidden_fields


async def reveal_client(
    work: UnitOfWork, client_id: UUID, fields: Sequence[str] | None
) -> Revealed:
    """A client's sensitive fields in clear; who read which is audited."""
    client = await ClientRepository(work).get(client_id)
    work.authorize()
    names = await sensitive_names(work, client)
    hidden = await hidden_fields(work)
    names = {name for name in names if not hidden.hides(client.folder_id, name)}
    wanted = names if fields is None else names & set(fields)
    found = await reveal_secrets(work, client_id, wanted)
    national_id = found.pop(NATIONAL_ID, None)
    custom = {name.partition(".")[2]: value for name, value in found.items()}
    return Revealed(
        client_id=client_id, url=f"/v1/clients/{client_id}", national_id=national_id,
        custom_fields=custom,
    )  # fmt: skip
