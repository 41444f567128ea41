"""Memberships that run, out of the rows of a file, each the client's whom it names."""

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
from memberships.defaults.use_cases import settings_of
from memberships.imports.repository import FILES
from memberships.imports.rules import Known
from memberships.imports.use_cases import Asking, Owners, check_may
from memberships.membership_imports import repository, rules
from memberships.membership_imports.schemas import RunningMembership
from memberships.membership_imports.tables import Package
from memberships.membership_imports.use_cases.taking_over import Former, take_over
from memberships.packages.rules import UnknownPackage
from refs.home import today

CHUNK: Final = 500
MANAGE: Final = "memberships:manage"


class Memberships:
    """The kind of import."""

    files = FILES
    rows = repository.ROWS

    def __init__(self, context: Context) -> None:
        self._asking = Asking(context)

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def ask_about(self, work: UnitOfWork, rows: Sequence[Row], places: Places) -> None:
        """Whose the next rows are."""
        await self._asking.ask_about(work, rows, places)

    async def target(self, work: UnitOfWork, _: Mapping[str, Any]) -> "MembershipRows":
        """For the next chunk; raises MissingPermission."""
        check_may(work, MANAGE)
        return MembershipRows(work, await self._asking.owners(work))


class MembershipRows:
    """What the rows of a chunk become."""

    key_path = ""
    read_last: tuple[str, ...] = ()

    def __init__(self, work: UnitOfWork, owners: Owners) -> None:
        self._work, self._owners = work, owners

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read."""
        return rules.body_of(row, places)

    def keys_of(self, _: Body) -> list[str]:
        """None: a membership is taken over, never changed."""
        return []

    async def matching(self, _: Sequence[str]) -> dict[str, set[UUID]]:
        """None, for the same reason."""
        return {}

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """No row stands for one that is there."""
        raise NotImplementedError

    async def create(self, lines: Sequence[Line]) -> None:
        """Memberships of the rows that may be; the others are told why not."""
        await asyncio.to_thread(shape, lines, RunningMembership)
        packages, known = await repository.sold(self._work)
        tolerance = (await settings_of(self._work)).tolerance_days
        day = await today(self._work)
        former: list[tuple[Line, Former]] = []
        for line in lines:
            if line.shape is None:
                continue
            try:
                one = self._former(line.shape, packages, known)
                if one.auto_renew:
                    rules.check_renews(one.renewal_date, tolerance, day)
                former.append((line, one))
            except Failure as failure:
                line.refused(failure)
        made = await take_over(self._work, [one for _, one in former])
        for (line, _), found in zip(former, made, strict=True):
            if isinstance(found, Failure):
                line.refused(found)
            else:
                line.outcome = ImportRow(
                    row=line.number, outcome="created", record_id=found.id,
                    client_id=found.client_id, after=rules.trace(found),
                )  # fmt: skip

    def _former(
        self, row: RunningMembership, packages: Mapping[UUID, Package], known: Known
    ) -> Former:  # fmt: skip
        """A membership of before, as its row says; raises what refuses it."""
        client = self._owners.of(row.client)
        package = packages[known.named(row.package, "package", UnknownPackage)]
        return Former(
            client_id=client.id, package=package, start_date=row.start_date,
            renewal_date=rules.renewal_of(row.start_date, row.renewal_date, row.last_day),
            auto_renew=row.auto_renew, external_id=row.external_id, note=row.note,
        )  # fmt: skip
