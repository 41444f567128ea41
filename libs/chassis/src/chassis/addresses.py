"""Addresses of the network: whereto somebody else's URL may lead this process, and who calls it."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

# Hold an IPv4 address in their last 32 bits (RFC 6052, 2.1).
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


class Refused(ValueError):
    """A URL that is not followed."""


class Unreachable(Exception):
    """Nothing of use came from there; never says what did, or it would tell of the inside."""


def check_url(url: str, *, allow_private: bool = False) -> str:
    """The URL, if one may ask there at all; raises Refused. Addresses are held against
    `is_public` when the name is resolved.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Refused("not a URL") from error
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes or not host or not url.isascii() or not url.isprintable():
        raise Refused("not an https URL")
    if parts.username is not None or parts.password is not None or parts.fragment or " " in url:
        raise Refused("names more than a place")
    return url


def first_untrusted(forwarded: str, peer: str | None, depth: int) -> str:
    """Who called the first of so many trusted proxies in front of the gateway.

    Each of them, and the gateway, adds whoever called it at the end of `X-Forwarded-For`; before
    that anybody may write.
    """
    entries = [one.strip() for one in forwarded.split(",") if one.strip()]
    return entries[max(-1 - depth, -len(entries))] if entries else peer or ""


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet, also the IPv4 one that it may hold."""
    address = ip_address(text.partition("%")[0])
    inner = _inside(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour
