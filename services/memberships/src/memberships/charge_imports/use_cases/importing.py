"""Credit that clients have left, out of the rows of a file, charged to whom they name."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from background.imports.rules.bodies import Body, Places
from background.imports.rules.reading import Row
from background.imports.tables import ImportRow
from background.imports.use_cases.importing import Line, shape
from chassis.context import Context
from chassis.errors import Failure
from chassis.work import UnitOfWork
from memberships.charge_imports import repository, rules
from memberships.charge_imports.schemas import CreditLeft
from memberships.charge_imports.tables import CreditType
from memberships.credit.rules.lots import check_days
from memberships.credit.use_cases.charging import Charge
from memberships.credit.use_cases.charging_many import charge_many
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import UnknownCreditType, amount_of
from memberships.imports.repository import FILES, take_turn
from memberships.imports.rules import Known
from memberships.imports.use_cases import Asking, Owners, check_may
from refs.home import today

CHUNK: Final = 200
WRITE: Final = "memberships:write"
_SOURCE: Final = "import"


class Charges:
    """The kind of import."""

    files = FILES
    rows = repository.ROWS

    def __init__(self, context: Context, import_id: UUID) -> None:
        self._asking = Asking(context)
        self._import_id = import_id

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def ask_about(self, work: UnitOfWork, rows: Sequence[Row], places: Places) -> None:
        """Whose the next rows are."""
        await self._asking.ask_about(work, rows, places)

    async def target(self, work: UnitOfWork, _: Mapping[str, Any]) -> "ChargeRows":
        """For the next chunk; raises MissingPermission."""
        check_may(work, WRITE)
        return ChargeRows(work, self._import_id, await self._asking.owners(work))


class ChargeRows:
    """What the rows of a chunk become."""

    key_path = ""
    read_last: tuple[str, ...] = ()

    def __init__(self, work: UnitOfWork, import_id: UUID, owners: Owners) -> None:
        self._work, self._import_id, self._owners = work, import_id, owners

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read."""
        return rules.body_of(row, places)

    def keys_of(self, _: Body) -> list[str]:
        """None: credit is charged, never changed."""
        return []

    async def matching(self, _: Sequence[str]) -> dict[str, set[UUID]]:
        """None, for the same reason."""
        return {}

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """No row stands for one that is there."""
        raise NotImplementedError

    async def create(self, lines: Sequence[Line]) -> None:
        """Charges of the rows that may be; the others are told why not."""
        await asyncio.to_thread(shape, lines, CreditLeft)
        shaped = [line for line in lines if line.shape is not None]
        kinds = await self._kinds(shaped)
        await take_turn(self._work, "charge_imports")
        ids = {line.shape.external_id for line in shaped} - {None}
        taken = await repository.taken(self._work, ids)
        day = await today(self._work)
        wanted: list[tuple[Line, UUID, Charge]] = []
        for line in shaped:
            try:
                client = self._owners.of(line.shape.client)
                made = self._charge(line, _kind(kinds, line))
                check_days(made.starts_on or day, made.expires_on, day)
                _check_new(made, taken)
            except Failure as failure:
                line.refused(failure)
            else:
                wanted.append((line, client.id, made))
        await self._keep(wanted)

    async def _keep(self, wanted: Sequence[tuple[Line, UUID, Charge]]) -> None:
        lots = await charge_many(self._work, [(owner_id, one) for _, owner_id, one in wanted])
        for (line, owner_id, _), lot in zip(wanted, lots, strict=True):
            line.outcome = ImportRow(
                row=line.number, outcome="created", record_id=lot.id, client_id=owner_id
            )

    async def _kinds(self, lines: Sequence[Line]) -> dict[int, CreditType | Failure]:
        """What each row's amount is counted in, by its number, or why that is not known."""
        known = await repository.types_in_use(self._work)
        named = {line.number: _named(known, line) for line in lines}
        ids = {one for one in named.values() if isinstance(one, UUID)}
        found = await credit_types.kinds(self._work, ids) if ids else {}
        return {
            row: one if isinstance(one, Failure) else found[one] for row, one in named.items()
        }  # fmt: skip

    def _charge(self, line: Line, kind: CreditType) -> Charge:
        said: CreditLeft = line.shape
        return Charge(
            credit_type_id=kind.id, amount=amount_of(said.amount, kind.decimals, "amount"),
            cause=rules.cause(self._import_id, line.number), starts_on=said.starts_on,
            expires_on=said.expires_on, description=said.description, source=_SOURCE,
            external_id=said.external_id,
        )  # fmt: skip


def _named(known: Known, line: Line) -> UUID | Failure:
    try:
        return known.named(line.shape.credit_type, "credit_type", UnknownCreditType)
    except Failure as failure:
        return failure


def _kind(kinds: Mapping[int, CreditType | Failure], line: Line) -> CreditType:
    found = kinds[line.number]
    if isinstance(found, Failure):
        raise found
    return found


def _check_new(made: Charge, taken: set[str]) -> None:
    """Raises ChargeThere, of an earlier row too."""
    if made.external_id is None:
        return
    if made.external_id in taken:
        raise rules.ChargeThere(field="external_id")
    taken.add(made.external_id)
