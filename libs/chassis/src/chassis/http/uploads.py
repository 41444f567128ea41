"""Files sent to us as multipart/form-data: read once, piece by piece, never whole in memory."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, Generic, TypeVar

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from chassis.errors import Invalid, Malformed, TooLarge
from chassis.http.binding import takes_many
from chassis.http.problems import of_status

FieldsT = TypeVar("FieldsT", bound=BaseModel)
FORM: Final = "multipart/form-data"
FILE: Final = "file"
# What fits here never touches the disk.
_IN_MEMORY: Final = 1 << 20
_MOST_FIELDS: Final = 200
_LONGEST_FIELD: Final = 100_000
_LONGEST_NAME: Final = 1_000


class MalformedForm(Malformed):
    """Not what multipart/form-data looks like, or cut off."""

    code = "malformed_form"
    detail = "The body is not valid multipart/form-data."


class FileTooLarge(TooLarge):
    """More bytes than a file here may have."""

    detail = "This file is larger than {most} bytes."


@dataclass(frozen=True, slots=True)
class Upload(Generic[FieldsT]):
    """A file that came with a form; `name` is what the sender calls it, `content` stands at its
    start and is gone when the request ends."""

    fields: FieldsT
    content: IO[bytes]
    name: str
    size: int
    sha256: bytes
    # Of the file and of what was said of it: what an Idempotency-Key is held against.
    digest: bytes

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        self.content.seek(0)
        head = self.content.read(size)
        self.content.seek(0)
        return head


class _Form:
    """What has come so far; the parser calls it for each piece."""

    def __init__(self, boundary: bytes, content: IO[bytes], most: int) -> None:
        self.fields: list[tuple[str, str]] = []
        self.name: str | None = None
        self.size, self.hash = 0, sha256()
        self.is_complete = False
        self._content, self._most = content, most
        self._field, self._value = b"", bytearray()
        self._part: str | None = None
        self._has_file = False
        self._headers: dict[bytes, bytes] = {}
        callbacks: Any = {
            "on_part_begin": self._begin, "on_header_begin": self._header_begin,
            "on_header_field": self._header_field, "on_header_value": self._header_value,
            "on_header_end": self._header_end, "on_headers_finished": self._named,
            "on_part_data": self._take, "on_part_end": self._end, "on_end": self._complete,
        }  # fmt: skip
        self.parser = MultipartParser(boundary, callbacks)

    def _begin(self) -> None:
        self._headers, self._value, self._has_file = {}, bytearray(), False

    def _header_begin(self) -> None:
        self._field, self._value = b"", bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = bytes(self._value)

    def _named(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in options or len(options[b"name"]) > _LONGEST_NAME:
            raise MalformedForm()
        self._part, self._value = _text(options[b"name"], MalformedForm()), bytearray()
        if b"filename" not in options and self._part != FILE:
            return
        if self._part != FILE or self.name is not None:
            raise Invalid(
                "Send one file, as the part “file”.", code="unexpected_file", field=self._part
            )
        named = options.get(b"filename", b"")[:_LONGEST_NAME]
        self.name, self._has_file = named.decode("utf-8", "replace"), True

    def _take(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]
        if not self._has_file:
            if len(self._value) + len(piece) > _LONGEST_FIELD:
                raise Invalid("This text is too long.", code="too_long", field=self._part)
            self._value += piece
            return
        self.size += len(piece)
        if self.size > self._most:
            raise FileTooLarge(field=FILE, most=self._most)
        self.hash.update(piece)
        self._content.write(piece)

    def _end(self) -> None:
        if self._has_file or self._part is None:
            return
        if len(self.fields) == _MOST_FIELDS:
            raise Invalid("This form has too many fields.", code="too_long", field=self._part)
        wrong = Invalid("This is not UTF-8.", code="not_utf8", field=self._part)
        self.fields.append((self._part, _text(bytes(self._value), wrong)))

    def _complete(self) -> None:
        self.is_complete = True


@contextmanager
def spooled() -> Iterator[IO[bytes]]:
    """Where a file is while its request lasts: in memory if it is small, else on disk."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        yield content


async def receive(
    request: Request, kind: type[FieldsT], content: IO[bytes], most: int
) -> Upload[FieldsT]:
    """The file and the fields of a form; raises Malformed, Invalid and FileTooLarge (413)."""
    form = _Form(_boundary(request), content, most)
    await _read(request, form)
    if form.name is None:
        missing = {"type": "missing", "loc": ("body", FILE), "msg": "Field required", "input": None}
        raise RequestValidationError([missing])
    content.seek(0)
    told = orjson.dumps([sorted(form.fields), form.name])
    return Upload(
        _valid(kind, form.fields), content, form.name, form.size, form.hash.digest(),
        form.hash.digest() + told,
    )  # fmt: skip


async def _read(request: Request, form: _Form) -> None:
    try:
        async for piece in request.stream():
            form.parser.write(piece)
    except (FormParserError, ClientDisconnect) as error:
        raise MalformedForm() from error
    with suppress(FormParserError):
        form.parser.finalize()
    if not form.is_complete:
        raise MalformedForm()


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != FORM.encode():
        raise of_status(415)
    if not options.get(b"boundary"):
        raise MalformedForm()
    return options[b"boundary"]


def _valid(kind: type[FieldsT], fields: list[tuple[str, str]]) -> FieldsT:
    """What a form leaves empty is not given; what may be many is a list."""
    many = {name for name, info in kind.model_fields.items() if takes_many(info.annotation)}
    given: dict[str, Any] = {}
    for name, value in fields:
        if not value:
            continue
        if name in many or name in given:
            before = given.setdefault(name, [])
            given[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            given[name] = value
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(wrong) from error


def _text(value: bytes, wrong: Exception) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise wrong from error


def described(kind: type[BaseModel]) -> dict[str, Any]:
    """The request body of the documents."""
    schema = kind.model_json_schema()
    if "$defs" in schema:
        raise TypeError(f"{kind.__name__}: the fields of a form are plain values")
    binary = {"type": "string", "format": "binary"}
    schema["properties"] = {FILE: binary, **schema.get("properties", {})}
    schema["required"] = [FILE, *schema.get("required", ())]
    return {"required": True, "content": {FORM: {"schema": schema}}}
