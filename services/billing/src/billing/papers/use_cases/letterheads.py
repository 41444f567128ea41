"""How a company's papers look, and who they are from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from billing.logos import use_cases as logos
from billing.logos.repository import LogoRepository
from billing.paper_templates.rules import Kind
from billing.paper_templates.use_cases import asked_template, template_of
from billing.parties import use_cases as parties
from chassis.caller import Caller, system
from chassis.context import Context

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dress:
    """How a paper looks: its language where the template has one, and the logo (PNG, and its width
    and height) where one is printed.
    """

    accent: str | None = None
    language: str | None = None
    shows_hijri: bool = True
    header: Mapping[str, str] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)
    logo: bytes | None = None
    size: tuple[int, int] = (0, 0)


async def dress_of(
    context: Context, caller: Caller, kind: Kind, template_id: UUID | None = None
) -> Dress:
    """By the template that is named, else the default of the kind."""
    async with context.database.work(caller) as own:
        await own.read_ahead(
            await LogoRepository(own).asked_by_id(own.tenant_id),
            await asked_template(own, template_id),
        )
        template = await template_of(own, template_id, kind)
        is_shown = template is None or template.shows_logo
        logo = await LogoRepository(own).current() if is_shown else None
    png = await logos.picture(context, caller.tenant_id, logo) if logo else None
    plain = Dress(logo=png, size=(logo.width, logo.height) if logo else (0, 0))
    if template is None:
        return plain
    return replace(
        plain, accent=template.accent_color, language=template.language,
        shows_hijri=template.shows_hijri, header=template.header or {},
        footer=template.footer or {},
    )  # fmt: skip


async def letterhead(context: Context, tenant_id: UUID, kind: Kind) -> tuple[Json, Dress]:
    """The company as it presents itself now, and how its papers of a kind look by default.

    Raises NotFound and Unavailable.
    """
    found = await parties.ask(context, tenant_id, None)
    return found.seller_at({}), await dress_of(context, system(tenant_id, context.service), kind)
