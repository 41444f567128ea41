"""The one audit log while the services behind the edge are down."""

import httpx

from gateway.edge.tests.factories import Company, bearer, make_member, role_named


async def test_what_is_there_is_shown_and_what_is_missing_is_named(api: httpx.AsyncClient) -> None:
    """GW-05"""
    page = (await api.get("/v1/audit-log", params={"limit": 2, "count": "true"})).json()
    assert page["unavailable"] == ["clients", "comms", "automation"]
    assert {one["service"] for one in page["items"]} == {"edge"}
    rest = await api.get("/v1/audit-log", params={"cursor": page["next_cursor"], "limit": 2})
    assert rest.status_code == 200, rest.text
    assert not {one["id"] for one in rest.json()["items"]} & {one["id"] for one in page["items"]}
    own = (await api.get("/v1/audit-log", params={"service": "edge"})).json()
    assert own["unavailable"] == [] and page["total"] == len(own["items"])


async def test_while_nobody_knows_what_is_hidden_values_are_left_out(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-04, GW-05: only the owner needs no answer of the services."""
    key = {"name": "شريك", "permissions": ["clients:read"], "folder_ids": []}
    assert (await api.post("/v1/api-keys", json=key)).status_code == 201
    admin = await make_member(api, role_id=await role_named(api, "admin"))
    signed_in = bearer(await company.sign_in(admin["email"]))
    page = (await company.http.get("/v1/audit-log", headers=signed_in)).json()
    assert "api_keys" not in {one["entity"] for one in page["items"]}
    assert {value for one in page["items"] for value in one["changes"].values()} == {None}
