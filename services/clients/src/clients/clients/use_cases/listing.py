"""What a list of clients asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from chassis.errors import Forbidden
from chassis.work import UnitOfWork
from clients.clients.rules.filters import Asked, filters_of
from clients.clients.use_cases.columns import home_country
from clients.custom_fields.rules.filters import PREFIX
from clients.custom_fields.use_cases import values as custom
from clients.tags.use_cases import spelled

_PACKAGES: Final = "memberships:read"


async def asked(
    work: UnitOfWork, given: Mapping[str, Any], parameters: Iterable[tuple[str, str]] = ()
) -> Asked:
    """The filters of a list, an export or a segment, from its parameters as they were given.

    `parameters` may hold others than those of custom fields; raises Invalid, naming them.
    Raises Forbidden: who has a package is told to who may read memberships.
    """
    if given.get("package_id") and not work.caller.may(_PACKAGES):
        raise Forbidden(field="package_id")
    filters = await spelled(work, given)
    if numbers := filters.get("national_id"):
        filters["national_id"] = custom.national_id_prints(work, numbers)
    plain, texts = filters_of(filters)
    if ids := await custom.holders_of(work, given.get("q")):
        texts = [replace(text, ids=ids) if text.field == "q" else text for text in texts]
    named = [pair for pair in parameters if pair[0].startswith(PREFIX)]
    if not named:
        return Asked(plain, texts, ())
    fields = await custom.filters_by_fields(work, named, await home_country(work))
    return Asked(plain, texts, fields)
