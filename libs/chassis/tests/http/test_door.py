"""The HTTP door: who may enter, what is refused and how, and that nothing half done remains."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import func, select, text

from chassis.caller import system
from chassis.ids import new_id
from chassis.statements import statement
from chassis.testing.harness import Harness, token_of
from chassis.tokens import Tokens
from libs.chassis.tests.shop.app import bikes

_AUDIT = statement(text("select action, changes from audit_log order by id").columns())
_COUNT = statement(select(func.count()).select_from(bikes))


async def test_a_resource_is_created_read_changed_and_deleted(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        made = await http.post("/v1/bikes", json={"name": " Tourer "})
        path = made.headers["location"]
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        assert path == f"/v1/bikes/{made.json()['id']}"
        assert made.json()["name"] == "Tourer"
        changed = await http.patch(path, json={"name": "Racer"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        stale = await http.patch(path, json={"name": "X"}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
        assert (await http.delete(path, headers={"If-Match": '"2"'})).status_code == 204
        assert (await http.get(path)).status_code == 404


async def test_a_change_that_changes_nothing_keeps_the_version(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        path = (await http.post("/v1/bikes", json={"name": "a"})).headers["location"]
        same = await http.patch(path, json={"name": "a"})
        assert same.headers["etag"] == '"1"'


@pytest.mark.parametrize("token", [None, "nonsense", "expired", "dwn_unknown"])
async def test_nobody_enters_without_a_good_token(shop: Harness, token: str | None) -> None:
    if token == "expired":
        token = token_of(shop.caller(), lifetime=-1)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with shop.http(None, **headers) as http:
        refused = await http.get("/v1/bikes")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_a_token_is_to_come_again_while_nobody_knows_the_keys(
    shop: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is up before edge is refuses nobody: who asks is told to try again."""
    known = shop.context.tokens
    monkeypatch.setattr(shop.context, "tokens", Tokens())
    async with shop.http(shop.caller(), **{"Accept-Language": "ar"}) as http:
        early = await http.get("/v1/bikes")
        monkeypatch.setattr(shop.context, "tokens", known)
        assert (await http.get("/v1/bikes")).status_code == 200
    assert (early.status_code, early.json()["code"]) == (503, "signing_keys_unknown")
    assert early.json()["detail"].startswith("لا يمكن التحقق من رموز الدخول بعد")
    assert early.headers["content-type"] == "application/problem+json"
    assert int(early.headers["retry-after"]) > 0 and "www-authenticate" not in early.headers


async def test_what_belongs_to_another_tenant_does_not_exist(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        path = (await http.post("/v1/bikes", json={"name": "mine"})).headers["location"]
    async with shop.http(shop.caller()) as http:
        assert (await http.get(path)).status_code == 404
        assert (await http.patch(path, json={"name": "yours"})).status_code == 404
        assert (await http.delete(path)).status_code == 404
        assert (await http.get("/v1/bikes")).json()["items"] == []


async def test_a_missing_permission_is_404_for_the_unseen_and_403_for_the_seen(
    shop: Harness,
) -> None:
    owner = shop.caller()
    async with shop.http(owner) as http:
        path = (await http.post("/v1/bikes", json={"name": "a"})).headers["location"]
    reader = shop.caller(owner.tenant_id, permissions=frozenset({"shop:read"}), is_owner=False)
    async with shop.http(reader) as http:
        assert (await http.get(path)).status_code == 200
        assert (await http.patch(path, json={"name": "b"})).status_code == 403
        assert (await http.delete(path)).status_code == 403
        assert (await http.patch(f"/v1/bikes/{uuid4()}", json={"name": "b"})).status_code == 404
        assert (await http.post("/v1/bikes", json={"name": "b"})).status_code == 403
    nobody = shop.caller(owner.tenant_id, permissions=frozenset(), is_owner=False)
    async with shop.http(nobody) as http:
        assert (await http.get(path)).status_code == 404
        assert (await http.patch(path, json={"name": "b"})).status_code == 404
        assert (await http.get("/v1/bikes")).status_code == 403


async def test_a_refusal_leaves_nothing_behind(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        path = (await http.post("/v1/bikes", json={"name": "whole"})).headers["location"]
        refused = await http.post(f"{path}/sell")
        assert (refused.status_code, refused.json()["detail"]) == (409, "The bike whole is sold.")
        assert (await http.get(path)).json()["name"] == "whole"


async def test_problems_name_the_field_in_the_callers_language(shop: Harness) -> None:
    async with shop.http(shop.caller(), **{"Accept-Language": "ar-SA,en;q=0.5"}) as http:
        refused = await http.post("/v1/bikes", json={"nam": "x", "frame_number": 7})
    problem = refused.json()
    assert refused.status_code == problem["status"] == 422
    assert problem["code"] == "validation_failed"
    assert {e["field"] for e in problem["errors"]} == {"name", "nam", "frame_number"}
    assert problem["title"] == "بعض القيم غير صحيحة."
    assert refused.headers["content-language"] == "ar"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'{"name": ', "application/json", 400, "malformed_json"),
        (b'{"name": "\xff"}', "application/json", 400, "malformed_json"),
        (b'{"name": NaN}', "application/json", 400, "malformed_json"),
        (b'{"name": "a\\u0000b"}', "application/json", 422, "validation_failed"),
        (b'{"name": "   "}', "application/json", 422, "validation_failed"),
        (b"[]", "application/json", 422, "validation_failed"),
        (b"", "application/json", 422, "validation_failed"),
        (b"name=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ],
)
async def test_bad_bodies_get_a_clear_refusal(
    shop: Harness, body: bytes, kind: str, status: int, code: str
) -> None:
    async with shop.http(shop.caller()) as http:
        refused = await http.post("/v1/bikes", content=body, headers={"Content-Type": kind})
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_unknown_parameters_paths_and_methods_are_refused(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        unknown = await http.get("/v1/bikes", params={"colour": "red"})
        assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "colour")
        assert (await http.get("/v1/bikes/not-an-id")).status_code == 404
        assert (await http.get("/v1/nothing")).json()["code"] == "not_found"
        assert (await http.put("/v1/bikes", json={})).status_code == 405


async def test_a_fault_of_ours_is_not_explained(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        broken = await http.get("/v1/bikes/broken/now")
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert "hunter2" not in broken.text


async def test_internal_doors_are_closed_to_what_came_through_a_proxy(shop: Harness) -> None:
    async with shop.http() as http:
        for path in ("/internal/healthz", "/internal/readyz", "/internal/openapi.json", "/metrics"):
            assert (await http.get(path)).status_code == 200
            passed = await http.get(path, headers={"X-Forwarded-For": "10.0.0.1"})
            assert passed.status_code == 404


async def test_a_write_leaves_one_event_and_one_audit_row_without_secrets(shop: Harness) -> None:
    caller = shop.caller()
    async with shop.http(caller) as http:
        await http.post("/v1/bikes", json={"name": "a", "frame_number": "F-1"})
    async with shop.context.database.work(system(caller.tenant_id, "test")) as work:
        rows = await work.fetch(_AUDIT)
    assert [row["action"] for row in rows] == ["created"]
    assert rows[0]["changes"]["name"] == "a"
    assert rows[0]["changes"]["frame_number"] != "F-1"
    async with shop.context.database.plumbing() as connection:
        events = await connection.fetch(
            "select subject, event::json as event from outbox where tenant_id = $1",
            caller.tenant_id,
        )
    assert [e["subject"] for e in events] == [f"events.shop.bike.created.{caller.tenant_id}"]
    assert events[0]["event"]["actor"] == caller.principal
    assert events[0]["event"]["traceparent"]


async def test_a_taken_value_is_a_conflict_that_names_it(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        await http.post("/v1/bikes", json={"name": "a", "frame_number": "F-9"})
        taken = await http.post("/v1/bikes", json={"name": "b", "frame_number": "F-9"})
    assert (taken.status_code, taken.json()["code"]) == (409, "frame_number_taken")


async def test_one_key_makes_one_resource_however_many_ask_at_once(shop: Harness) -> None:
    caller, headers = shop.caller(), {"Idempotency-Key": "one"}
    async with shop.http(caller) as http:
        answers = await asyncio.gather(
            *(http.post("/v1/bikes", json={"name": "a"}, headers=headers) for _ in range(12))
        )
        again = await http.post("/v1/bikes", json={"name": "a"}, headers=headers)
        other = await http.post("/v1/bikes", json={"name": "b"}, headers=headers)
        everything = await http.get("/v1/bikes", params={"count": "true"})
    first = next(a for a in answers if a.status_code == 201)
    assert {a.status_code for a in answers} <= {201, 409}
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert everything.json()["total"] == 1


async def test_an_error_is_not_remembered_under_its_key(shop: Harness) -> None:
    headers = {"Idempotency-Key": "again"}
    async with shop.http(shop.caller()) as http:
        refused = await http.post("/v1/bikes", json={"name": ""}, headers=headers)
        made = await http.post("/v1/bikes", json={"name": "good"}, headers=headers)
    assert (refused.status_code, made.status_code) == (422, 201)


async def test_pages_neither_lose_nor_repeat_and_cursors_keep_to_their_list(
    shop: Harness,
) -> None:
    async with shop.http(shop.caller()) as http:
        for number in range(7):
            await http.post("/v1/bikes", json={"name": f"b{number % 2}"})
        for sort in ("name", "-name", "created_at", "-created_at"):
            seen: list[str] = []
            cursor = None
            while True:
                query = {"limit": "2", "sort": sort} | ({"cursor": cursor} if cursor else {})
                page = (await http.get("/v1/bikes", params=query)).json()
                seen += [item["id"] for item in page["items"]]
                if not (cursor := page["next_cursor"]):
                    break
            assert len(seen) == len(set(seen)) == 7, sort
        first = (await http.get("/v1/bikes", params={"limit": 2})).json()["next_cursor"]
        moved = await http.get("/v1/bikes", params={"cursor": first, "name": "b1"})
        assert (moved.status_code, moved.json()["code"]) == (400, "invalid_cursor")
        assert (await http.get("/v1/bikes", params={"cursor": "x"})).status_code == 400
        assert (await http.get("/v1/bikes", params={"sort": "price"})).status_code == 422
        assert (await http.get("/v1/bikes", params={"limit": 0})).status_code == 422


async def test_row_level_security_hides_rows_that_a_query_forgot_to_scope(shop: Harness) -> None:
    mine, theirs = shop.caller(), shop.caller()
    async with shop.http(mine) as http:
        await http.post("/v1/bikes", json={"name": "mine"})
    async with shop.context.database.work(theirs) as work:
        assert await work.fetchval(_COUNT) == 0
    async with shop.context.database.work(mine) as work:
        assert await work.fetchval(_COUNT) == 1


async def test_the_description_has_an_example_a_permission_and_problems(shop: Harness) -> None:
    async with shop.http() as http:
        document = (await http.get("/internal/openapi.json")).json()
    operation = document["paths"]["/v1/bikes"]["post"]
    assert operation["operationId"] == "create_bike"
    assert operation["x-permission"] == "shop:write"
    content = operation["requestBody"]["content"]["application/json"]
    assert content["example"] == {"name": "Tourer"}
    assert "Problem" in document["components"]["schemas"]
    assert UUID(str(new_id()))


def _nested(depth: int) -> bytes:
    return b'{"name":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(("depth", "status"), [(32, 422), (33, 400), (1_000, 400), (5_000, 400)])
async def test_a_body_nested_too_deeply_is_refused(shop: Harness, depth: int, status: int) -> None:
    """What only looks deep, by its brackets, is not."""
    headers = {"Content-Type": "application/json"}
    async with shop.http(shop.caller(), **headers) as http:
        assert (await http.post("/v1/bikes", content=_nested(depth))).status_code == status
        flat = b'{"name": "' + b"[{" * 90 + b'"}'
        assert (await http.post("/v1/bikes", content=flat)).status_code == 201


async def test_a_version_of_thousands_of_digits_is_another_version(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        path = (await http.post("/v1/bikes", json={"name": "a"})).headers["location"]
        endless = {"If-Match": '"' + "9" * 5_000 + '"'}
        answer = await http.patch(path, json={"name": "b"}, headers=endless)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")


@pytest.mark.parametrize(
    "forged", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x\0", 2**70, None, []]
)
async def test_a_forged_cursor_is_refused(shop: Harness, forged: object) -> None:
    async with shop.http(shop.caller()) as http:
        for name in ("a", "b"):
            await http.post("/v1/bikes", json={"name": name})
        cursor = (await http.get("/v1/bikes?limit=1")).json()["next_cursor"]
        mark, _, key = orjson.loads(urlsafe_b64decode(cursor))
        for sort in ("-created_at", "name"):
            changed = urlsafe_b64encode(json.dumps([mark, forged, key]).encode()).decode()
            answer = await http.get("/v1/bikes", params={"cursor": changed, "sort": sort})
            assert answer.status_code in (400, 422), answer.text
