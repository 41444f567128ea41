"""The mail on the wire: ASCII only, read back as it was written."""

import email
import email.policy
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.messages import rules
from comms.mime import Attachment, Mail, compose, page

# What a subject may hold after `rules.one_line`, and what JSON may bring in a body.
LINES = st.text(max_size=300).map(rules.one_line)
BODIES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))


def mail(**values: object) -> Mail:
    given_ = {
        "message_id": "0192@diwan.example", "sender_name": "عيادة النور",
        "sender": "no-reply@diwan.example", "recipient": "sara@example.sa", "subject": "موعدك",
        "body": "مرحبًا", "language": "ar", "date": datetime(2026, 1, 15, 12, tzinfo=UTC),
    } | values  # fmt: skip
    return Mail(**given_)  # type: ignore[arg-type]


def read(content: bytes) -> EmailMessage:
    assert content.isascii() and max(map(len, content.split(b"\r\n"))) < 998
    return email.message_from_bytes(content, policy=email.policy.default)


@given(LINES, LINES, BODIES)
def test_what_is_written_is_read(name: str, subject: str, body: str) -> None:
    """CO-02"""
    found = read(compose(mail(sender_name=name, subject=subject, body=body)))
    assert str(found["Subject"]).split() == subject.split()
    assert found["From"].addresses[0].addr_spec == "no-reply@diwan.example"
    plain = found.get_body(("plain",))
    assert plain and plain.get_payload(decode=True) == body.encode()
    assert found.get_body(("html",)) and len(found.keys()) == 8


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@example.com", "x\nBcc: all@example.com"])
def test_no_header_can_be_smuggled_in(evil: str) -> None:
    for field in ("subject", "sender_name"):
        try:
            found = read(compose(mail(**{field: evil})))
        except HeaderParseError:
            continue
        assert found["Bcc"] is None
    assert read(compose(mail(language=evil)))["Content-Language"] is None


def test_attachments_stand_beside_the_texts() -> None:
    """CO-02"""
    files = [Attachment("تقرير.pdf", "application/pdf", bytes(range(256)) * 40)] * 2
    found = read(compose(mail(attachments=files, trace_id="ab" * 16)))
    parts = list(found.iter_attachments())
    assert [part.get_filename() for part in parts] == ["تقرير.pdf"] * 2
    assert parts[0].get_content() == files[0].content
    assert found.get_body(("html",)) and found["X-Trace-Id"] == "ab" * 16


@pytest.mark.parametrize("name", ["أ" * 200, "a b;\"c'%.pdf", "عقد الصيانة السنوية " * 9 + ".pdf"])
def test_long_and_odd_file_names_arrive_whole(name: str) -> None:
    """RFC 5322 §2.1.1: no line is longer than 998 characters; 78 are polite."""
    made = compose(mail(attachments=[Attachment(name, "text/plain", b"x")]))
    assert max(map(len, made.splitlines())) <= 100
    [part] = read(made).iter_attachments()
    assert part.get_filename() == name


def test_everything_filled_in_is_escaped_and_every_paragraph_finds_its_direction() -> None:
    shown = page("Hello <b>\n& bye\n\nمرحبًا", 'ar"><script>')
    assert '<p dir="auto">Hello &lt;b&gt;<br>&amp; bye</p><p dir="auto">مرحبًا</p>' in shown
    assert "<script>" not in shown
