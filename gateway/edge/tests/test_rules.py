"""The pure rules of identity."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from edge.passwords import rules as passwords
from edge.sessions import rules as sessions
from edge.tenants import rules as tenants
from edge.users import rules as users


@pytest.mark.parametrize(
    ("country", "currency", "timezone", "locale", "vat"),
    [
        ("SA", "SAR", "Asia/Riyadh", "ar", "0.15"),
        ("ae", "AED", "Asia/Dubai", "ar", "0.05"),
        ("EG", "EGP", "Africa/Cairo", "ar", "0.14"),
        ("KW", "KWD", "Asia/Kuwait", "ar", ""),
        ("US", "USD", "America/New_York", "en", ""),
        ("GB", "GBP", "Europe/London", "en", "0.20"),
    ],
)
def test_a_country_brings_its_customs(
    country: str, currency: str, timezone: str, locale: str, vat: str
) -> None:
    customs = tenants.customs_of(country)
    found = (customs.currency, customs.timezone, customs.locale, customs.vat_rate)
    assert found == (currency, timezone, locale, vat)


@pytest.mark.parametrize("country", ["", "X", "ZZ", "EU", "Saudi Arabia", "١٢"])
def test_what_is_no_country_is_refused(country: str) -> None:
    with pytest.raises(tenants.UnknownCountry):
        tenants.customs_of(country)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_key_stands_for_one_company(email: str, key: str) -> None:
    made = tenants.id_for(email, key)
    assert made == tenants.id_for(email, key)
    assert made.version == 8
    assert made != tenants.id_for(email, key + "x")


@given(st.uuids(), st.binary(min_size=24, max_size=24), st.binary(min_size=24, max_size=24))
def test_a_refresh_token_is_read_as_it_was_written(
    session: UUID, family: bytes, turn: bytes
) -> None:
    token = sessions.RefreshToken(session, family, turn)
    assert sessions.read(str(token)) == token
    assert sessions.following(token).family == family
    assert sessions.following(token).turn != turn


@given(st.text())
def test_nonsense_is_no_refresh_token(text: str) -> None:
    assert sessions.read(text) is None
    assert sessions.read("dwr_" + text) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Sara@Example.COM ", "sara@example.com"),
        ("\u202bsara@example.com\u202c", "sara@example.com"),
        ("a@diwan.test", "a@diwan.test"),
        ("سارة@مثال.السعودية", "سارة@مثال.السعودية"),
    ],
)
def test_an_address_has_one_form(written: str, kept: str) -> None:
    assert users.address(written) == kept


@pytest.mark.parametrize("written", ["", "a", "@b.c", "a@", "a b@c.d", "a@b@c.d"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        users.address(written)


@pytest.mark.parametrize("password", ["short", "a@example.com", "aaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.check(password, "a@example.com")


def test_a_device_is_known_by_what_the_gateway_adds() -> None:
    headers = {"user-agent": "a browser"}
    assert sessions.device_of("5.6.7.8", headers) == sessions.Device("5.6.7.8", "a browser")
    assert sessions.device_of("", {}) == sessions.Device("", "")
