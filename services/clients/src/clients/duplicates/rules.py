"""When two records are probably one client: they share a phone, an address or a birth date, and
the name as it sounds, in whichever script it is written; or an identity number.

A name is reduced to its consonants, in one alphabet for Arabic and Latin letters: «محمد», Mohamed
and Muhammad are `mhmd`. Long ī and ū count (Hassan is not Hussein, Mohamed is not Mahmoud), and so
does a vowel at the beginning (Ahmed is not Hamad). A family's phone is shared by people of
different given names, so a phone alone is not enough.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, product
from typing import Any, Final, Literal, get_args
from uuid import UUID

from chassis.errors import Invalid, NotFound
from chassis.folding import fold
from clients.clients.rules import alike

Reason = Literal["phone", "email", "birth_date", "id_number"]
# Reason → the fields whose values it tells to be the same.
FIELDS: Final = {reason: alike.FIELDS[reason] for reason in get_args(Reason)}
_MOST_VARIANTS: Final = 6

_ARABIC: Final = {
    "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "d", "ر": "r",
    "ز": "z", "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "غ": "j", "ف": "f",
    "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "پ": "b", "چ": "S", "ڤ": "f",
    "گ": "j",
}  # fmt: skip
_DIGRAPHS: Final = {
    "kh": "x", "sh": "S", "ch": "S", "th": "t", "dh": "d", "gh": "j", "ph": "f", "ck": "k",
}  # fmt: skip
_LATIN: Final = {"q": "k", "c": "k", "g": "j", "v": "f", "p": "b"}
_LONG_U: Final = re.compile(r"oo|ou|uu|w")
_LONG_I: Final = re.compile(r"a?ee|ei|ai|ey|ay|ie|y|i(?=[aou])")
_TITLES: Final = frozenset(
    fold(word)
    for word in (
        "د", "دكتور", "دكتورة", "م", "مهندس", "أ", "أستاذ", "الأستاذ", "السيد", "السيدة", "الشيخ",
        "dr", "eng", "mr", "mrs", "ms", "prof", "بن", "ابن", "بنت", "bin", "ben", "ibn", "bint",
    )
)  # fmt: skip
_SERVANT: Final = frozenset({"عبد", "abd", "abdul", "abdel", "abdal", "abdu", "abdool"})
_ARTICLES: Final = frozenset({"ال", "al", "el", "ul", "as", "ar", "ur", "ad"})


# The ids of two clients, the lesser one first.
Pair = tuple[UUID, UUID]


class OneClient(Invalid):
    """Both ids stand for one client."""

    code = "one_client"
    detail = "Name two clients."


class DuplicateNotFound(NotFound):
    """No such pair, or one of which the caller does not see both."""

    code = "duplicate_not_found"
    detail = "There is no such pair of clients."


@dataclass(frozen=True, slots=True)
class Keys:
    """What a client is found by, and what it looks for in others; each with its reason."""

    held: dict[bytes, str]
    sought: dict[bytes, str]


def pair(one: UUID, other: UUID) -> Pair:
    """Two clients in the order in which they are written down."""
    return (one, other) if one < other else (other, one)


def keys(client: Mapping[str, Any], *, prints: Iterable[bytes] = ()) -> Keys:
    """What a client shares with another record of the same person.

    `client` has `name`, `phone_keys`, `email_keys` and `birth_date`; `prints` are keyed hashes of
    its identity numbers. A name without a family is that of every namesake with one; two with
    different families are two people behind one switchboard.
    """
    both = {_key("id_number", mark.hex()): "id_number" for mark in prints}
    found = Keys(dict(both), dict(both))
    if not (parts := tokens(client["name"])):
        return found
    given, families = sounds(parts[0]), sounds(parts[-1]) if len(parts) > 1 else []
    shared = [("phone", one) for one in client["phone_keys"]]
    shared += [("email", one) for one in client["email_keys"]]
    for (reason, value), one in product(shared, given):
        alone, whole = (_key(reason, value, one, mark) for mark in ("alone", "whole"))
        same = {_key(reason, value, one, "of", family): reason for family in families}
        found.held.update(same | {whole if families else alone: reason})
        found.sought.update(same | {alone: reason} | ({} if families else {whole: reason}))
    if born := client["birth_date"]:
        same = {_key("birth", born.isoformat(), *p): "birth_date" for p in product(given, families)}
        found.held.update(same)
        found.sought.update(same)
    return found


def tokens(name: str) -> list[str]:
    """The parts of a name: without titles and articles, «عبد» with what follows it."""
    words = [w for w in re.split(r"[\s\-_./،,()]+", _bare(name)) if w and fold(w) not in _TITLES]
    parts: list[str] = []
    waiting = ""
    for word in words:
        folded = fold(word)
        if waiting:
            if folded in _ARTICLES:
                continue
            parts.append("abd" + sound_of_servant(word))
            waiting = ""
        elif folded in _SERVANT:
            waiting = word
        elif folded not in _ARTICLES:
            parts.append(word)
    return [*parts, waiting] if waiting else parts


def sound_of_servant(word: str) -> str:
    """What follows «عبد», without its article: «الرحمن», rahman, ur-Rahman alike."""
    return word.removeprefix("ال")


def sounds(word: str) -> list[str]:
    """The consonants of a word, in every way that it may be read; at most six."""
    text = _joined(word)
    if any(letter in _ARABIC or letter in "اعويىءأإآةئؤ" for letter in text):
        found = _of_mixed(text)
    else:
        found = [one for way in _without_article(text) for one in _of_latin(way)]
    return list(dict.fromkeys(_plain(one) for one in found))[:_MOST_VARIANTS]


def _bare(name: str) -> str:
    """Folded but for the final ى, which may be an ā as well as an ī."""
    return " ".join(
        f"{fold(word[:-1])}ى" if word.endswith("ى") and len(word) > 1 else fold(word)
        for word in name.split()
    )


def _joined(word: str) -> str:
    return word.replace("'", "").replace("’", "").replace("`", "")


def _without_article(word: str) -> list[str]:
    """Al- written in one with the name; before a vowel it may be the name's own: Alaa, Alotaibi."""
    if not word.startswith(("al", "el")) or len(word) < 6:
        return [word]
    return [word, word[2:]] if word[2] in "aeiou" else [word[2:]]


def _of_mixed(text: str) -> list[str]:
    prefix, rest = ("abd", text[3:]) if text.startswith("abd") else ("", text)
    if rest.startswith("عبد") and len(rest) > 4:
        prefix, rest = "abd", sound_of_servant(rest[3:])
    if not prefix and rest.startswith("ال") and len(rest) > 4:
        own = _of_arabic(rest, is_first=True) if len(rest) == 5 else []  # Elias
        return [*own, *_of_arabic(rest[2:], is_first=True)]
    if prefix and not any(letter >= "\u0600" for letter in rest):
        return [f"abd{one}" for one in _of_latin(rest)]
    return [prefix + one if prefix else one for one in _of_arabic(rest, is_first=not prefix)]


def _of_arabic(text: str, *, is_first: bool) -> list[str]:
    made = ""
    for place, letter in enumerate(text):
        if letter in "اعء":
            made += "a" if place == 0 and is_first else ""
        elif letter == "ي":
            made += "y"
        elif letter == "و":
            made += "w"
        elif letter != "ى":
            made += _ARABIC.get(letter, "")
    if "ث" in text:  # in Egypt an s: Osman
        return [made, *_of_arabic(text.replace("ث", "س"), is_first=is_first)]
    return [made, f"{made}y"] if text.endswith("ى") else [made]


def _of_latin(text: str) -> list[str]:
    if match := re.match(r"abd(?:[aeiou]*[lrsntdz]?(?=[a-z]))", text):
        rest = text[match.end() :]
        if len(rest) > 2:
            last = match.group()[-1]
            rest = last + rest if last in "rsntdz" and rest[0] != last else rest
            return [f"abd{one.removeprefix('a')}" for one in _of_latin(rest)]
    begin = "a" if text[0] in "aeiou" else ""
    for pair, letter in _DIGRAPHS.items():
        text = text.replace(pair, letter)
    text = _LONG_I.sub("Y", text)
    text = re.sub(r"i$", "Y", text)
    text = "".join(_LATIN.get(letter, letter) for letter in text)
    text = text[:1] + _LONG_U.sub("W", text[1:])
    short = {"i": ("", "Y"), "u": ("", "W"), "o": ("", "W")}
    ways = [
        short.get(letter, (letter,)) if place else (letter,) for place, letter in enumerate(text)
    ]
    return [begin + "".join(way) for way in islice(product(*ways), 2 * _MOST_VARIANTS)]


def _plain(text: str) -> str:
    """Without vowels but the first one, doubled letters once, no h at the end."""
    begin, rest = (text[:1], text[1:]) if text.startswith("a") else ("", text)
    bare = re.sub(r"[aeiou]", "", rest).replace("Y", "y").replace("W", "w")
    return begin + re.sub(r"(.)\1+", r"\1", bare).removesuffix("h")


def _key(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode()).digest()[:16]
