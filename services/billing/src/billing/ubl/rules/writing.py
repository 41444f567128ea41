"""UBL 2.1 as it is written: elements, texts and amounts."""

import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

Json = Mapping[str, Any]
Element = etree._Element
DOCUMENT: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
BASIC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
AGGREGATE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
EXTENSIONS: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
SPACES: Final[dict[Any, str]] = {None: DOCUMENT, "cac": AGGREGATE, "cbc": BASIC, "ext": EXTENSIONS}
# What XML 1.0 has no way to say.
_UNSAYABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cac(parent: Element, *names: str) -> Element:
    """An aggregate, inside so many others."""
    for name in names:
        parent = etree.SubElement(parent, f"{{{AGGREGATE}}}{name}")
    return parent


def cbc(parent: Element, tag: str, value: str, **attributes: str) -> None:
    """A value."""
    child = etree.SubElement(parent, f"{{{BASIC}}}{tag}", attributes)
    child.text = _UNSAYABLE.sub("", value)


def money(parent: Element, tag: str, amount: str, currency: str) -> None:
    """An amount with its currency."""
    cbc(parent, tag, amount, currencyID=currency)
