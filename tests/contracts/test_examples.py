"""The example of every operation, sent for real."""

import pytest

from tests.contracts.preparations import PREPARATIONS, prepared
from tests.contracts.schemas import Schemas
from tests.openapi import Operation
from tests.product import Json, Product
from tests.world import World


@pytest.mark.timeout(240)
async def test_every_example_gets_its_declared_answer(
    product: Product, every_operation: list[Operation], document: Json
) -> None:
    """GW-08: what the documents show works as it stands there, ids apart."""
    world = await World.make(product)
    schemas = Schemas(document)
    faults: dict[str, object] = {}
    for operation in every_operation:
        if found := await _faults(world, operation, schemas):
            faults[operation.name] = found
    assert not faults, "\n".join(f"{name}: {found}" for name, found in faults.items())


async def _faults(world: World, operation: Operation, schemas: Schemas) -> object:
    if operation.needs_body and operation.example is None:
        return "no example"
    try:
        ready = await prepared(world, operation)
    except (LookupError, AssertionError) as error:
        return f"cannot be prepared: {error}"
    answer = await ready.asked.by(ready.person)
    if answer.status_code not in operation.declared:
        return f"{answer.status_code} instead of {operation.declared}: {answer.text[:600]}"
    if not answer.content:
        return None if answer.status_code in (204, 303) else "an empty answer"
    schema = operation.answer_schema(answer.status_code)
    if schema is None or "json" not in answer.headers["content-type"]:
        return None
    return schemas.faults(answer.json(), schema)[:5]


async def test_no_preparation_is_left_behind(every_operation: list[Operation]) -> None:
    names = {operation.name for operation in every_operation}
    assert set(PREPARATIONS) <= names
