"""What can be done with templates."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from comms.peers import Client
from comms.templates import rules
from comms.templates.events import template_changed
from comms.templates.repository import TemplateRepository
from comms.templates.tables import Template
from refs import people


async def create_template(work: UnitOfWork, **values: Any) -> Template:
    """Keep a text to be filled in and sent."""
    rules.check(values["subject"], values["body"])
    template, is_new = await TemplateRepository(work).add_once(**values)
    if is_new:
        work.publish(template_changed("created", template))
    return template


async def update_template(work: UnitOfWork, template_id: UUID, **changes: Any) -> Template:
    """Change a template; messages that were queued with it stay as they are."""
    rules.check(changes.get("subject"), changes.get("body"))
    templates = TemplateRepository(work)
    known = await templates.get_for_update(template_id)
    template = await templates.update(known, **changes)
    if template.version != known.version:
        work.publish(template_changed("updated", template))
    return template


async def delete_template(work: UnitOfWork, template_id: UUID) -> None:
    """Remove a template; messages sent with it stay."""
    templates = TemplateRepository(work)
    template = await templates.get_for_update(template_id)
    await templates.delete(template)
    work.publish(template_changed("deleted", template))


async def facts(
    work: UnitOfWork, variables: Mapping[str, Any], *, client: Client | None = None,
    user_id: UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a template may read: the variables given, `client`, `user` and `tenant`.

    `user` is the member of staff written to, else the one in whose name it is written.
    """
    tenant = await people.tenant(work)
    person_id = user_id or work.caller.user_id
    person = await people.user(work, person_id) if person_id else None
    known = {
        "client": client.facts if client else None,
        "user": {"name": person.name, "email": person.email} if person else None,
        "tenant": asdict(tenant) if tenant else None,
    }
    return {**variables, **{name: found for name, found in known.items() if found}}


async def write(work: UnitOfWork, template_id: UUID, facts: Mapping[str, Any]) -> rules.Written:
    """Fill a template in; raises UnknownTemplate."""
    template = await TemplateRepository(work).get(template_id)
    return rules.write(template.subject, template.body, facts)
