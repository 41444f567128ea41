"""Products and services: how prices are written, and what they are found by."""

from collections.abc import Mapping
from typing import Final, Literal

from chassis.errors import Conflict, Invalid, NotFound
from chassis.folding import contains, fold, fold_compact
from chassis.money import Money, digits

Kind = Literal["product", "service"]
MOST_PRICES: Final = 50
MOST_WORDS: Final = 8


class ProductNotFound(NotFound):
    """No such product or service."""

    code = "product_not_found"
    detail = "There is no such product or service."


class SkuTaken(Conflict):
    """A SKU names one product, however it is spelled."""

    code = "sku_taken"
    detail = "Another product has this SKU."


class ProductExternalIdTaken(Conflict):
    """What a partner's system calls it names one product."""

    code = "external_id_taken"
    detail = "Another product has this external id."


class UnknownPriceCurrency(Invalid):
    """Not a currency of ISO 4217 that has amounts."""

    code = "unknown_currency"
    detail = "A currency is written with the three letters of ISO 4217, like SAR."


class NotAPrice(Invalid):
    """More digits than the currency has."""

    code = "not_a_price"
    detail = "Prices in {currency} have at most {digits} decimal digits."


def prices(given: Mapping[str, str]) -> dict[str, str]:
    """A price for each currency, with exactly its digits.

    Raises UnknownPriceCurrency and NotAPrice.
    """
    return {currency: _price(currency, text) for currency, text in given.items()}


def _price(currency: str, text: str) -> str:
    field = f"prices.{currency}"
    try:
        places = digits(currency)
    except ValueError:
        raise UnknownPriceCurrency(field=field) from None
    try:
        return Money.parse(text, currency).format()
    except ValueError:
        raise NotAPrice(field=field, currency=currency, digits=places) from None


def sku_key(sku: str | None) -> str | None:
    """Equal for two spellings of one SKU: AB-1, ab-1, «AB-١»."""
    return None if sku is None else fold_compact(sku)


def patterns(typed: str) -> list[str]:
    """What the folded text of a product that is looked for must be like: the longest word first.

    Nothing typed finds everything.
    """
    words = dict.fromkeys(fold(typed).split()[:MOST_WORDS])
    return [contains(word) for word in sorted(words, key=len, reverse=True)] or ["%"]
