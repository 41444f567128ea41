"""What a unit of work leaves behind arrives as it was, whatever characters it is made of."""

from typing import Any

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.caller import Caller
from chassis.statements import statement
from chassis.testing.harness import Harness
from libs.chassis.tests.shop.app import Bikes

_LEFT = """
select o.event, a.changes, k.headers, k.body
  from outbox o join audit_log a on a.tenant_id = o.tenant_id
  join idempotency_keys k on k.tenant_id = o.tenant_id
 where o.tenant_id = $1
"""
_ACTOR = statement(text("select actor from audit_log where entity_id = :id").columns())
_TRICKY = (
    "O'Brien", "''", "\\", "\\'", "'; drop table outbox; --", "$1 $$ {a,\"b\"}", "ARRAY['x']",
    "عبد الله «القحطاني»", "\u2028\u202e🚲", "%s {0} {name}", "NULL", "E'\\x41'", "line\nbreak",
)  # fmt: skip


async def left_by(shop: Harness, caller: Caller) -> Any:
    owner = shop.context.chassis_settings.database_owner_url.get_secret_value()
    connection = await asyncpg.connect(owner)
    try:
        row = await connection.fetchrow(_LEFT, caller.tenant_id)
    finally:
        await connection.close()
    assert row is not None
    return {k: orjson.loads(v) if isinstance(v, str) else v for k, v in row.items()}


async def add(shop: Harness, caller: Caller, name: str) -> Any:
    async with shop.http(caller) as http:
        answer = await http.post(
            "/v1/bikes", json={"name": name}, headers={"Idempotency-Key": "it's \\ a key"}
        )
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.parametrize("name", _TRICKY)
async def test_a_text_is_stored_as_it_is(shop: Harness, name: str) -> None:
    caller = shop.caller()
    answer = await add(shop, caller, name)
    left = await left_by(shop, caller)
    assert left["event"]["data"]["name"] == left["changes"]["name"] == name.strip()
    assert left["body"] == answer.content
    assert left["headers"]["location"] == answer.headers["location"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
async def test_any_text_is_stored_as_it_is(shop: Harness, name: str) -> None:
    caller, name = shop.caller(), f"x{name}x"
    answer = await add(shop, caller, name)
    left = await left_by(shop, caller)
    assert left["event"]["data"]["name"] == left["changes"]["name"] == name
    assert orjson.loads(left["body"]) == answer.json()


async def test_an_actor_is_no_statement(shop: Harness) -> None:
    caller = shop.caller(principal="user:' || version() || '")
    async with shop.context.database.work(caller) as work:
        bike = await Bikes(work).add(name="a bicycle")
    async with shop.context.database.work(caller) as work:
        assert await work.fetchval(_ACTOR, id=bike.id) == caller.principal
