"""Believable clients, Arabic and English, made from a seed: the same data in every run."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

_GIVEN = (
    "محمد", "أحمد", "فاطمة", "نورة", "عبدالله", "خالد", "سارة", "مها", "يوسف", "إبراهيم", "هند",
    "ريم", "سلطان", "بندر", "لطيفة", "جواهر", "ماجد", "تركي", "Omar", "Layla", "Hassan", "Mona",
    "Khalid", "Sara", "David", "Emily", "James", "Aisha", "Yousef", "Nadia", "Rami", "Huda",
)  # fmt: skip
_FAMILY = (
    "القحطاني", "العتيبي", "الشمري", "الحربي", "الغامدي", "الزهراني", "المطيري", "الدوسري",
    "السبيعي", "البلوي", "العنزي", "الرشيد", "الفيصل", "النجار", "حداد", "منصور", "Haddad",
    "Mansour", "Smith", "Nasser", "Saleh", "Farouk", "Rahman", "Aziz", "Khan", "Brown",
)  # fmt: skip
_TRADE = ("للتجارة", "للمقاولات", "العقارية", "للسياحة", "Trading", "Clinic", "Fitness", "Studio")


@dataclass(frozen=True, slots=True)
class Person:
    """One client to be."""

    number: int
    name: str
    phone: str
    email: str
    business: str


def people(count: int, seed: int = 7) -> Iterator[Person]:
    """So many people; each has a word of its own in the name, as real names do now and then."""
    chance = random.Random(seed)
    for number in range(count):
        given, middle = chance.choice(_GIVEN), chance.choice(_GIVEN)
        family = chance.choice(_FAMILY)
        mark = _syllables(number)
        yield Person(
            number, f"{given} {middle} {family} {mark}", f"05{number:08d}",
            f"client{number}@example.com", f"{family} {chance.choice(_TRADE)}",
        )  # fmt: skip


def fragments(count: int, wanted: int, seed: int = 11) -> list[str]:
    """Search texts drawn from the data: parts of names and of phone numbers, in turn."""
    chance = random.Random(seed)
    drawn = []
    for turn in range(wanted):
        number = chance.randrange(count)
        drawn.append(_syllables(number)[:5] if turn % 2 else f"05{number:08d}"[3:9])
    return drawn


def _syllables(number: int) -> str:
    """A pronounceable word that spells the number: neighbours share its beginning."""
    first, second = "بتجحدرزسشطعفقكلمنهوي", "اويه"
    word = ""
    rest = number * 2_654_435_761 % 2**32
    for _ in range(5):
        rest, at = divmod(rest, len(first))
        rest, vowel = divmod(rest, len(second))
        word += first[at] + second[vowel]
    return word
