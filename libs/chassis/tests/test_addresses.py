"""Who called, where proxies that are trusted stand in front of the gateway."""

import pytest

from chassis.addresses import first_untrusted


@pytest.mark.parametrize(
    ("forwarded", "depth", "caller"),
    [
        ("6.6.6.6, 1.1.1.1", 0, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 10.0.0.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 10.0.0.2, 10.0.0.1", 2, "1.1.1.1"),
        ("10.0.0.1", 2, "10.0.0.1"), (" , ", 0, "127.0.0.1"), ("", 1, "127.0.0.1"),
    ],
)  # fmt: skip
def test_it_is_who_called_the_first_trusted_proxy(forwarded: str, depth: int, caller: str) -> None:
    assert first_untrusted(forwarded, "127.0.0.1", depth) == caller
