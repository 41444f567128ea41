"""The link of an estimate: what its client sees and says, and what nobody else does."""

import asyncio
from datetime import UTC, datetime, timedelta

from billing.estimates.use_cases.drafts import forget_estimates
from chassis.caller import system
from chassis.testing.eventually import eventually
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.making import ESTIMATES, PUBLIC, act, anybody, draft, sent
from services.billing.tests.factories import Person, make_tax
from services.billing.tests.invoices.making import LINE, remember_client, remember_company


async def test_a_client_looks_and_accepts(owner: Person, events: Events) -> None:
    """BI-04: each look counts, the first one makes it viewed; everything in both languages."""
    await remember_company(owner)
    tax = await make_tax(owner)
    made, url = await sent(
        owner, LINE | {"tax_id": tax["id"]}, client_id=str(await remember_client(owner))
    )
    async with anybody(owner) as http:
        seen = (await http.get(url)).json()
        again = (await http.get(url)).json()
        assert (seen["company"]["name"], seen["client_name"]) == ("عيادة النور", "سارة")
        assert (seen["number"], seen["total"]) == ("EST-000001", "230.00")
        assert (seen["status"], again["status"]) == ("viewed", "viewed")
        assert seen["title"] == {"ar": "عرض سعر", "en": "Estimate"} and seen["can_answer"]
        assert seen["lines"][0]["net"] == "200.00"
        shown = await owner.get(f"{ESTIMATES}/{made['id']}")
        assert (shown["status"], shown["views"]) == ("viewed", 2)
        assert shown["viewed_at"] <= shown["last_viewed_at"]
        done = await http.post(f"{url}/accept", json={"name": "سارة القحطاني"})
        assert (done.status_code, done.json()["status"]) == (200, "accepted")
        assert not done.json()["can_answer"]
        late = await http.post(f"{url}/decline", json={"reason": "x"})
        assert (late.status_code, late.json()["code"]) == (409, "estimate_not_open")
    shown = await owner.get(f"{ESTIMATES}/{made['id']}")
    assert shown["decided_by"] == f"share:{made['id']}"
    assert shown["decided_name"] == "سارة القحطاني"
    verbs = [e["type"].rpartition(".")[2] for e in await events(owner.caller)]
    assert verbs.count("viewed") == verbs.count("accepted") == 1


async def test_a_client_declines_and_says_why(owner: Person, events: Events) -> None:
    """BI-04"""
    made, url = await sent(owner)
    async with anybody(owner) as http:
        answer = await http.post(f"{url}/decline", json={"name": "سارة", "reason": "غالٍ"})
        assert answer.json()["status"] == "declined"
    assert (await owner.get(f"{ESTIMATES}/{made['id']}"))["decline_reason"] == "غالٍ"
    told = (await events(owner.caller))[-1]
    assert (told["type"], told["data"]["estimate"]["decline_reason"]) == (
        "billing.estimate.declined", "غالٍ",
    )  # fmt: skip


async def test_twenty_answers_at_once_are_one(owner: Person, events: Events) -> None:
    """BI-04: whoever comes second is told that it is answered."""
    made, url = await sent(owner)
    async with anybody(owner) as http:
        answers = await asyncio.gather(*(
            http.post(f"{url}/{'accept' if place % 2 else 'decline'}") for place in range(20)
        ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [200] + [409] * 19
    verbs = [e["type"].rpartition(".")[2] for e in await events(owner.caller)]
    assert len([verb for verb in verbs if verb in ("accepted", "declined")]) == 1
    assert (await owner.get(f"{ESTIMATES}/{made['id']}"))["status"] in ("accepted", "declined")


async def test_links_that_lead_nowhere_are_all_alike(owner: Person) -> None:
    """BI-04, GW-03: unknown, revoked, replaced, reopened, over or erased: the same 404."""
    _, unknown = await draft(owner), f"{PUBLIC}/{'x' * 43}"
    revoked = await sent(owner)
    await owner.delete(f"{ESTIMATES}/{revoked[0]['id']}/link")
    replaced = await sent(owner)
    await act(owner, replaced[0], "send")
    reopened = await sent(owner)
    await act(owner, reopened[0], "reopen")
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    over = await act(owner, await draft(owner), "send", {"link_expires_at": soon})
    ended = f"{PUBLIC}/{over['share_url'].rpartition('/')[2]}"
    of_erased = await _of_an_erased_client(owner)
    dead = [
        unknown, revoked[1], replaced[1], reopened[1], of_erased, f"{PUBLIC}/{'y' * 150}", ended,
    ]  # fmt: skip
    async with anybody(owner) as http:

        async def is_over() -> bool:
            return (await http.get(ended)).status_code == 404

        await eventually(is_over)
        found = set()
        for url in dead:
            for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/decline")):
                answer = await http.request(method, url + path)
                problem = answer.json()
                found.add((answer.status_code, problem["code"], problem["detail"]))
        assert found == {
            (404, "estimate_link_not_found", "This link leads nowhere, or not any more.")
        }


async def _of_an_erased_client(owner: Person) -> str:
    client_id = await remember_client(owner)
    made, url = await sent(owner, client_id=str(client_id))
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await forget_estimates(work, client_id)
    assert (await owner.http.get(f"{ESTIMATES}/{made['id']}")).status_code == 404
    return url


async def test_what_expired_is_seen_and_not_answered(owner: Person) -> None:
    """BI-04"""
    made, url = await sent(owner, issue_date="2020-01-01", expires_on="2020-01-31")
    async with anybody(owner) as http:
        seen = (await http.get(url)).json()
        assert (seen["status"], seen["can_answer"]) == ("expired", False)
        for action in ("accept", "decline"):
            answer = await http.post(f"{url}/{action}")
            assert (answer.status_code, answer.json()["code"]) == (409, "estimate_not_open")
    refused = await owner.refused("POST", f"{ESTIMATES}/{made['id']}/convert")
    assert refused == (409, "estimate_not_open")


async def test_the_address_is_told_once(owner: Person) -> None:
    """BI-04, GW-08: who asks again with the same key is not told it again."""
    made = await draft(owner)
    path, key = f"{ESTIMATES}/{made['id']}/send", {"Idempotency-Key": "once"}
    first, second = [await owner.http.post(path, headers=key) for _ in range(2)]
    assert first.json()["share_url"].startswith("http")
    assert second.headers["Idempotency-Replayed"] == "true"
    assert PUBLIC not in second.text and PUBLIC not in str(await owner.get(ESTIMATES))
