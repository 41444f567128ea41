"""Lists narrowed down and profiles opened, by who sees all and by who sees their own."""

import itertools
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

import asyncpg

from tests.bench import asking, load
from tests.bench.against import compare, sides_of
from tests.bench.asking import Target
from tests.bench.bed import Bed
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.report import Comparison, Finding, Report
from tests.product import PASSWORD, Person

ENTRIES = 500
# One in so many clients is what the filters ask for, half of those are the agent's own, and a few
# have a long history.
_WANTED, _OWN, _LONG = 20, 40, 1_000
_TARGETS = ("0.7", "")
_MOST = 1.3
_ASKED = (
    ("limit", "50"), ("kind", "client"), ("country_code", "SA"), ("tag", "VIP"),
    ("custom.plan", "gold"),
)  # fmt: skip
_MARK = """
update clients
   set tags = '{VIP}', country_code = 'SA', custom_fields = '{"plan": "gold"}',
       staff_ids = case when serial % $2::int = 0 then array[$4::uuid] else '{}' end
 where tenant_id = $1 and serial % least($2::int, $3::int) = 0
"""
_HISTORY = """
insert into timeline (tenant_id, client_id, at, id, event, actor, summary, source, data, permission)
select c.tenant_id, c.id, now() - n * interval '1 hour', gen_random_uuid(), 'comms.message.sent',
       'user:' || $3, '{"ar": "أُرسلت رسالة", "en": "Message sent"}',
       jsonb_build_object('service', 'comms', 'type', 'message', 'id', gen_random_uuid(),
                          'url', '/v1/messages/x'),
       '{"channel": "email", "direction": "out", "subject": "عرض سعر"}', 'clients:read'
  from clients c, generate_series(1, $4::int) n
 where c.tenant_id = $1 and c.serial % $2::int = 0
"""
_LONGEST = (
    "select id from clients where tenant_id = $1 and serial % $2::int = 0 order by id limit 200"
)


@dataclass(frozen=True)
class Desk:
    """Who asks beside the owner, and the clients with a long history, whom both see."""

    agent: Person
    agent_id: str
    ids: list[str]

    async def sign_in(self, bed: Bed) -> None:
        """Renew the agent's token, which lives ten minutes."""
        self.agent.tokens = await bed.product.sign_in(self.agent.email)

    def asking(self, bed: Bed, *, mine: bool) -> tuple[Target, Target, str]:
        """The product and the ceiling for one of the two, and what the ceiling must be told."""
        product, ceiling = asking.product(bed), asking.ceiling(bed)
        if not mine:
            return product, ceiling, ""
        bearer = f"Bearer {self.agent.tokens['access_token']}"
        return replace(product, authorization=lambda: bearer), ceiling, self.agent_id


async def desk(bed: Bed) -> Desk:
    """Make what both applications are asked for."""
    size = bed.clients
    field = {"key": "plan", "label": "Plan", "type": "choice", "options": ["gold", "silver"]}
    await bed.owner.post("/v1/custom-fields", field)
    agent, agent_id = await _agent(bed)
    connection = await asyncpg.connect(bed.stack.database_url("clients", "superuser"))
    try:
        every = min(_LONG, max(_OWN, size // 5 // _OWN * _OWN))
        await connection.execute(_MARK, UUID(bed.tenant_id), _OWN, _WANTED, agent_id)
        await connection.execute(_HISTORY, UUID(bed.tenant_id), every, agent_id, ENTRIES)
        await connection.execute("vacuum (analyze) clients, timeline")
        found = await connection.fetch(_LONGEST, UUID(bed.tenant_id), every)
    finally:
        await connection.close()
    return Desk(agent, agent_id, [str(row["id"]) for row in found])


async def profiles(bed: Bed, plan: Plan, report: Report, made: Desk | None = None) -> None:
    """Lists and profiles, for both, and what it costs not to see all."""
    made = made or await desk(bed)
    what = {
        f"list by three filters and a custom field, {bed.clients:,} clients": lists,
        f"open a profile with {ENTRIES} timeline entries": opened,
    }
    for name, make in what.items():
        found = []
        for who, mine in (("owner", False), ("assigned-only agent", True)):
            await made.sign_in(bed)
            product, ceiling, told = made.asking(bed, mine=mine)
            sides = await sides_of(bed, make(product, made.ids, ""), make(ceiling, made.ids, told))
            found.append(await compare(f"{name}: {who}", sides, plan, _TARGETS))
        report.compared(*found)
        report.found(_cost(name, *found))


def lists(target: Target, _: list[str], mine: str) -> MakeRequest:
    """A page of fifty of those that the filters ask for."""
    path = target.path + narrowed(mine)
    return lambda _: load.request("GET", path, target.headers())


def narrowed(mine: str) -> str:
    """What the list is asked; `mine` tells the ceiling who asks."""
    return "?" + urlencode((*_ASKED, *([("mine", mine)] if mine else [])))


def opened(target: Target, ids: list[str], mine: str) -> MakeRequest:
    """A client, then the newest page of its timeline, and so on with the next one."""
    turns, query = itertools.cycle(ids), f"?mine={mine}" if mine else ""
    state = {"id": next(turns)}

    def make(n: int) -> bytes:
        if n % 2:
            path = f"{target.path}/{state['id']}/timeline{query}"
        else:
            state["id"] = next(turns)
            path = f"{target.path}/{state['id']}{query}"
        return load.request("GET", path, target.headers())

    return make


def _cost(name: str, owner: Comparison, agent: Comparison) -> Finding:
    times = agent.product.cpu / owner.product.cpu if owner.product.cpu else 0.0
    figure = f"**{times:.2f} ×** ({owner.product.cpu:.2f} → {agent.product.cpu:.2f} ms)"
    return Finding(f"{name}: CPU, owner → assigned-only agent", figure, f"{_MOST} ×")


async def _agent(bed: Bed) -> tuple[Person, str]:
    """Somebody who sees the clients assigned to them."""
    role = await bed.owner.post("/v1/roles", {
        "name": "desk", "permissions": ["clients:read"], "visibility": "assigned",
    })  # fmt: skip
    email = "desk@example.com"
    invited = await bed.owner.post(
        "/v1/invitations", {"email": email, "name": "desk", "role_id": role["id"]}
    )
    accepted = {"token": invited["token"], "password": PASSWORD}
    answer = await bed.product.http.post("/v1/invitations/accept", json=accepted)
    assert answer.is_success, answer.text
    tokens = await bed.product.sign_in(email)
    agent = Person(bed.product.http, email, tokens, bed.owner.tenant)
    return agent, str((await agent.get("/v1/me"))["user"]["id"])
