"""What a file is, by its bytes; its name and what the sender says of it are not asked."""

import struct
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import IO, Final

HEAD: Final = 8192
EXECUTABLE: Final = "application/x-executable"
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
_ZIP: Final = "application/zip"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
# A directory of so many bytes is not read: the archive stays an archive.
_LONGEST_DIRECTORY: Final = 1 << 20
_MOST_ENTRIES: Final = 10_000

# Of programs first: nothing else may begin like them.
_PROGRAMS: Final = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\x00asm", b"dex\n", b"#!",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00", b"!<arch>\n", b"\xed\xab\xee\xdb",
)  # fmt: skip
_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"), (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"), (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"), (b"\x1a\x45\xdf\xa3", "video/webm"), (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
)  # fmt: skip
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
_PARTS: Final = (
    ("word/", f"{_OFFICE}wordprocessingml.document"),
    ("xl/", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/", f"{_OFFICE}presentationml.presentation"),
)  # fmt: skip
_PACKED_PROGRAMS: Final = ("AndroidManifest.xml", "META-INF/MANIFEST.MF", "classes.dex")
_MARKUP: Final = (
    (b"<svg", "image/svg+xml"), (b"<!doctype html", "text/html"), (b"<html", "text/html"),
    (b"<head", "text/html"), (b"<body", "text/html"), (b"<script", "text/html"),
    (b"<iframe", "text/html"), (b"<?xml", "text/xml"),
)  # fmt: skip
# Shown by a browser without anything of it being run.
PASSIVE: Final = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", TEXT)
)


def sniffed(content: IO[bytes]) -> str:
    """The media type of a file that stands at its start, and does again afterwards."""
    head = content.read(HEAD)
    content.seek(0)
    if not head:
        return TEXT
    found = _by_start(head)
    if found == _ZIP:
        found = _packed(content)
        content.seek(0)
    return found or _text(head)


def is_allowed(media_type: str, allowed: Iterable[str]) -> bool:
    """Whether it is on the list, whose entries may end in `*`."""
    return media_type != EXECUTABLE and any(fnmatchcase(media_type, one) for one in allowed)


def _by_start(head: bytes) -> str | None:
    if head.startswith(_PROGRAMS) and not head.startswith(b"#!AMR"):
        return EXECUTABLE
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    return _by_container(head)


def _by_container(head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _ZIP
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    # An MPEG audio frame: eleven bits set, then layer II or III.
    is_frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4)
    return "audio/mpeg" if is_frame else None


def _packed(content: IO[bytes]) -> str:
    """Office documents are archives, and so are some programs."""
    if not _has_short_directory(content):
        return _ZIP
    try:
        with zipfile.ZipFile(content) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return _ZIP
    if any(name in _PACKED_PROGRAMS for name in names) or any(
        name.endswith("vbaProject.bin") for name in names
    ):
        return EXECUTABLE
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _PARTS if any(n.startswith(part) for n in names)), _ZIP)
    if names[:1] == ["mimetype"]:
        return "application/vnd.oasis.opendocument"
    return _ZIP


def _has_short_directory(content: IO[bytes]) -> bool:
    size = content.seek(0, 2)
    content.seek(max(size - 65_557, 0))
    tail = content.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 20:
        return False
    entries, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    return bool(entries <= _MOST_ENTRIES and length <= _LONGEST_DIRECTORY)


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _markup(head.replace(b"\0", b"")) or TEXT
    # UTF-8, Windows-1256 and the like have none of these.
    if any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head):
        return UNKNOWN
    return _markup(head) or TEXT


def _markup(head: bytes) -> str | None:
    """Browsers look for markup at the start only; here it counts wherever it stands."""
    lowered = head.lower()
    return next((kind for mark, kind in _MARKUP if mark in lowered), None)
