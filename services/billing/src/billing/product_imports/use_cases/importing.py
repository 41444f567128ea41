"""Products out of the rows of a file, each as the API itself would take it, and taken back."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from background.imports.rules.bodies import Body, Places
from background.imports.rules.reading import Row
from background.imports.tables import ImportRow
from background.imports.use_cases.importing import Line, shape
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from billing.imports.repository import FILES
from billing.product_imports import repository, rules
from billing.product_imports.schemas import NewProduct, ProductChanges
from billing.products import use_cases as products
from billing.products.repository import ProductRepository
from chassis.errors import Failure
from chassis.work import UnitOfWork

CHUNK: Final = 500
_KEPT_COLUMNS: Final = (
    "name", "description", "kind", "sku", "unit", "prices", "tax_id", "is_active", "external_id",
)  # fmt: skip
# What a row says a part of: another language, another currency.
_PARTS: Final = ("name", "description", "prices")


class Products:
    """The kind of import."""

    files = FILES
    rows = repository.ROWS

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def target(self, work: UnitOfWork, asked: Mapping[str, Any]) -> "ProductRows":
        """For the next chunk."""
        taxes = rules.tax_words(await repository.taxes_in_use(work))
        return ProductRows(work, asked["key"], taxes)


class ProductRows:
    """What the rows of a chunk become."""

    read_last: tuple[str, ...] = ()

    def __init__(self, work: UnitOfWork, key: str | None, taxes: Mapping[str, str]) -> None:
        self._work, self._key, self._taxes = work, key, taxes
        self.key_path = key or ""

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read."""
        return rules.body_of(row, places, self._taxes)

    def keys_of(self, body: Body) -> list[str]:
        """What a row's product is found by."""
        return rules.keys_of(body, self._key)

    async def matching(self, keys: Sequence[str]) -> dict[str, set[UUID]]:
        """The product of each of these keys, where there is one."""
        return await repository.matching(self._work, self._key or "", keys)

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """Change the product as far as the row says something new."""
        before = await ProductRepository(self._work).get_for_update(record_id)
        values = {
            name: _joined(getattr(before, name), value) if name in _PARTS else value
            for name, value in line.body.values.items()
        }
        body = ProductChanges.model_validate(values)
        changes = products.columns_of(body, body.model_dump(exclude_unset=True))
        after = await products.update_product(self._work, record_id, changes)
        was, now = _difference(before, after)
        outcome = "updated" if now else "unchanged"
        return ImportRow(
            row=line.number, outcome=outcome, record_id=record_id, before=was, after=now
        )  # fmt: skip

    async def create(self, lines: Sequence[Line]) -> None:
        """Products of the rows that may be; the others are told why not."""
        await asyncio.to_thread(shape, lines, NewProduct)
        good = [line for line in lines if line.shape is not None]
        wanted = [products.columns_of(line.shape, line.shape.model_dump()) for line in good]
        made = await products.create_products(self._work, wanted)
        for line, one in zip(good, made, strict=True):
            if isinstance(one, Failure):
                line.refused(one)
            else:
                line.outcome = ImportRow(
                    row=line.number, outcome="created", record_id=one.id, after=_state(one)
                )


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back."""
    return await go_on_undoing(work, task, repository.ROWS, _take_back)


async def _take_back(work: UnitOfWork, row: ImportRow) -> str:
    """What the import made is removed; of what it changed, what still stands so is put back."""
    if row.record_id is None:
        return KEPT
    product = await ProductRepository(work).get_for_update(row.record_id)
    now, after, before = _state(product), row.after or {}, row.before or {}
    if row.outcome == "created":
        if now != after:
            return KEPT
        await products.delete_product(work, row.record_id)
        return UNDONE
    back = {name: before[name] for name in before if now[name] == after[name]}
    if back.get("tax_id"):
        back["tax_id"] = UUID(back["tax_id"])
    if back:
        await products.update_product(work, row.record_id, back)
    return UNDONE if back.keys() == before.keys() else KEPT


def _joined(known: Mapping[str, Any] | None, told: Any) -> Any:
    return {**(known or {}), **told} if isinstance(told, dict) else told


def _state(product: Any) -> dict[str, Any]:
    """A product as JSON gives it back."""
    found = {name: getattr(product, name) for name in _KEPT_COLUMNS}
    return found | {"tax_id": product.tax_id and str(product.tax_id)}


def _difference(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = _state(before), _state(after)
    names = [name for name in old if old[name] != new[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}
