"""Sealed values open only for their tenant, in their place, with a master key that is there."""

from base64 import b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.crypto import CannotOpen, Crypto

TENANT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
OTHER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")


def master(number: int) -> str:
    return f"{number}:{b64encode(bytes([number]) * 32).decode()}"


OLD = Crypto(master(1))
BOTH = Crypto(f"{master(1)}, {master(2)}")
NEW = Crypto(master(2))


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_is_sealed_opens_again(plaintext: bytes, context: str) -> None:
    token = OLD.seal(TENANT, plaintext, context)
    assert OLD.open(TENANT, token, context) == plaintext
    assert plaintext not in token or len(plaintext) < 4


def test_two_seals_of_one_value_differ() -> None:
    assert OLD.seal(TENANT, b"1010101010", "id") != OLD.seal(TENANT, b"1010101010", "id")


@given(st.data())
def test_any_changed_byte_keeps_it_shut(data: st.DataObject) -> None:
    token = bytearray(BOTH.seal(TENANT, b"1010101010", "id"))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        BOTH.open(TENANT, bytes(token), "id")


@pytest.mark.parametrize("length", [0, 1, 5, 16, 17, 30])
def test_a_cut_token_stays_shut(length: int) -> None:
    with pytest.raises(CannotOpen):
        OLD.open(TENANT, OLD.seal(TENANT, b"1010101010", "id")[:length], "id")


def test_another_tenant_or_place_cannot_open_it() -> None:
    token = OLD.seal(TENANT, b"1010101010", "id")
    with pytest.raises(CannotOpen):
        OLD.open(OTHER, token, "id")
    with pytest.raises(CannotOpen):
        OLD.open(TENANT, token, "totp")


def test_rotation_opens_the_old_and_seals_with_the_new() -> None:
    token = OLD.seal(TENANT, b"1010101010", "id")
    assert BOTH.needs_reseal(token)
    fresh = BOTH.seal(TENANT, BOTH.open(TENANT, token, "id"), "id")
    assert not BOTH.needs_reseal(fresh)
    assert NEW.open(TENANT, fresh, "id") == b"1010101010"
    with pytest.raises(CannotOpen, match="master key 1"):
        NEW.open(TENANT, token, "id")


def test_a_fingerprint_is_equal_for_equal_values_of_one_tenant_only() -> None:
    assert OLD.fingerprint(TENANT, "1010101010") == OLD.fingerprint(TENANT, "1010101010")
    assert OLD.fingerprint(TENANT, "1010101010") != OLD.fingerprint(TENANT, "1010101011")
    assert OLD.fingerprint(TENANT, "1010101010") != OLD.fingerprint(OTHER, "1010101010")


def test_fingerprints_find_values_from_before_a_rotation() -> None:
    found = BOTH.fingerprints(TENANT, "1010101010")
    assert OLD.fingerprint(TENANT, "1010101010") in found
    assert BOTH.fingerprint(TENANT, "1010101010") == NEW.fingerprint(TENANT, "1010101010")
    assert BOTH.fingerprint(TENANT, "1010101010") in found


@pytest.mark.parametrize("text", ["", "1", "1:", "1:AAAA", "x:" + master(1)[2:], "1:%%%"])
def test_a_wrong_setting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"master key|invalid literal"):
        Crypto(text)


def test_printing_it_does_not_show_its_keys() -> None:
    assert repr(bytes([1]) * 32) not in repr(OLD)
