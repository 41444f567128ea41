"""Texts written by users: Liquid templates over a service's facts, with every limit set.

Loops, output and assigned variables are limited by the library. What one filter makes is not:
`replace` within `replace`, or a range of a hundred million joined to a text, makes gigabytes of
twenty letters. So filters are told what they may take, what they may give, and when to stop; and
neither ranges nor blanks may be so long that the library itself is busy with them for minutes.
"""

import functools
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError, ResourceLimitError

from chassis.errors import Invalid

LONGEST_TEMPLATE: Final = 10_000
LONGEST_RESULT: Final = 100_000
SECONDS: Final = 0.2
_MOST_ITERATIONS: Final = 300
# A parsed template takes up to 130 bytes for each of its characters: 65 MB in all.
_MOST_CACHED: Final = 500_000
_LONGEST_RANGE: Final = 1_000
# `uniq` compares each entry with all others.
_MOST_UNIQUE: Final = 1_000
_LONGEST_DATE: Final = 100
_LONGEST_FORMAT: Final = 60
_LARGEST_NUMBER: Final = 1_000  # digits, and places to round to
# Other templates, and tags that only make sense with them or with HTML tables.
_LEFT_OUT_TAGS: Final = ("include", "render", "tablerow", "increment", "decrement", "cycle", "doc")
_LEFT_OUT_FILTERS: Final = ("base64_decode", "base64_url_safe_decode", "safe", "escapejs")
# `%9999999d` pads to ten million.
_PADDED: Final = re.compile(r"%[^a-zA-Z%]*\d")
# The library's patterns try every split of the blanks after a mark again and again.
_BLANKS: Final = re.compile(r"\{[{%]-?\s{64}|\{%-?\s*\w+\s{64}")
_until: ContextVar[float] = ContextVar("until", default=0.0)


class InvalidText(Invalid):
    """Not a template."""

    code = "invalid_template"
    detail = "The text is not a valid template: {reason}"


class TextTooLarge(Invalid):
    """A template that makes too much of its facts."""

    code = "text_too_large"
    detail = "The text became too large or took too long."


class _Context(RenderContext):
    """Looks at the clock at every tag, and whenever a fact is read: the library never does."""

    @property
    def disabled_tags(self) -> list[str]:
        """What the library asks for before it renders anything."""
        _check_time()
        return self._disabled

    @disabled_tags.setter
    def disabled_tags(self, names: list[str]) -> None:
        self._disabled = names

    def get(self, *arguments: Any, **options: Any) -> object:
        _check_time()
        return super().get(*arguments, **options)

    def assign(self, key: str, val: Any) -> None:
        _check_time()
        super().assign(key, val)


def _short_range(self: RangeLiteral, start: Any, stop: Any) -> range:
    """A range that is walked through, copied or searched at no cost worth speaking of."""
    _check_time()
    made = _any_range(self, start, stop)
    if made.stop - made.start > _LONGEST_RANGE:
        raise ResourceLimitError("too much", token=None)
    return made


# The library offers no other place to put in a limit of one's own.
_any_range: Final = RangeLiteral._make_range
RangeLiteral._make_range = _short_range  # type: ignore[method-assign]


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    template_class = _Template
    context_depth_limit = 20
    block_nesting_limit = 20
    loop_iteration_limit = _MOST_ITERATIONS
    local_namespace_limit = 2 * LONGEST_RESULT
    output_stream_limit = 2 * LONGEST_RESULT  # bytes: Arabic letters have two


def check(text: str, field: str | None = None) -> None:
    """Refuse what is not a template, naming the field it stood in; raises InvalidText."""
    try:
        _template(text)
    except InvalidText as refused:
        raise InvalidText(field=field, reason=refused.params["reason"]) from None


def render(text: str, facts: Mapping[str, Any], field: str | None = None) -> str:
    """The text with its facts filled in; what is missing is blank. Raises TextTooLarge."""
    if "{" not in text:
        return text
    check(text, field)
    template = _template(text)
    token = _until.set(time.thread_time() + SECONDS)
    try:
        return template.render(**facts)
    except (ResourceLimitError, RecursionError, MemoryError) as error:
        raise TextTooLarge(field=field) from error
    except (LiquidError, ArithmeticError, ValueError, TypeError) as error:
        raise InvalidText(field=field, reason=_reason(error)) from error
    finally:
        _until.reset(token)


class _Shelf:
    """The templates read of late, as many as have so many characters together."""

    def __init__(self, most: int) -> None:
        self._most, self.characters = most, 0
        self._kept: OrderedDict[str, BoundTemplate] = OrderedDict()

    def get(self, text: str) -> BoundTemplate:
        """The template, read once while it is kept; raises InvalidText."""
        if (found := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return found
        made = self._kept[text] = _parse(text)
        self.characters += len(text)
        while self.characters > self._most:
            self.characters -= len(self._kept.popitem(last=False)[0])
        return made


_SHELF: Final = _Shelf(_MOST_CACHED)
_template: Final = _SHELF.get


def _parse(text: str) -> BoundTemplate:
    if len(text) > LONGEST_TEMPLATE:
        raise InvalidText(reason="too long")
    if any(text.rfind(f"{{{mark}") > text.rfind(end) for mark, end in (("{", "}}"), ("%", "%}"))):
        raise InvalidText(reason="a mark is opened and not closed")
    if _BLANKS.search(text):
        raise InvalidText(reason="too many blanks after a mark")
    environment = _environment()
    try:
        template = environment.from_string(text)
        unknown = template.analyze().filters.keys() - environment.filters.keys()
    except (LiquidError, RecursionError, ValueError) as error:
        raise InvalidText(reason=_reason(error)) from error
    if unknown:
        raise InvalidText(reason=f"there is no filter {min(unknown)}")
    return template


@functools.cache
def _environment() -> Environment:
    made = _Environment(tolerance=Mode.STRICT, strict_filters=True)
    for tag in _LEFT_OUT_TAGS:
        made.tags.pop(tag, None)
    for name in _LEFT_OUT_FILTERS:
        made.filters.pop(name, None)
    for name, function in made.filters.items():
        made.filters[name] = _limited(name, function)
    return made


def _limited(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def limited(value: Any, *arguments: Any, **options: Any) -> Any:
        _check_time()
        if _largest(name, value, arguments) > LONGEST_RESULT:
            raise ResourceLimitError("too much", token=None)
        result = function(value, *arguments, **options)
        if _size(result) > LONGEST_RESULT:
            raise ResourceLimitError("too much", token=None)
        return result

    return limited


def _check_time() -> None:
    # The thread's own time: a busy machine makes no text too long.
    if time.thread_time() > _until.get():
        raise ResourceLimitError("too long", token=None)


def _largest(name: str, value: Any, arguments: tuple[Any, ...]) -> int:
    """What a filter takes, or the size its result may reach, told before it is made."""
    sizes = [_size(argument) for argument in arguments]
    taken = max(_size(value), *sizes, 0)
    if name.startswith("replace") and len(sizes) == 2:
        return max(taken, (_size(value) + 1) * (sizes[1] + 1))
    if name == "join" and sizes:
        return max(taken, _size(value) * (sizes[0] + 1))
    if name in ("round", "times") and max(map(_magnitude, (value, *arguments))) > _LARGEST_NUMBER:
        return LONGEST_RESULT + 1
    if name == "date" and arguments and not _is_plain(str(arguments[0])):
        return LONGEST_RESULT + 1
    most = {"date": _LONGEST_DATE, "uniq": _MOST_UNIQUE}.get(name, taken)
    return taken if taken <= most else LONGEST_RESULT + 1


def _is_plain(form: str) -> bool:
    return len(form) <= _LONGEST_FORMAT and not _PADDED.search(form)


def _size(value: Any) -> int:
    """Characters of a text, entries of a range, all of a list."""
    if isinstance(value, str | range):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(_size(entry) + 1 for entry in value)
    return 0


def _magnitude(value: Any) -> int:
    """Digits of a whole number, or the number itself where it may say how many places."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if 0 <= value < _LARGEST_NUMBER else max(value.bit_length() // 3, 1)


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
