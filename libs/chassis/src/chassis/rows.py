"""Many rows in one statement: they go as JSON, and come out with the types of their columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, column, func
from sqlalchemy.dialects.postgresql import JSONB


def rows_of(table: Table, names: Iterable[str]) -> Any:
    """The rows of the parameter `rows`, to be selected from."""
    typed = (column(name, table.c[name].type) for name in names)
    given = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*typed, name="r")
    return given.render_derived(with_types=True)


def written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON tells it."""
    return {n: f"\\x{v.hex()}" if isinstance(v, bytes) else v for n, v in row.items()}
