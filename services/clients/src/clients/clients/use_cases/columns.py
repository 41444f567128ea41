"""A body as the columns of a client's row."""

from typing import Any, Final

from chassis.cache import TenantCache
from chassis.work import UnitOfWork
from clients.clients.rules import derived
from clients.clients.schemas.records import ClientFields
from refs import people

# Numbers typed without a country code are read as dialled at home.
_home: Final = TenantCache[str](seconds=300)
_DEFAULT_HOME: Final = "SA"
_IN_JSON: Final = {"phones", "emails", "addresses", "links", "staff", "availability"}
# Written with what else follows from them.
_APART: Final = {"id", "folder_id", "status_id", "code", "custom_fields", "national_id"}


def columns_of(body: ClientFields, country: str, *, patch: bool = False) -> dict[str, Any]:
    """Column values of a body, with what is derived from them."""
    left_out = _APART | _IN_JSON
    values = body.model_dump(exclude=left_out, exclude_unset=patch)
    # Only what was given, and all of that: a phone without a label has an empty one.
    named = _IN_JSON & body.model_fields_set if patch else _IN_JSON
    return values | derived.contents(body.model_dump(mode="json", include=named), country)


async def home_country(work: UnitOfWork) -> str:
    """The country whose numbers need no code, mostly from memory."""
    if (known := _home.get(work)) is not None:
        return known
    async with work.database.work(work.caller) as own:
        tenant = await people.tenant(own)
    if tenant is None or not tenant.country:
        return _DEFAULT_HOME
    return _home.put(work, tenant.country)
