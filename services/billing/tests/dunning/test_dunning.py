"""Who has not paid is reminded: by rules, on the day of their company, once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from billing.dunning import schedules, use_cases
from billing.peers import Peers
from chassis import jobs
from chassis.errors import Invalid, Unavailable
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.test_mailing import Comms
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import (
    INVOICES,
    draft,
    remember_client,
    remember_company,
)
from services.billing.tests.payments.making import client, owed, pay
from services.billing.tests.reports.days import on_day

RULES = "/v1/dunning-rules"
DATES: Json = {"issue_date": "2026-03-01", "due_date": "2026-03-10"}
_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = $2 returning payload
"""


async def sweep(person: Person, at: str) -> None:
    """What the clock does at an instant, twice at once."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    context = person.service.context
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context.database, "clock", lambda: moment)
        await asyncio.gather(*(schedules.invoices_are_reminded(context) for _ in range(2)))


async def told(person: Person, events: Events) -> list[tuple[str, str]]:
    """Of which invoices, by which rules, in order."""
    kind = "billing.invoice.reminder_due"
    return [(one["subject"], one["data"]["rule_name"]) for one in await events(person.caller)
            if one["type"] == kind]  # fmt: skip


async def rule(person: Person, name: str, days: int = 0, **fields: Any) -> Json:
    return await person.post(RULES, {"name": name, "days": days, **fields})


async def bill(person: Person, client_id: str | None, **fields: Any) -> Json:
    """Issued on the first of March, due on the tenth."""
    with on_day(person, "2026-03-01"):
        return await owed(person, "100.00", client_id, **{**DATES, **fields})


async def test_a_rule_reminds_once_on_its_day_and_hour(owner: Person, events: Events) -> None:
    """BI-16: before the due date, on it and after, where the company is; what runs twice too."""
    sara = await client(owner)
    made = await bill(owner, sara)
    await rule(owner, "early", -3)
    await rule(owner, "late", 5, hour=15)
    await rule(owner, "off", 5, active=False)
    # Nine in Riyadh is six in UTC.
    expected = [("2026-03-07T05:55:00", 0), ("2026-03-07T06:00:00", 1), ("2026-03-07T20:00:00", 1),
                ("2026-03-15T11:59:00", 1), ("2026-03-15T12:00:00", 2), ("2026-03-16T12:00:00", 2),
                ("2026-03-18T12:00:00", 2)]  # fmt: skip
    for at, count in expected:
        await sweep(owner, at)
        assert len(await told(owner, events)) == count, at
    assert await told(owner, events) == [(made["id"], "early"), (made["id"], "late")]
    [event] = [one for one in await events(owner.caller) if one["data"].get("rule_name") == "late"]
    assert (event["data"]["days"], event["clientid"]) == (5, sara)
    said = event["data"]["invoice"]
    assert (said["number"], said["due_date"], said["balance"]) == (
        made["number"], "2026-03-10", "100.00",
    )  # fmt: skip
    found = (await owner.get(f"{INVOICES}/{made['id']}/reminders"))["items"]
    assert [(one["rule_name"], one["days"], one["due_on"], one["balance"], one["url"])
            for one in found] == [
        ("early", -3, "2026-03-07", "100.00", f"/v1/clients/{sara}"),
        ("late", 5, "2026-03-15", "100.00", f"/v1/clients/{sara}"),
    ]  # fmt: skip


async def test_only_what_is_open_then_is_reminded_of(owner: Person, events: Events) -> None:
    """BI-16: not what is paid, voided or a draft; of a part that is left, with what is left."""
    sara = await client(owner)
    await rule(owner, "late", 1)
    paid, part, gone, walk_in = [await bill(owner, one) for one in (sara, sara, sara, None)]
    await draft(owner, client_id=sara, **DATES)
    await pay(owner, "100.00", sara, of={paid["id"]: "100.00"})
    await pay(owner, "30.00", sara, of={part["id"]: "30.00"})
    await owner.post(f"{INVOICES}/{gone['id']}/void")
    await sweep(owner, "2026-03-11T12:00:00")
    assert sorted(one for one, _ in await told(owner, events)) == sorted(
        [part["id"], walk_in["id"]]
    )
    [shown] = (await owner.get(f"{INVOICES}/{part['id']}/reminders"))["items"]
    assert shown["balance"] == "70.00"


@pytest.mark.parametrize(
    ("at", "days", "dates", "is_told"),
    [
        ("2026-03-13T12:00:00", 0, {}, True), ("2026-03-14T12:00:00", 0, {}, False),
        # Its day was before it was issued, or before the date on it.
        ("2026-03-01T12:00:00", -10, {}, False),
        ("2026-03-03T12:00:00", -7, {"issue_date": "2026-03-05"}, False),
        ("2026-03-01T20:00:00", 0, {"issue_date": "2026-01-01", "due_date": "2026-02-28"}, False),
        ("2026-03-01T20:00:00", 1, {"issue_date": "2026-01-01", "due_date": "2026-02-28"}, True),
    ],
)  # fmt: skip
async def test_what_was_missed_is_told_for_three_days(
    owner: Person, events: Events, at: str, days: int, dates: Json, is_told: bool
) -> None:
    """BI-16: and nothing of days on which there was no invoice."""
    await bill(owner, await client(owner), **dates)
    await rule(owner, "x", days)
    await sweep(owner, at)
    assert bool(await told(owner, events)) is is_told


async def test_many_are_told_in_pieces(
    owner: Person, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-16: by two rules, each once for each."""
    monkeypatch.setattr(use_cases, "_MOST", 3)
    made = [await bill(owner, await client(owner)) for _ in range(4)]
    for name in ("a", "b"):
        await rule(owner, name)
    await sweep(owner, "2026-03-10T12:00:00")
    expected = [(one["id"], name) for one in made for name in ("a", "b")]
    assert sorted(await told(owner, events)) == sorted(expected)


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Comms:
    made = Comms()

    async def mail(_: Peers, *given: Any, **named: Any) -> Any:
        return await made.mail(*given, **named)

    monkeypatch.setattr(Peers, "mail", mail)
    return made


async def mails(owner: Person) -> list[Json]:
    return await jobs_of(owner, use_cases.MAIL)


async def jobs_of(owner: Person, name: str) -> list[Json]:
    """The jobs of the company, taken out of the queue."""
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, owner.caller.tenant_id, name)
    return [jobs.read(row["payload"])[2] for row in rows]


async def run(owner: Person, some: list[Json]) -> None:
    for one in some:
        await schedules.mail_reminder(owner.service.context, owner.caller.tenant_id, one)


async def shown(owner: Person, invoice: Json) -> tuple[bool, str | None, str | None]:
    [one] = (await owner.get(f"{INVOICES}/{invoice['id']}/reminders"))["items"]
    return one["send"], one["message_id"], one["mail_failure"]


@pytest.mark.parametrize(("language", "word"), [("ar", "تذكير"), ("en", "Reminder")])
async def test_a_rule_that_sends_mails_the_client_once(
    owner: Person, comms: Comms, language: str, word: str
) -> None:
    """BI-16: in their language, with what is left; also when the job runs twice."""
    await remember_company(owner)
    sara = str(await remember_client(owner, language=language))
    made, _ = await bill(owner, sara), await bill(owner, None)
    await rule(owner, "x", send=True)
    await sweep(owner, "2026-03-10T12:00:00")
    [job] = some = await mails(owner)
    comms.refusal = Unavailable()
    with pytest.raises(Unavailable):
        await run(owner, some)
    assert await shown(owner, made) == (True, None, None)
    comms.refusal = Invalid(code="no_address")
    await run(owner, some)
    assert await shown(owner, made) == (True, None, "no_address")
    comms.refusal = None
    await run(owner, [job, job])
    [(principal, client_id, subject, body)] = comms.asked.values()
    assert (principal, str(client_id)) == ("service:billing", sara)
    assert subject.startswith(word) and made["number"] in subject
    assert "100.00 SAR" in body and "2026-03-10" in body and "عيادة النور" in body
    assert await shown(owner, made) == (True, str(comms.message_id), None)


async def test_what_was_paid_meanwhile_is_not_mailed(owner: Person, comms: Comms) -> None:
    """BI-16"""
    sara = await client(owner)
    made = await bill(owner, sara)
    await rule(owner, "x", send=True)
    await sweep(owner, "2026-03-10T12:00:00")
    await pay(owner, "100.00", sara, of={made["id"]: "100.00"})
    await run(owner, await mails(owner))
    assert not comms.asked and await shown(owner, made) == (True, None, None)


async def test_rules_are_kept(owner: Person) -> None:
    """BI-16: made once, changed, put away, removed; what they told stays."""
    made = await rule(owner, "x", 3)
    assert (made["hour"], made["active"], made["send"]) == (9, True, False)
    changed = await owner.patch(f"{RULES}/{made['id']}", {"days": -30, "active": False})
    assert (changed["days"], changed["active"], changed["version"]) == (-30, False, 2)
    assert await owner.ids(RULES, active=True) == []
    for wrong in ({"days": 366}, {"days": -31}, {"hour": 24}, {"name": " "}):
        body = {"name": "x", **wrong}
        assert await owner.wrong("POST", RULES, body) == ("validation_failed", [*wrong])
    await owner.delete(f"{RULES}/{made['id']}")
    assert (await owner.refused("GET", f"{RULES}/{made['id']}"))[0] == 404
    async with owner.colleague("billing:read", "billing:write") as clerk:
        assert (await clerk.refused("POST", RULES, {"name": "x"}))[0] == 403


async def test_who_does_not_see_the_client_sees_no_reminders(owner: Person) -> None:
    """GW-02, GW-03"""
    made = await bill(owner, await client(owner))
    async with owner.colleague("billing:read", visibility="assigned") as clerk:
        assert (await clerk.refused("GET", f"{INVOICES}/{made['id']}/reminders"))[0] == 404


async def test_a_new_rule_looks_at_once(owner: Person, events: Events) -> None:
    """BI-16: also one that is turned on; not one that is off."""
    made = await bill(owner, await client(owner))
    held = await rule(owner, "x", active=False)
    assert await jobs_of(owner, use_cases.REMIND) == []
    await owner.patch(f"{RULES}/{held['id']}", {"active": True})
    [job] = await jobs_of(owner, use_cases.REMIND)
    with on_day(owner, "2026-03-10"):
        await schedules.remind_company(owner.service.context, owner.caller.tenant_id, job)
    assert await told(owner, events) == [(made["id"], "x")]
