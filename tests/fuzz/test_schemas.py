"""Made-up requests after the published document: no fault of ours, no undocumented answer."""

from pathlib import Path

import pytest

from tests.fuzz.schemas import fuzz
from tests.product import Product
from tests.world import World


@pytest.mark.timeout(300)
async def test_a_few_cases_of_every_operation(shared_product: Product, tmp_path: Path) -> None:
    """GW-08: the document is true to what the product answers."""
    world = await World.make(shared_product)
    found = await fuzz(world, tmp_path, cases=300, seed=20260115)
    assert not found, found


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_thousands_of_cases(shared_product: Product, tmp_path: Path) -> None:
    world = await World.make(shared_product)
    found = await fuzz(world, tmp_path, cases=2_000, seed=20261122)
    assert not found, found
