"""A body as the columns of a client's row."""

from typing import Any, Final

from chassis.work import UnitOfWork
from clients.clients.rules import derived
from clients.clients.schemas.records import ClientFields
from clients.clients.tables import Client
from refs.home import home

_AMOUNTS: Final[tuple[str, ...]] = ("credit_limit", "opening_balance")
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


async def amounts(
    work: UnitOfWork, body: ClientFields, client: Client | None = None
) -> dict[str, Any]:
    """The amounts that a body names, those that stand too where it names another currency."""
    named = [name for name in _AMOUNTS if name in body.model_fields_set]
    given: dict[str, Any] = {name: getattr(body, name) for name in named}
    if client is not None and "currency" in body.model_fields_set:
        given = {n: getattr(client, n) for n in _AMOUNTS} | given
    if not any(given.values()):
        return given
    standing = client.currency if client and "currency" not in body.model_fields_set else None
    return derived.amounts(given, body.currency or standing or await home_currency(work))


async def home_country(work: UnitOfWork) -> str:
    """The country whose numbers need no code, mostly from memory."""
    return (await home(work)).country


async def home_currency(work: UnitOfWork) -> str:
    """The company's currency, mostly from memory."""
    return (await home(work)).currency
