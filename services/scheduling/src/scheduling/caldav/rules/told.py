"""What phones are told in XML: places with their properties (RFC 4918, 13)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from scheduling.caldav.rules.asked import CALDAV, DAV, SERVER, Found, name

MEDIA_TYPE: Final = "application/xml; charset=utf-8"
# What a property holds: a text, an address, addresses, or elements made of names.
Value = str | None | list[Any]
_NAMES: Final = {"d": DAV, "c": CALDAV, "cs": SERVER}
# What XML cannot hold, however it is escaped (XML 1.0, 2.2): titles and names may.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Told:
    """Something at an address; what is not asked for by name is left out where `quiet` says so.

    Without properties it is not there (404).
    """

    address: str
    properties: Mapping[str, Value] | None
    quiet: frozenset[str] = frozenset()


def element(namespace: str, local: str, text: str | None = None, **attributes: str) -> Any:
    """A small piece of a property."""
    made = etree.Element(name(namespace, local), attributes, nsmap=_NAMES)
    made.text = _held(text)
    return made


def href(address: str) -> list[Any]:
    """An address as a property holds it."""
    return [element(DAV, "href", address)]


def multistatus(some: Iterable[Told], asked: Found) -> bytes:
    """All of them, with what is asked of each."""
    root = etree.Element(name(DAV, "multistatus"), nsmap=_NAMES)
    for one in some:
        response = etree.SubElement(root, name(DAV, "response"))
        etree.SubElement(response, name(DAV, "href")).text = _held(one.address)
        if one.properties is None:
            etree.SubElement(response, name(DAV, "status")).text = "HTTP/1.1 404 Not Found"
            continue
        for status, properties in _by_status(one, one.properties, asked).items():
            _propstat(response, status, properties)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _by_status(
    one: Told, known: Mapping[str, Value], asked: Found
) -> dict[str, dict[str, Value]]:  # fmt: skip
    if asked.only_names:
        return {"200 OK": dict.fromkeys(known)}
    if asked.names is None:
        return {"200 OK": {key: known[key] for key in known if key not in one.quiet}}
    found = {key: known[key] for key in asked.names if key in known}
    missing: dict[str, Value] = {key: None for key in asked.names if key not in known}
    parts = {"200 OK": found, "404 Not Found": missing}
    return {status: some for status, some in parts.items() if some}


def _propstat(response: Any, status: str, properties: Mapping[str, Value]) -> None:
    part = etree.SubElement(response, name(DAV, "propstat"))
    prop = etree.SubElement(part, name(DAV, "prop"))
    for key, value in properties.items():
        made = etree.SubElement(prop, key)
        if isinstance(value, list):
            made.extend(value)
        else:
            made.text = _held(value)
    etree.SubElement(part, name(DAV, "status")).text = f"HTTP/1.1 {status}"


def _held(text: str | None) -> str | None:
    return None if text is None else _NOT_XML.sub("", text)
