"""The one audit log while the services behind the edge are down."""

import csv
import io
import json

import httpx
import pytest

from edge.audit_log import use_cases
from gateway.edge.tests.factories import Company, bearer, make_member, role_named


async def test_what_is_there_is_shown_and_what_is_missing_is_named(api: httpx.AsyncClient) -> None:
    """GW-05"""
    page = (await api.get("/v1/audit-log", params={"limit": 2, "count": "true"})).json()
    assert page["unavailable"] == [
        "clients", "comms", "billing", "memberships", "scheduling", "automation",
    ]  # fmt: skip
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


async def test_a_file_that_would_lack_entries_is_not_made(api: httpx.AsyncClient) -> None:
    """GW-05"""
    path = "/v1/audit-log/export"
    assert (await api.get(path)).status_code == 503
    own = await api.get(path, params={"service": "edge"}, headers={"Accept-Language": "en"})
    assert own.status_code == 200 and own.text.startswith("\ufeffAt,Service,Actor,Action,Record,")
    assert len(own.text.splitlines()) > 5


async def test_the_log_is_taken_out_as_it_is_read(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-05: the same entries in the same order, over many pages, harmless to open."""
    monkeypatch.setattr(use_cases, "_PAGE", 3)
    for name in ("=1+1", "@x", "فريق"):
        assert (await api.post("/v1/teams", json={"name": name})).status_code == 201
    own = {"service": "edge"}
    listed = (await api.get("/v1/audit-log", params={**own, "limit": 200})).json()["items"]
    answer = await api.get(
        "/v1/audit-log/export", params=own, headers={"Accept-Language": "en"}
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["Entry id"] for row in rows] == [one["id"] for one in listed] and len(rows) > 9
    assert [json.loads(row["Changes"] or "{}") for row in rows] == [
        one["changes"] for one in listed
    ]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    traced = await api.get("/v1/audit-log", params={**own, "entity": "audit_log"})
    assert [one["action"] for one in traced.json()["items"]] == ["exported"]
    arabic = await api.get("/v1/audit-log/export", params=own, headers={"Accept-Language": "ar"})
    assert arabic.text.startswith("\ufeffالوقت,")
    refused = await api.get("/v1/audit-log/export", params={**own, "sort": "actor"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "sort")
