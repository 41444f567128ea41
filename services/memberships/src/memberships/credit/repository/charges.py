"""The SQL of charges: lots as their clients' people see them."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.credit.repository.clauses import (
    TODAY,
    amount,
    any_of,
    between,
    is_at_rest,
    no_text,
    of_clients,
    whose,
    with_type,
)
from memberships.credit.rules.failures import ChargeNotFound
from memberships.credit.tables.ledger import Lot, credit_entries, credit_lots
from refs.home import today
from refs.lag import AboutClients
from refs.visibility import about_visible_client, sight_of
from refs.writing import check_remembered

_C: Final = credit_lots.c
_E: Final = credit_entries.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_ZERO: Final[ColumnElement[int]] = literal_column("0")
_IS_OVER: Final = func.coalesce(_C.expires_on < TODAY, literal_column("false"))


def _word(text: str) -> ColumnElement[Any]:
    return literal_column(f"'{text}'", Text)


# As rules.lots.status says.
STATUS: Final = case(
    (_C.taken_back_at.is_not(None), _word("taken_back")),
    (_IS_OVER, _word("expired")),
    (_C.stopped_at.is_not(None), _word("stopped")),
    (is_at_rest(_C.rests), _word("frozen")),
    (_C.starts_on > TODAY, _word("upcoming")),
    (_C.remaining + _C.held > _ZERO, _word("active")),
    else_=_word("used_up"),
)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "credit_type_id", "starts_on", "expires_on",
        "stopped_at", "description", "source", "package_id", "external_id", "created_by",
    )},
    **whose(credit_lots), "status": STATUS,
    "amount": amount(_C.amount), "remaining": amount(_C.remaining), "held": amount(_C.held),
}  # fmt: skip
_SOURCE: Final = with_type(credit_lots)
_OURS: Final = (_C.tenant_id == _TENANT, about_visible_client(_C.client_id))
_READ: Final = document(_SOURCE, _SHOWN, *_OURS, _C.id == bindparam("id", type_=Uuid))
LIST: Final = ListQuery(
    source=_SOURCE, columns=_SHOWN, where=_OURS,
    filters={
        "client_id": of_clients(credit_lots), "status": any_of(STATUS, "status"),
        **{name: any_of(_C[name], name) for name in (
            "credit_type_id", "source", "package_id", "external_id",
        )},
        "remaining": (_C.remaining > _ZERO) == bindparam("remaining", type_=Boolean),
        **between("starts_on", _C.starts_on), **between("expires_on", _C.expires_on),
        **between("created", _C.created_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at", "starts_on")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_CAUSED: Final = statement(
    select(*written_columns(credit_lots)).where(
        _C.tenant_id == _TENANT, _C.cause == any_(bindparam("causes", type_=ARRAY(Text)))
    )
)
_GIVEN: Final = statement(
    select(*written_columns(credit_lots)).where(
        _C.tenant_id == _TENANT, _C.origin_lot_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)
# What was lost at its end, less what was there again.
_LOST: Final = statement(
    select(func.coalesce(cast(func.sum(_E.amount), BigInteger), _ZERO)).where(
        _E.tenant_id == _TENANT, _E.lot_id == bindparam("lot_id", type_=Uuid),
        _E.account == _word("expired"),
    )
)  # fmt: skip
_FORGET: Final = statement(
    update(credit_lots)
    .where(_C.tenant_id == _TENANT, _C.client_id == bindparam("of_client", type_=Uuid))
    .values(description=no_text())
)  # fmt: skip


class ChargeRepository(AboutClients[Lot]):
    """Charges of clients that the caller sees."""

    table = credit_lots
    row = Lot
    scope = about_visible_client(_C.client_id)
    missing = ChargeNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def get_to_change(self, charge_id: UUID) -> Lot:
        """One that the caller may change, to be locked with its account; raises what is missing."""
        said = await self.check(charge_id)
        lot = await self.find(charge_id)
        if lot is None:
            raise self.missing()
        self.work.authorize()
        await check_remembered(self.work, lot.client_id, said)
        return lot

    async def read(self, charge_id: UUID) -> Document:
        """The charge as JSON; raises what is missing."""
        await self.check(charge_id)
        return await self.shown(charge_id)

    async def shown(self, charge_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": charge_id, "today": await today(self.work)})
        found = await read_document(self.work, _READ, **values)
        if found is None:
            raise self.missing()
        return found

    async def caused(self, causes: Collection[str]) -> dict[tuple[str | None, UUID], Lot]:
        """What some causes have charged, by cause and credit type, whoever sees it."""
        rows = await self.work.fetch(_CAUSED, tenant_id=self.work.tenant_id, causes=list(causes))
        found = [Lot(**row) for row in rows]
        return {(one.cause, one.credit_type_id): one for one in found}

    async def of_cause(self, cause: str) -> list[Lot]:
        """What one cause has charged."""
        return list((await self.caused({cause})).values())

    async def given_of(self, charge_ids: Collection[UUID]) -> list[Lot]:
        """What other clients were given of some charges, whoever sees it."""
        rows = await self.work.fetch(_GIVEN, tenant_id=self.work.tenant_id, ids=list(charge_ids))
        return [Lot(**row) for row in rows]

    async def lost(self, charge_id: UUID) -> int:
        """How much of a charge is lost as it ended."""
        lost: int = await self.work.fetchval(_LOST, tenant_id=self.work.tenant_id, lot_id=charge_id)
        return lost

    def note(self, lot: Lot) -> None:
        """Leave a trace of a charge that is written with its account."""
        kept = {"credit_type_id": lot.credit_type_id, "amount": lot.amount,
                "starts_on": lot.starts_on, "expires_on": lot.expires_on}  # fmt: skip
        self._audit("created", lot.id, kept, lot.client_id)

    def note_change(self, before: Lot, now: Lot) -> None:
        """The same of what was changed."""
        names = ("remaining", "expires_on", "stopped_at")
        kept = {name: getattr(now, name) for name in names
                if getattr(now, name) != getattr(before, name)}  # fmt: skip
        self._audit("updated", now.id, kept, now.client_id)

    async def forget(self, client_id: UUID) -> None:
        """What was written about charges of a client who is erased."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, of_client=client_id)
