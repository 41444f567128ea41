"""Where a word stands in whatever the product keeps: databases, stored files, the stream."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from local.stack import Stack
from tests.events import published

# Every column of every table, whatever its type: a new one is looked through by itself.
_COLUMNS = """
select c.table_name, c.column_name, c.data_type
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  join pg_class k on k.oid = format('%I.%I', table_schema, table_name)::regclass
 where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and not k.relispartition
 order by 1, 2
"""


async def places_of(stack: Stack, *words: str) -> set[str]:
    """Where any of the words stands, in names, texts, JSON or bytes."""
    found = {f"stream: {one.subject}" for one in await published(stack) if _has(one.text, words)}
    found |= await asyncio.to_thread(_files, stack.folder / "files", words)
    for service in stack.names:
        found |= {f"{service}: {one}" for one in await _columns(stack, service, words)}
    return found


async def _columns(stack: Stack, service: str, words: tuple[str, ...]) -> set[str]:
    connection: Any = await asyncpg.connect(stack.database_url(service, "owner"))
    try:
        found = set()
        for table, column, kind in await connection.fetch(_COLUMNS):
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            query = f'select exists (select from "{table}" where {text} like any($1::text[]))'
            if await connection.fetchval(query, [f"%{word}%" for word in words]):
                found.add(f"{table}.{column}")
        return found
    finally:
        await connection.close()


def _files(folder: Path, words: tuple[str, ...]) -> set[str]:
    stored = [path for path in folder.rglob("*") if path.is_file()]
    return {
        f"files: {one.name}" for one in stored
        if _has(one.read_bytes().decode(errors="replace"), words)
    }  # fmt: skip


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
