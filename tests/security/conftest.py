"""The tenant of the permission walk, built once."""

import pytest

from tests.openapi import Operation
from tests.product import Product
from tests.shelves import Stage


@pytest.fixture(scope="session")
async def stage(shared_product: Product, every_operation: list[Operation]) -> Stage:
    """Its shelves, and everybody who walks along them."""
    return await Stage.make(shared_product, every_operation)
