"""A table that was just declared: its revision is written, and makes it."""

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import Column, MetaData, Text

from chassis.migrations import is_up_to_date, migrate, revise
from chassis.tables import metadata, tenant_table
from chassis.testing.databases import Databases
from libs.chassis.tests.shop import app as shop


async def test_a_new_table_gets_its_revision_and_its_rights(
    databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(Path(shop.__file__).parent / "migrations", folder)
    declared: tuple[MetaData, ...] = (shop.SHOP, metadata())
    urls = await databases.create("shop", folder, (shop.SHOP,))
    tenant_table("repairs", declared[1], Column("what", Text, nullable=False))
    # What `make migration` does: the newest schema first, which lacks the table.
    await asyncio.to_thread(migrate, urls.owner, folder, declared)
    assert not await asyncio.to_thread(is_up_to_date, urls.owner, folder, declared)
    await asyncio.to_thread(revise, urls.owner, folder, declared, "add repairs")
    [written] = folder.glob("versions/0002_add_repairs.py")
    assert "create_table" in written.read_text()
    await asyncio.to_thread(migrate, urls.owner, folder, declared)
    assert await asyncio.to_thread(is_up_to_date, urls.owner, folder, declared)
