"""kill -9 of billing and of its PostgreSQL at random moments of a run of sales."""

import pytest

from local.stack import Stack
from tests.chaos.storms import REPLICAS, storm
from tests.product import Product


@pytest.mark.long
@pytest.mark.timeout(1_200)
async def test_two_thousand_operations_survive_kills(stack: Stack, product: Product) -> None:
    """BI-01, BI-09, BI-12: the two of a replica's roles die with it. A short run: journeys."""
    await storm(stack, product, (*REPLICAS, ("postgres", 0)), operations=2_000, kills=16)
