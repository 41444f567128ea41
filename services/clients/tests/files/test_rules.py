"""What a file is by its bytes, what it is called, and when a link or a date is over."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.files.rules import names, shares, types
from clients.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALLOWED: list[str] = Settings.model_fields["file_types"].default


def archive(*entries: str) -> bytes:
    """A zip with these entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in entries:
            packed.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"), (b"\n\n%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n123", "image/png"), (b"\xff\xd8\xff\xe0x", "image/jpeg"),
        (b"GIF89a..", "image/gif"), (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"RIFF1234WAVEfmt ", "audio/wav"), (b"OggS\0", "audio/ogg"), (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90d", "audio/mpeg"), (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypheic", "image/heic"), (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"#!AMR\n", "audio/amr"), (b"{\\rtf1", "application/rtf"),
        (archive("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("a.txt"), "application/zip"), (b"PK\x03\x04 cut off", "application/zip"),
        ("عقد".encode(), "text/plain"), ("عقد".encode("cp1256"), "text/plain"),
        ("عقد".encode("utf-16"), "text/plain"), (b"", "text/plain"),
        (b"hello <SCRIPT>alert(1)</script>", "text/html"), (b"<!DOCTYPE html>", "text/html"),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "image/svg+xml"),
        ("<html>".encode("utf-16"), "text/html"), (b"\0\1\2\3", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_type_is_told_by_the_bytes(content: bytes, media_type: str) -> None:
    """CL-62"""
    stream = io.BytesIO(content)
    assert types.sniffed(stream) == media_type
    assert stream.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90", b"\x7fELF\x02", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!/bin/sh\n",
        b"\0asm\x01", b"dex\n035", archive("AndroidManifest.xml"),
        archive("META-INF/MANIFEST.MF", "A.class"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ],
)  # fmt: skip
def test_programs_are_known_and_never_allowed(content: bytes) -> None:
    """CL-62"""
    found = types.sniffed(io.BytesIO(content))
    assert found == types.EXECUTABLE
    assert not types.is_allowed(found, [*ALLOWED, "*"])


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type(content: bytes) -> None:
    found = types.sniffed(io.BytesIO(content))
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", found)
    if content[:2] == b"MZ":
        assert found == types.EXECUTABLE


def test_the_list_of_what_is_taken_holds_what_people_send() -> None:
    for one in ("image/png", "audio/mpeg", "application/pdf", "text/plain", "video/mp4"):
        assert types.is_allowed(one, ALLOWED)
    assert not types.is_allowed(types.UNKNOWN, ALLOWED)
    assert not types.is_allowed("image/png", ["application/pdf"])
    assert types.PASSIVE.isdisjoint({"text/html", "image/svg+xml", "text/xml"})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("عقد الخدمة.pdf", "عقد الخدمة.pdf"), ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\صورة.jpg", "صورة.jpg"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"), (" .. ", "file"), ("", "file"), ("a/", "file"),
        ("ا" * 300 + ".pdf", "ا" * 196 + ".pdf"), ("x" * 300, "x" * 200),
    ],
)  # fmt: skip
def test_a_name_is_one_line_without_tricks(sent: str, kept: str) -> None:
    assert names.cleaned(sent) == kept


@given(st.text())
def test_a_cleaned_name_stays_as_it_is(sent: str) -> None:
    name = names.cleaned(sent)
    assert 1 <= len(name) <= 200
    assert names.cleaned(name) == name


@pytest.mark.parametrize("name", ["a.exe", "a.pdf.BAT", "x.js", "x.lnk"])
def test_names_that_computers_run(name: str) -> None:
    assert names.runs(name)
    assert not names.runs(name + ".pdf")
    assert not names.runs("exe")


def test_a_link_is_over_by_time_downloads_or_guesses() -> None:
    """CL-62"""
    alive: Any = (NOW, NOW + timedelta(seconds=1), 1, 2, 0)
    assert not shares.is_over(*alive)
    assert not shares.is_over(NOW, alive[1], 10**6, None, 0)
    assert shares.is_over(NOW, NOW, 0, None, 0)
    assert shares.is_over(NOW, alive[1], 2, 2, 0)
    assert shares.is_over(NOW, alive[1], 0, None, shares.MOST_GUESSES)
    assert shares.end_of(NOW, None) == NOW + timedelta(days=7)
    for wrong in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=366)):
        with pytest.raises(shares.EndNotPossible):
            shares.end_of(NOW, wrong)


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_a_password_is_known_by_its_hash_only(password: str, other: str) -> None:
    if {"\ud800" <= one <= "\udfff" for one in password + other} != {False}:
        return
    stored = shares.password_hash(password)
    assert shares.is_password(stored, password)
    assert shares.is_password(stored, other) == (password == other)
