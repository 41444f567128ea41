"""Who sees estimates, and who may do anything with them: who may change their client."""

from dataclasses import replace
from typing import Any, Final

import pytest
from diwan.billing.v1 import estimates_pb2

from chassis.caller import Caller
from chassis.errors import Forbidden, NotFound
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.rpc.method import unary
from services.billing.tests.estimates.making import ESTIMATES, act, draft
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import LINE, remember_client

RIGHTS = ("billing:read", "billing:write", "billing:delete")
_GET: Final = unary(
    "diwan.billing.v1.EstimatesService.GetEstimate", estimates_pb2.GetEstimateResponse
)
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


async def test_another_service_asks_with_the_rights_of_its_caller(
    owner: Person, peer: Peer
) -> None:
    """GW-02, SC-02: as it stands, of the clients that its caller sees."""
    sara = await remember_client(owner)
    past = {"issue_date": "2026-01-01", "expires_on": "2026-01-02"}
    first = await draft(owner, client_id=str(sara))
    late = await act(owner, await draft(owner, client_id=str(sara), **past), "send")
    bare = await draft(owner)
    made = await act(owner, await draft(owner, client_id=str(sara)), "convert")

    async def ask(estimate_id: str, by: Caller) -> Any:
        request = estimates_pb2.GetEstimateRequest(estimate_id=estimate_id)
        return (await peer.call(_GET, request, Asking(by), within=60)).estimate

    sees_all = Caller(owner.caller.tenant_id, "key:1", frozenset({"billing:read"}), "all")
    found = [await ask(one["id"], sees_all) for one in (first, late, bare)]
    assert [one.client_id for one in found] == [str(sara), str(sara), ""]
    assert [one.status for one in found] == ["draft", "expired", "draft"]
    assert (found[0].id, found[0].total) == (first["id"], first["total"])
    [converted] = await owner.ids(ESTIMATES, status="converted")
    told = await ask(converted, sees_all)
    assert (told.status, told.invoice_id) == ("converted", made["id"])
    blind, stranger = (
        replace(sees_all, visibility="assigned"),
        replace(sees_all, tenant_id=new_id()),
    )
    for by, estimate_id in (
        (blind, first["id"]), (stranger, first["id"]), (sees_all, str(new_id())),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await ask(estimate_id, by)
    with pytest.raises(Forbidden):
        await ask(first["id"], replace(sees_all, permissions=frozenset({"clients:read"})))


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
