"""Whatever is sent, nothing breaks: random bodies and parameters never yield a fault of ours."""

import asyncio
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.openapi import Operation
from tests.product import Json, Product
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
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    _TEXTS,
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


@pytest.fixture(scope="module")
async def playground(shared_product: Product) -> World:
    """A tenant that may be spoiled."""
    return await World.make(shared_product)


@seed(20260115)
@settings(
    max_examples=1_500, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
async def test_random_input_is_never_a_fault_of_ours(
    playground: World, every_operation: list[Operation], data: st.DataObject
) -> None:
    """Every operation, its example spoiled in one place, its parameters anything."""
    operation = data.draw(st.sampled_from([o for o in every_operation if o.name not in _ENDING]))
    asked = await playground.ask(operation, fresh=False)
    path = asked.path
    if operation.path_names and (operation.method == "DELETE" or data.draw(st.integers(0, 4)) == 0):
        path = operation.path.format_map(
            {name: quote(data.draw(_TEXTS), safe="") or "x" for name in operation.path_names}
        )
    body = None if operation.is_form else _spoiled(asked.body, data)
    query: Json = {}
    if names := operation.query_names:
        query = {name: data.draw(_TEXTS) for name in data.draw(st.sets(st.sampled_from(names)))}
    answer = await playground.person.ask(operation.method, path, json=body, params=query)
    assert answer.status_code < 500, f"{operation.name} {path} {query} {body!r}: {answer.text}"
    # Links to the product itself are meant to be there.
    assert not betrays(answer.text.replace(playground.product.url, "")), answer.text


# These would end the playground's own session, or leave nothing to play with.
_ENDING = {
    "POST /v1/auth/logout", "POST /v1/clients/{client_id}/archive",
    "POST /v1/clients/{client_id}/erase", "GET /readyz",
}  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"nul", b"\xff\xfe", b'{"name": NaN}', b'{"name": "\\ud800"}',
                b"[" * 2_000, b'{"name": 1e999}', b'{"a":1,"a":2}'],
)  # fmt: skip
async def test_bytes_that_are_no_json_are_refused(
    playground: World, every_operation: list[Operation], content: bytes
) -> None:
    writes = [o for o in every_operation if o.contents and not o.is_form]
    asked = [await playground.ask(operation, fresh=False) for operation in writes]
    kind = {"Content-Type": "application/json"}
    answers = await asyncio.gather(*(
        playground.person.ask(one.operation.method, one.path, content=content, headers=kind)
        for one in asked
    ))  # fmt: skip
    for one, answer in zip(asked, answers, strict=True):
        assert 400 <= answer.status_code < 500 or answer.is_success, (
            f"{one.operation.name}: {answer.status_code} {answer.text}"
        )
