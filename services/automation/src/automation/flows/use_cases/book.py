"""The flows a process remembers, so that an event which starts none costs next to nothing."""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID
from weakref import ref

from automation.flows import rules
from automation.flows.repository import FlowRepository
from chassis.work import UnitOfWork

MOST_TENANTS = 5_000
MOST_VERSIONS = 5_000


@dataclass(slots=True)
class _Page:
    revision: int
    plans: list[rules.Plan]


class Book:
    """The enabled flows by company, good while the company's revision stands, and versions.

    The revision is read in the work that handles the event: a flow enabled before the event was
    published is never missed, whichever process enabled it.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[UUID, _Page] = OrderedDict()
        self._versions: OrderedDict[tuple[UUID, UUID, int], rules.Plan] = OrderedDict()
        self._checked: ref[UnitOfWork] | None = None

    async def starting_on(self, work: UnitOfWork, event_type: str) -> list[rules.Plan]:
        """The flows that an event of the type may start."""
        page = await self._page(work)
        return [plan for plan in page.plans if plan.starts_on(event_type)]

    async def version(self, work: UnitOfWork, flow_id: UUID, number: int) -> rules.Plan:
        """A version of a flow; raises FlowNotFound.

        It never changes, but for what an API key made: its rights go with the key.
        """
        key = (work.tenant_id, flow_id, number)
        if (known := self._versions.get(key)) is not None:
            return known
        read = rules.plan(await FlowRepository(work).version(flow_id, number))
        if read.editing_key is None:
            self._versions[key] = read
            if len(self._versions) > MOST_VERSIONS:
                self._versions.popitem(last=False)
        return read

    async def _page(self, work: UnitOfWork) -> _Page:
        page = self._pages.get(work.tenant_id)
        # Events of one company share a work, and with it one look at the revision.
        if page is not None and self._checked is not None and self._checked() is work:
            return page
        flows = FlowRepository(work)
        revision = await flows.revision()
        if page is None or page.revision != revision:
            plans = [rules.plan(stored) for stored in await flows.enabled()]
            page = self._pages[work.tenant_id] = _Page(revision, plans)
            self._pages.move_to_end(work.tenant_id)
            if len(self._pages) > MOST_TENANTS:
                self._pages.popitem(last=False)
        self._checked = ref(work)
        return page
