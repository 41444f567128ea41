"""The mail that brings the link of an estimate: once, in the client's language, or why not."""

import re
from typing import Any
from uuid import UUID

import pytest

from billing.estimates import schedules
from chassis import jobs
from chassis.errors import Invalid, Unavailable
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.making import ESTIMATES, act, anybody, draft
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import remember_client, remember_company

_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = 'billing.mail_estimate'
returning payload
"""


class Comms:
    """Stands for comms: what it was asked for, and what it answers."""

    def __init__(self) -> None:
        self.asked: dict[str, tuple[str, UUID, str, str]] = {}
        self.refusal: Exception | None = None
        self.message_id = new_id()

    async def mail(self, by: Any, client_id: UUID, subject: str, body: str, *, key: str) -> UUID:
        if self.refusal is not None:
            raise self.refusal
        self.asked[key] = (by.caller.principal, client_id, subject, body)
        return self.message_id


@pytest.fixture
def comms(owner: Person, monkeypatch: pytest.MonkeyPatch) -> Comms:
    made = Comms()
    monkeypatch.setattr(owner.service.context, "peers", made)
    return made


async def waiting(owner: Person) -> list[Json]:
    """The jobs of the company, taken out of the queue."""
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, owner.caller.tenant_id)
    return [jobs.read(row["payload"])[2] for row in rows]


async def run(owner: Person, some: list[Json]) -> None:
    for one in some:
        await schedules.mail_estimate(owner.service.context, owner.caller.tenant_id, one)


async def mailable(owner: Person, **fields: Any) -> Json:
    emails = [{"address": "sara@example.sa", "primary": True, "opt_out": False}]
    client_id = await remember_client(owner, emails=emails, **fields)
    return await draft(owner, client_id=str(client_id))


@pytest.mark.parametrize(("language", "word"), [("ar", "عرض السعر"), ("en", "Estimate")])
async def test_the_link_is_mailed_once(
    owner: Person, comms: Comms, events: Events, language: str, word: str
) -> None:
    """BI-04: in the name of who sent it, also when the job runs twice; and it opens."""
    await remember_company(owner)
    made = await mailable(owner, language=language)
    sent = await act(owner, made, "send")
    assert (sent["channel"], sent["message_id"]) == ("email", None)
    [job] = some = await waiting(owner)
    token = sent["share_url"].rpartition("/")[2]
    assert token not in str(job)
    await run(owner, some * 2)
    [(principal, client_id, subject, body)] = comms.asked.values()
    assert (principal, str(client_id)) == (owner.caller.principal, made["client_id"])
    assert subject.startswith(word) and "EST-000001" in subject and "200.00 SAR" in body
    address, paper = re.findall(r"http\S+", body)
    assert (address, paper) == (sent["share_url"], f"{address}/pdf")
    after = await owner.get(f"{ESTIMATES}/{made['id']}")
    assert (after["message_id"], after["mail_failure"]) == (str(comms.message_id), None)
    assert (await events(owner.caller))[-1]["data"]["changed"] == ["message_id"]
    async with anybody(owner) as http:
        assert (await http.get(address[address.index("/v1") :])).status_code == 200


async def test_what_comms_refuses_is_told(owner: Person, comms: Comms) -> None:
    """BI-04: while it is away the job tries again; a link that was replaced is not mailed."""
    made = await mailable(owner)
    await act(owner, made, "send")
    some = await waiting(owner)
    comms.refusal = Unavailable()
    with pytest.raises(Unavailable):
        await run(owner, some)
    comms.refusal = Invalid(code="no_address")
    await run(owner, some)
    assert (await owner.get(f"{ESTIMATES}/{made['id']}"))["mail_failure"] == "no_address"
    comms.refusal = None
    again = await act(owner, made, "send")
    assert again["mail_failure"] is None
    await run(owner, some)
    assert not comms.asked
    await run(owner, await waiting(owner))
    assert len(comms.asked) == 1


async def test_without_an_address_or_the_right_it_is_the_link_alone(
    owner: Person, comms: Comms
) -> None:
    """BI-04, GW-02: sent either way, unless it was to be a mail that one may not send."""
    unreachable = await draft(owner, client_id=str(await remember_client(owner)))
    for estimate in (unreachable, await draft(owner)):
        assert (await act(owner, estimate, "send", {"channel": "email"}))["channel"] == "link"
    made = await mailable(owner)
    assert (await act(owner, made, "send", {"channel": "link"}))["channel"] == "link"
    async with owner.colleague("billing:read", "billing:write") as clerk:
        path = f"{ESTIMATES}/{made['id']}/send"
        assert (await clerk.post(path))["channel"] == "link"
        assert (await clerk.refused("POST", path, {"channel": "email"}))[0] == 403
    assert await waiting(owner) == []
