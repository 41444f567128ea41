"""Rows of files as products: which column is which field, and what its cells mean."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from background.imports.rules.bodies import (
    UPDATE,
    Body,
    Mapped,
    Mode,
    Places,
    check_columns,
    check_key,
    filled,
)
from background.imports.rules.cells import boolean, number
from background.imports.rules.failures import UnknownPath
from billing.products.rules import sku_key
from chassis.errors import Invalid
from chassis.folding import fold_compact

Key = Literal["sku", "external_id"]
NAMES: Final = ("name", "name.ar", "name.en")
_PLAIN: Final = frozenset({"sku", "unit", "external_id"})
_TEXTS: Final = frozenset({*NAMES, "description", "description.ar", "description.en"})
_PRICES: Final = "prices."
PATHS: Final = _PLAIN | _TEXTS | {"kind", "tax_id", "active"}
_CURRENCY: Final = 3
_KINDS: Final = {
    fold_compact(word): kind for kind, words in {
        "product": "product,goods,item,منتج,سلعة", "service": "service,خدمة",
    }.items() for word in words.split(",")
}  # fmt: skip
_ALIASES: Final[Mapping[str, str]] = {
    "name": "name, product, item, service, product name, item name, الاسم, اسم المنتج, المنتج,"
    " الصنف, اسم الصنف, الخدمة, اسم الخدمة",
    "name.ar": "arabic name, name ar, name (ar), الاسم العربي, الاسم بالعربية",
    "name.en": "english name, name en, name (en), الاسم الإنجليزي, الاسم بالإنجليزية",
    "description": "description, details, الوصف, التفاصيل",
    "sku": "sku, code, item code, product code, barcode, الرمز, رمز المنتج, رمز الصنف, الكود,"
    " كود الصنف, الباركود",
    "external_id": "external id, id, المعرف, المعرف الخارجي",
    "kind": "kind, type, النوع",
    "unit": "unit, uom, الوحدة, وحدة القياس",
    "tax_id": "tax, vat, tax rate, vat rate, الضريبة, نسبة الضريبة",
    "active": "active, enabled, نشط, مفعل",
}  # fmt: skip
_PATH_OF: Final = {
    fold_compact(word): path for path, words in _ALIASES.items() for word in words.split(",")
}
_PRICE_WORDS: Final = ("price", "unit price", "sale price", "السعر", "سعر البيع", "سعر الوحدة")


class NameNotMapped(Invalid):
    """New products need a name."""

    code = "name_not_mapped"
    detail = "Say which column holds the name."


class NotATable(Invalid):
    """An address book holds no products."""

    code = "unreadable_file"
    detail = "Products are imported from CSV or Excel (xlsx)."


def check_mapping(mapping: Mapped, headings: Sequence[str], mode: Mode, key: Key | None) -> None:
    """Raises UnknownPath, UnknownColumn, NameNotMapped, KeyMissing and KeyNotMapped."""
    for path in mapping:
        code = path.removeprefix(_PRICES)
        is_price = code != path and len(code) == _CURRENCY and code.isalpha()
        if path not in PATHS and not is_price:
            raise UnknownPath(field=f"mapping.{path}")
    check_columns(mapping, headings)
    if mode != UPDATE and mapping.keys().isdisjoint(NAMES):
        raise NameNotMapped(field="mapping.name")
    check_key(mapping, mode, key, key or "")


def suggested(headings: Sequence[str], currency: str) -> dict[str, list[str]]:
    """A mapping of paths to columns by their headings; a bare price is in this currency."""
    words = _PATH_OF | {fold_compact(one): f"{_PRICES}{currency}" for one in _PRICE_WORDS}
    found: dict[str, list[str]] = {}
    for heading in headings:
        path = words.get(fold_compact(heading)) if heading.strip() else None
        if path and path not in found and headings.count(heading) == 1:
            found[path] = [heading]
    return found


def tax_words(taxes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What cells may call taxes by: their names, and a rate that only one of them has."""
    found: dict[str, set[str]] = {}
    for tax in taxes:
        for name in tax["name"].values():
            found.setdefault(fold_compact(name), set()).add(str(tax["id"]))
        found.setdefault(_rate(tax["rate"]), set()).add(str(tax["id"]))
    return {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}


def body_of(row: Sequence[str], places: Places, taxes: Mapping[str, str]) -> Body:
    """A row's cells, read; empty ones are not there."""
    body = Body()
    for path, cells in filled(row, places):
        cell, heading = cells[0]
        name, _, part = path.partition(".")
        value = _value(path, cell, taxes)
        if part and isinstance(body.values.setdefault(name, {}), dict):
            body.values[name][part.upper() if name == "prices" else part] = value
        elif not part:
            body.values[name] = value
        body.origins[path] = heading
        body.origins.setdefault(name, heading)
    return body


def keys_of(body: Body, key: str | None) -> list[str]:
    """What a row's product is found by."""
    value = body.values.get(key or "")
    if not value:
        return []
    found = sku_key(value) if key == "sku" else value
    return [found] if found else []


def _value(path: str, cell: str, taxes: Mapping[str, str]) -> Any:
    if path.startswith(_PRICES):
        return number(cell)
    if path == "kind":
        return _KINDS.get(fold_compact(cell), cell)
    if path == "active":
        return boolean(cell)
    if path == "tax_id":
        return taxes.get(fold_compact(cell)) or taxes.get(_percent(cell), cell)
    return cell


def _percent(cell: str) -> str:
    """A rate as people write it: 15%, 15 or 0.15."""
    bare = number(cell.replace("%", "").replace("٪", ""))
    try:
        rate = float(bare)
    except ValueError:
        return ""
    return _rate(str(rate / 100 if "%" in cell or "٪" in cell or rate >= 1 else rate))


def _rate(text: str) -> str:
    return f"rate {float(text):.6f}"
