"""What has ended is lost, once; and before that it is told."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from chassis.context import Context
from chassis.work import Record, UnitOfWork
from memberships.credit.repository import expiring as repository
from memberships.credit.rules import lots as rules
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.settling import tidy
from memberships.credit_types import use_cases as credit_types
from refs.home import today

EXPIRE: Final = "memberships.expire_credit"


async def tenants(context: Context) -> list[UUID]:
    """The companies where credit ends, or may."""
    return await repository.tenants(context)


async def expire(work: UnitOfWork) -> bool:
    """Let some charges whose last day is over lose what is left; whether there may be more."""
    if not (found := await repository.over(work, await today(work))):
        return False
    book = await _opened(work, found)
    # As they are now that nobody changes them: one may have been used up, or extended.
    await tidy(book)
    await book.write()
    return bool(book.ended)


async def tell_soon(work: UnitOfWork) -> bool:
    """Tell of some charges that end soon, each once; whether there may be more."""
    if not (found := await repository.soon(work, await today(work))):
        return False
    book = await _opened(work, found)
    told = [
        one for one in (book.lots[row["id"]] for row in found)
        if not one.is_expiring_told and rules.is_usable(one, book.today)
    ]  # fmt: skip
    for one in told:
        book.change_lot(one.id, is_expiring_told=True)
    await book.write()
    for one in told:
        book.tell("expiring_soon", one, one.remaining)
    return bool(told)


async def _opened(work: UnitOfWork, found: Sequence[Record]) -> Book:
    kinds = await credit_types.kinds(work, {row["credit_type_id"] for row in found})
    ids = [row["id"] for row in found]
    return await Book.open_each(
        work, {row["account_id"] for row in found}, list(kinds.values()), ids
    )
