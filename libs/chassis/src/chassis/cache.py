"""What a process remembers of its tenants for some seconds."""

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from chassis.database import Database
    from chassis.work import UnitOfWork

ThingT = TypeVar("ThingT")


class TenantCache(Generic[ThingT]):
    """One thing per tenant, forgotten after `seconds` and when more than `most` are kept.

    Put in only what is committed: other requests see it at once.
    """

    def __init__(self, *, seconds: float, most: int = 5_000) -> None:
        self._seconds, self._most = seconds, most
        self._kept: WeakKeyDictionary[Database, OrderedDict[UUID, tuple[float, ThingT]]] = (
            WeakKeyDictionary()
        )

    def get(self, work: "UnitOfWork") -> ThingT | None:
        """What was put in, unless it is too old."""
        found = self._of(work).get(work.tenant_id)
        if found is None or found[0] + self._seconds < time.monotonic():
            return None
        return found[1]

    def put(self, work: "UnitOfWork", thing: ThingT) -> ThingT:
        """Keep it, and give it back."""
        kept = self._of(work)
        kept[work.tenant_id] = (time.monotonic(), thing)
        kept.move_to_end(work.tenant_id)
        if len(kept) > self._most:
            kept.popitem(last=False)
        return thing

    def forget(self, work: "UnitOfWork") -> None:
        """Forget it once the work is committed, which then is what others shall see."""

        def drop() -> None:
            self._of(work).pop(work.tenant_id, None)

        work.after_commit(drop)

    def _of(self, work: "UnitOfWork") -> "OrderedDict[UUID, tuple[float, ThingT]]":
        return self._kept.setdefault(work.database, OrderedDict())
