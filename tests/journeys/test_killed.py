"""Somebody's sales while billing is killed; with PostgreSQL too, and many: tests/chaos."""

import pytest

from local.stack import Stack
from tests.chaos.storms import REPLICAS, storm
from tests.product import Product


@pytest.mark.timeout(300)
async def test_a_few_sales_survive_kills(stack: Stack, product: Product) -> None:
    """BI-01, BI-09, BI-12: on the stack of all stories, as a second one costs a minute."""
    try:
        await storm(stack, product, REPLICAS, operations=120, kills=2)
    finally:
        await stack.scale("billing", 1)
