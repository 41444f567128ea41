"""Whatever is sent, nothing breaks: random bodies and parameters never yield a fault of ours."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.openapi import Operation
from tests.product import Json
from tests.security.test_errors import betrays
from tests.world import World

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

# Characters that have broken things before: NUL, lone surrogates' neighbours, right-to-left marks.
_TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", " ", "\x00", "a\x00b", "\u202e", "\ufffe", "\U0001f600", "%", "_", "\\",
                     "'; drop table clients; --", "{{ client.name }}", "{% for %}", "x" * 5_000,
                     "00000000-0000-0000-0000-000000000000", "٠٥٠", "2026-02-30", "1e400"]),
)  # fmt: skip
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), _TEXTS
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_TEXTS, inner, max_size=4)
    ),
    max_leaves=8,
)


def _spoiled(example: Any, data: st.DataObject) -> Any:
    """The example with one part of it replaced by anything."""
    if isinstance(example, dict) and example and data.draw(st.integers(0, 3)):
        name = data.draw(st.sampled_from(sorted(example)))
        return {**example, name: _spoiled(example[name], data)}
    if isinstance(example, list) and example and data.draw(st.booleans()):
        return [_spoiled(example[0], data), *example[1:]]
    return data.draw(_ANYTHING)


@seed(20260115)
@settings(
    max_examples=1_500, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
async def test_random_input_is_never_a_fault_of_ours(
    world: World, every_operation: list[Operation], data: st.DataObject
) -> None:
    """Every operation, its example spoiled in one place, its parameters anything."""
    operation = data.draw(st.sampled_from(every_operation))
    if operation.name in _ENDING:
        return
    asked = await world.ask(operation, fresh=False)
    body = None if operation.is_form else _spoiled(asked.body, data)
    names = operation.query_names
    query: Json = {}
    if names:
        query = {name: data.draw(_TEXTS) for name in data.draw(st.sets(st.sampled_from(names)))}
    answer = await world.person.ask(operation.method, asked.path, json=body, params=query)
    assert answer.status_code < 500, f"{operation.name} {query} {body!r}: {answer.text}"
    assert not betrays(answer.text), answer.text


# These would end the world's own session or wait for others.
_ENDING = {"POST /v1/auth/logout", "DELETE /v1/sessions/{session_id}", "GET /v1/stream"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"nul", b"\xff\xfe", b'{"name": NaN}', b'{"name": "\\ud800"}',
                b"[" * 2_000, b'{"name": 1e999}', b'{"a":1,"a":2}'],
)  # fmt: skip
async def test_bytes_that_are_no_json_are_refused(
    world: World, every_operation: list[Operation], content: bytes
) -> None:
    writes = [o for o in every_operation if o.contents and not o.is_form]
    asked = [await world.ask(operation, fresh=False) for operation in writes]
    kind = {"Content-Type": "application/json"}
    answers = await asyncio.gather(*(
        world.person.ask(one.operation.method, one.path, content=content, headers=kind)
        for one in asked
    ))  # fmt: skip
    for one, answer in zip(asked, answers, strict=True):
        assert 400 <= answer.status_code < 500 or answer.is_success, (
            f"{one.operation.name}: {answer.status_code} {answer.text}"
        )
