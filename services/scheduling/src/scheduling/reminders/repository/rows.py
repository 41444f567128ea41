"""How reminders are reckoned, taken in hand and settled."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert

from chassis.context import Context
from chassis.ids import new_id
from chassis.repository import Repository
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.reminders.rules.plan import Steps
from scheduling.reminders.rules.states import ReminderNotFound, State
from scheduling.reminders.tables import Reminder, reminders

_C: Final = reminders.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))
_MOST: Final = bindparam("most", type_=Integer)


def _is(state: State) -> Any:
    return _C.state == literal_column(f"'{state}'", Text)


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


_key: Final = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_LOCK: Final = statement(select(func.count(func.pg_advisory_xact_lock(_key))))
_KEY: Final = (_C.subject_id, _C.source, _C.recipient_id)
# Of each the one that is to come, else the latest.
_KNOWN: Final = statement(
    select(*written_columns(reminders))
    .where(_OURS, _C.subject_id == any_(_ids("ids")))
    .ext(distinct_on(*_KEY))
    .order_by(*_KEY, _is(State.PENDING).desc(), _C.created_at.desc(), _C.id.desc())
)
_NAMES: Final = [one.name for one in written_columns(reminders)]
_given: Final = rows_of(reminders, _NAMES)
_ADD: Final = statement(
    insert(reminders)
    .from_select(_NAMES, select(_given.c))
    .on_conflict_do_nothing()
    .returning(*written_columns(reminders))
)
_CHANGING: Final = (
    "channel", "starts_at", "wanted_at", "due_at", "until_at", "state", "reason",
)  # fmt: skip
_changes: Final = rows_of(reminders, ["id", *_CHANGING])
_CHANGE: Final = statement(
    update(reminders)
    .where(_OURS, _C.id == _changes.c.id,
           _C.state == any_(literal_column("array['pending', 'skipped']", ARRAY(Text))))
    .values(version=_C.version + 1, updated_at=_NOW,
            **{name: _changes.c[name] for name in _CHANGING})
    .returning(*written_columns(reminders))
)  # fmt: skip
_REMOVE: Final = statement(
    delete(reminders).where(_OURS, _is(State.PENDING), _C.id == any_(_ids("ids")))
)
_DUE: Final = statement(
    select(_C.subject_id)
    .where(_OURS, _is(State.PENDING), _C.due_at <= _NOW)
    .order_by(_C.due_at)
    .limit(_MOST)
)
_TAKE: Final = statement(
    update(reminders)
    .where(_OURS, _is(State.PENDING), _C.due_at <= _NOW, _C.subject_id == any_(_ids("ids")))
    .values(state=State.SENDING.value, version=_C.version + 1, updated_at=_NOW)
    .returning(_C.id)
)
_LEFT: Final = statement(
    select(_C.id)
    .where(_OURS, _is(State.SENDING),
           _C.updated_at < bindparam("before", type_=DateTime(timezone=True)),
           _C.id > bindparam("after", type_=Uuid))
    .order_by(_C.id)
    .limit(_MOST)
)  # fmt: skip
_FORGET: Final = statement(
    delete(reminders).where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
)


class ReminderRepository(Repository[Reminder]):
    """The reminders of the tenant, for who sends them."""

    table = reminders
    row = Reminder
    missing = ReminderNotFound

    async def lock(self, subject_ids: Iterable[UUID]) -> None:
        """Until the work ends nobody else reckons or sends what these call for."""
        await self.work.fetch(_LOCK, keys=_lock_keys(self.work.tenant_id, subject_ids))

    async def known(self, subject_ids: Collection[UUID]) -> list[Reminder]:
        """Of each of these, by each rule and to each recipient, the one that is to come, else the
        latest.
        """
        return await self.all(_KNOWN, ids=list(subject_ids))

    async def write(self, steps: Steps) -> list[Reminder]:
        """Write what is to be, a statement of each kind; those that are added or otherwise now."""
        work, written = self.work, list[Reminder]()
        if steps.removed:
            await work.execute(_REMOVE, tenant_id=work.tenant_id, ids=steps.removed)
        if steps.changed:
            rows = await work.fetch(
                _CHANGE, tenant_id=work.tenant_id, now=work.now, rows=steps.changed
            )
            written += [Reminder(**row) for row in rows]
        if steps.added:
            rows = await work.fetch(_ADD, rows=[self._whole(one) for one in steps.added])
            written += [Reminder(**row) for row in rows]
        return written

    async def due_subjects(self, most: int) -> list[UUID]:
        """What somebody is to be reminded of now, those first whose time came first."""
        keys = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        rows = await self.work.fetch(_DUE, **keys, most=most)
        return list(dict.fromkeys(row["subject_id"] for row in rows))

    async def take(self, subject_ids: Collection[UUID]) -> list[UUID]:
        """Take in hand what is due of these."""
        keys = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        rows = await self.work.fetch(_TAKE, **keys, ids=list(subject_ids))
        return [row["id"] for row in rows]

    async def left_sending(self, before: datetime, after: UUID, most: int) -> list[UUID]:
        """Some that were taken in hand long ago, in the order of ids."""
        keys = {"tenant_id": self.work.tenant_id, "before": before, "after": after}
        return [row["id"] for row in await self.work.fetch(_LEFT, **keys, most=most)]

    async def forget(self, client_id: UUID) -> None:
        """Keep none of a client's."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, client_id=client_id)

    def _whole(self, values: dict[str, Any]) -> dict[str, Any]:
        now = self.work.now
        plain = {"id": new_id(), "tenant_id": self.work.tenant_id, "version": 1}
        return dict.fromkeys(_NAMES) | plain | {"created_at": now, "updated_at": now} | values


async def tenants_with_due(context: Context, now: datetime) -> list[UUID]:
    """Companies in which somebody is to be reminded."""
    return [
        row["tenant_id"] for row in await context.system.look_up("tenants_with_due_reminders", now)
    ]


async def tenants_with_left(context: Context, before: datetime) -> list[UUID]:
    """Companies whose reminders were taken in hand before that, and are not settled."""
    rows = await context.system.look_up("tenants_with_reminders_left", before)
    return [row["tenant_id"] for row in rows]


def _lock_keys(tenant_id: UUID, subject_ids: Iterable[UUID]) -> list[int]:
    return sorted({
        int.from_bytes(
            blake2b(tenant_id.bytes + one.bytes, digest_size=8, key=b"reminders").digest(),
            signed=True,
        )
        for one in subject_ids
    })  # fmt: skip
