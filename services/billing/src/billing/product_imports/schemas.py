"""Shapes of imports of products."""

from typing import Any
from uuid import UUID

from background.imports.schemas import AskedView, Fault, MappedFields, Outcome
from billing.product_imports.rules import Key
from billing.products.schemas import ProductCreate, ProductUpdate
from chassis.shapes import Shape, View


class ProductImportFields(MappedFields):
    """How a file is taken in: which column is which field of a product, as `prices.SAR`.

    Without a mapping the suggested one counts. `create` adds products, `update` changes those found
    by the key, `upsert` does either.
    """

    key: Key | None = None


class ProductImportAccepted(View):
    """The import has begun, or its undoing: `GET /v1/products/imports/{id}` and its `rows` tell of
    both; the id of an import is that of its job.
    """

    job_id: UUID


class ProductPreviewFields(Shape):
    """Nothing but the file."""


class ProductImportView(AskedView):
    """An import of products: how far it is, and what was asked of it."""

    key: Key | None

    @classmethod
    def of(cls, job: Any) -> "ProductImportView":
        """From the job's row."""
        return cls.model_validate(cls.values_of(job))


class ProductRowView(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    product_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None


class NewProduct(ProductCreate):
    """A row that becomes a product."""


class ProductChanges(ProductUpdate):
    """A row as changes of a product."""
