"""What keeps a page to itself: its address is a secret, and whatever it shows is a stranger's."""

from collections.abc import Mapping
from typing import Final

_ALWAYS: Final = {
    "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex, nofollow",
}  # fmt: skip


def headers(language: str, nonce: str, sources: Mapping[str, str]) -> dict[str, str]:
    """Nothing comes from elsewhere, and nothing runs that does not have the nonce.

    `sources` are what a payment provider's own parts need besides, by directive.
    """
    policy = {
        "default-src": "'none'", "style-src": f"'nonce-{nonce}'", "img-src": "data:",
        "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    } | dict(sources)  # fmt: skip
    told = "; ".join(f"{name} {value}" for name, value in policy.items())
    return _ALWAYS | {"Content-Language": language, "Content-Security-Policy": told}
