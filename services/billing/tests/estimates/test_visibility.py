"""Who sees estimates, and who may do anything with them: who may change their client."""

from services.billing.tests.estimates.making import ESTIMATES, draft
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import LINE, remember_client

RIGHTS = ("billing:read", "billing:write", "billing:delete")
ACTIONS = ("send", "accept", "decline", "reopen", "convert", "duplicate")


async def test_a_watcher_reads_and_changes_nothing(owner: Person) -> None:
    """GW-02: seen and not to be changed is 403; of a client out of sight there is nothing."""
    async with (
        owner.colleague(*RIGHTS, visibility="assigned") as watcher,
        owner.colleague(*RIGHTS, visibility="assigned") as other,
        owner.colleague("billing:read") as reader,
    ):
        staff = [{"user_id": str(watcher.caller.user_id), "role": "watcher"}]
        made = await draft(owner, client_id=str(await remember_client(owner, staff=staff)))
        path = f"{ESTIMATES}/{made['id']}"
        tries: list[tuple[str, str, Json | None]] = [
            *(("POST", f"{path}/{action}", None) for action in ACTIONS),
            ("POST", f"{path}/status", {"estimate_status_id": None}),
            ("PATCH", path, {"notes": "x"}), ("DELETE", path, None),
            ("DELETE", f"{path}/link", None),
        ]  # fmt: skip
        assert await watcher.ids(ESTIMATES) == await reader.ids(ESTIMATES) == [made["id"]]
        assert await other.ids(ESTIMATES) == []
        for method, url, body in tries:
            assert await watcher.refused(method, url, body) == (403, "folder_not_writable")
            assert await other.refused(method, url, body) == (404, "estimate_not_found")
            assert (await reader.refused(method, url, body))[0] == 403
        assert await owner.get(path) == made


async def test_another_company_has_none_of_it(owner: Person) -> None:
    """GW-03"""
    made = await draft(owner)
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        path = f"{ESTIMATES}/{made['id']}"
        answers = [await http.get(path), *[await http.post(f"{path}/{one}") for one in ACTIONS]]
        assert {one.status_code for one in answers} == {404}
        taken = await http.post(ESTIMATES, json={"id": made["id"], "lines": [LINE]})
        assert taken.status_code == 201
