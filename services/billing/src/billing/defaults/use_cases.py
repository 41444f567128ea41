"""How a company bills: what documents take where they say nothing."""

from collections.abc import Mapping
from typing import Any, Final

from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.rules import chosen
from billing.defaults.tables import BillingSettings
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs import people
from refs.about import Subject

_TEXTS: Final = ("payment_terms", "notes", "terms")


async def update_settings(work: UnitOfWork, changes: dict[str, Any]) -> BillingSettings:
    """Change how the company bills."""
    settings = BillingSettingsRepository(work)
    return await settings.update(await settings.current_for_update(), **changes)


async def defaults(
    work: UnitOfWork, values: Mapping[str, Any], client: Subject | None
) -> dict[str, Any]:
    """What a draft takes that was left open: the company's texts, in its client's language, and how
    many days after its date it is due, as the client has it, else the company.
    """
    known = await BillingSettingsRepository(work).current()
    language = client.language if client else ""
    if not language and _open_texts(known, values):
        tenant = await people.tenant(work)
        language = tenant.locale if tenant else ""
    return taken(known, values, client, language)


async def asked(work: UnitOfWork) -> Asked:
    """What `defaults` reads first."""
    return await BillingSettingsRepository(work).asked_now()


def taken(
    known: BillingSettings | None, values: Mapping[str, Any], client: Subject | None, language: str
) -> dict[str, Any]:
    """The same where the company's settings are at hand; in the language, if they have it."""
    days = client.credit_days if client else None
    if days is None:
        days = known.due_days if known else 0
    texts = _open_texts(known, values)
    return {"due_days": days, **{name: chosen(text, language) for name, text in texts.items()}}


def _open_texts(
    known: BillingSettings | None, values: Mapping[str, Any]
) -> dict[str, Mapping[str, str]]:  # fmt: skip
    open_ones = [name for name in _TEXTS if name in values and values[name] is None]
    return {name: getattr(known, name) for name in open_ones if getattr(known, name, None)}
