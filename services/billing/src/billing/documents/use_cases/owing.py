"""Who owes a document, and whom it is about: a client, or who pays for that one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from billing.documents.rules import ClientNeeded, PayerHidden
from chassis.context import Context
from chassis.errors import Failure
from chassis.work import UnitOfWork
from refs import about, lag
from refs.about import Subject, UnknownClient
from refs.clients import payers
from refs.writing import UNASKED, Access

Json = dict[str, Any]
Values = Mapping[str, Any]
Said = dict[UUID, Access]
OWING: Final = "client_id"
ABOUT: Final = "for_client_id"
_BOTH: Final = (OWING, ABOUT)


@dataclass(frozen=True, slots=True)
class Owing:
    """Who owes it, and whom it is about where that is another client."""

    client: Subject | None = None
    for_client_id: UUID | None = None

    @property
    def columns(self) -> Json:
        """As a document keeps them."""
        return {OWING: self.client and self.client.id, ABOUT: self.for_client_id}


@dataclass(frozen=True, slots=True)
class Known:
    """The clients that documents name, and those who pay for them: seen, and changeable."""

    seen: Mapping[UUID, Subject | UnknownClient] = field(default_factory=dict)
    changeable: Mapping[UUID, Subject | Failure] = field(default_factory=dict)
    payers: Mapping[UUID, UUID | None] = field(default_factory=dict)

    def owing(self, values: Values) -> Owing:
        """Of one that names `client_id`, and takes it literally where it names whom it is about.

        The caller may change who owes, and sees whom it is about. One level only: who pays for who
        pays is not asked. Raises UnknownClient, FolderNotWritable, PayerHidden and ClientNeeded.
        """
        client_id, about_id = values.get(OWING), values.get(ABOUT)
        if client_id is None:
            if about_id is not None:
                raise ClientNeeded(field=OWING)
            return Owing()
        if ABOUT in values:
            return self._literal(client_id, about_id)
        found = _or_raise(self.seen[client_id])
        if (payer_id := self.payers.get(client_id)) is None:
            return Owing(_or_raise(self.changeable[client_id]))
        if isinstance(self.seen[payer_id], UnknownClient):
            raise PayerHidden(field=OWING)
        payer = _or_raise(self.changeable[payer_id])
        return Owing(payer, found.id if found.id != payer.id else None)

    def check_seen(self, values: Values) -> None:
        """Raises UnknownClient where the caller does not see whom it names."""
        for name in _BOTH:
            if (client_id := values.get(name)) and isinstance(self.seen[client_id], UnknownClient):
                raise UnknownClient(field=name)

    def _literal(self, client_id: UUID, about_id: UUID | None) -> Owing:
        client = _or_raise(self.changeable[client_id])
        if about_id is None:
            return Owing(client)
        if isinstance(found := self.seen[about_id], UnknownClient):
            raise UnknownClient(field=ABOUT)
        return Owing(client, found.id if found.id != client.id else None)


async def ask(work: UnitOfWork, context: Context, values: Values) -> Said:
    """What others say of the clients that are named, before the work's first statement."""
    # Two at most, and mostly remembered: to ask for them one by one costs nothing then.
    said = {one: await about.ask_about(work, context, one) for one in named_in([values])}
    return said | await _of_payers(work, [values])


async def ask_each(work: UnitOfWork, context: Context, some: Sequence[Values]) -> Said:
    """The same of many documents."""
    said = await about.ask_about_each(work, context, named_in(some))
    return said | await _of_payers(work, some)


async def known(
    work: UnitOfWork, some: Sequence[Values], said: Said,
    asked: Mapping[UUID, UUID | None] | None = None,
) -> Known:  # fmt: skip
    """Whom documents name and who pays for them, as they were `asked` just now, else as last heard.

    A statement for whom they name, and one more where somebody else pays.
    """
    if not (named := named_in(some)):
        return Known()
    seen = dict(await about.seen_clients(work, {one: said.get(one, UNASKED) for one in named}))
    paying = {
        one: found.payer_id for one in _plain(some) if isinstance(found := seen[one], Subject)
    } | {one: payer for one, payer in (asked or {}).items() if one in seen}
    more = {one for one in paying.values() if one is not None and one not in seen}
    if more:
        seen |= await about.seen_clients(work, {one: said.get(one, UNASKED) for one in more})
    return Known(seen, await about.changeable(work, seen, said), paying)


async def owing(work: UnitOfWork, values: Values, said: Said) -> Owing:
    """The same of one document; raises as `Known.owing`."""
    return (await known(work, [values], said)).owing(values)


async def _of_payers(work: UnitOfWork, some: Sequence[Values]) -> Said:
    """What clients says of those who pay, while changes of access come late."""
    if not (plain := _plain(some)) or not lag.is_late(work.database) or work.caller.is_owner:
        return {}
    async with work.database.work(work.caller) as own:
        found = await payers(own, plain)
    return await lag.accesses(work, found)


def named_in(some: Sequence[Values]) -> set[UUID]:
    """The clients that documents name."""
    return {one[name] for one in some for name in _BOTH if one.get(name)}


def _plain(some: Sequence[Values]) -> set[UUID]:
    """Those that may be paid for by others."""
    return {one[OWING] for one in some if one.get(OWING) and ABOUT not in one}


def _or_raise(found: Subject | Failure) -> Subject:
    if isinstance(found, Failure):
        raise found
    return found
