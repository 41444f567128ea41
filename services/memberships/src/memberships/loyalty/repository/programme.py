"""All SQL of the rules by which points are earned."""

from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Text, Uuid, any_, bindparam, case, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.loyalty.rules.failures import LoyaltyRuleNotFound
from memberships.loyalty.tables import LoyaltyRule, loyalty_rules
from refs.merges import survivor_of
from refs.tables import client_refs

_C: Final = loyalty_rules.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_EXPIRES: Final = case((_C.expiry_unit.is_not(None), func.json_build_object(
    literal_column("'unit'", Text), _C.expiry_unit, literal_column("'count'", Text),
    _C.expiry_count,
)))  # fmt: skip
_SHOWN: Final = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "category_id", "priority", "currency",
    )},
    "amount_per_point": amount(_C.amount_per_point_minor, _C.currency),
    "minimum_spend": amount(_C.minimum_spend_minor, _C.currency),
    "expires_after": _EXPIRES, "active": _C.is_active,
}  # fmt: skip
_READ: Final = document(loyalty_rules, _SHOWN, _OURS, _C.id == bindparam("id"))
LIST: Final = ListQuery(
    source=loyalty_rules, columns=_SHOWN, where=(_OURS,),
    filters={
        "category_id": _C.category_id == any_(bindparam("category_id", type_=ARRAY(Uuid))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("priority", "updated_at", "created_at")},
    default_sort="-priority", key=_C.id,
)  # fmt: skip
_named = client_refs.alias("earning_client")
_category = (
    select(_named.c.category_id)
    .where(
        _named.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        _named.c.id == survivor_of(client_refs, bindparam("client_id", type_=Uuid)),
    )
    .scalar_subquery()
)
# Those that may hold for a client, with what they are for: all, or the client's category.
_FITTING: Final = statement(
    select(*written_columns(loyalty_rules))
    .where(
        _OURS, _C.is_active, _C.currency == bindparam("currency", type_=Text),
        or_(_C.category_id.is_(None), _C.category_id == _category),
    )
    .order_by(_C.priority.desc(), _C.id)
    .limit(literal_column("1000"))
)  # fmt: skip


class LoyaltyRuleRepository(Repository[LoyaltyRule]):
    """The rules of the tenant."""

    table = loyalty_rules
    row = LoyaltyRule
    missing = LoyaltyRuleNotFound

    async def read(self, rule_id: UUID) -> Document:
        """A rule as JSON; raises LoyaltyRuleNotFound."""
        found = await read_document(self.work, _READ, tenant_id=self.work.tenant_id, id=rule_id)
        if found is None:
            raise self.missing()
        return found

    async def fitting(self, client_id: UUID, currency: str) -> list[LoyaltyRule]:
        """Those in use that are for this client, in this currency."""
        return await self.all(_FITTING, client_id=client_id, currency=currency)
