"""Believable clients, Arabic and English, the same in every run."""

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


# Saudi mobile numbers begin with 05 and one of these.
_NETWORKS = "03456789"
# So many share the last of their names, as families do.
_HOUSEHOLD = 5


@dataclass(frozen=True, slots=True)
class Person:
    """One client to be."""

    number: int
    name: str
    phone: str
    email: str
    business: str


def people(count: int, start: int = 0) -> Iterator[Person]:
    """So many people from a number on: a number stands for the same person in every run."""
    return (person(number) for number in range(start, start + count))


def person(number: int) -> Person:
    """The person with this number."""
    chance = random.Random(number)
    names = (chance.choice(_GIVEN), chance.choice(_GIVEN), chance.choice(_FAMILY))
    return Person(
        number, " ".join((*names, household(number))), phone(number),
        f"client{number}@example.com", f"{names[2]} {chance.choice(_TRADE)}",
    )  # fmt: skip


def phone(number: int) -> str:
    """A mobile number of one's own; those of neighbours have nothing in common."""
    return f"05{_NETWORKS[number % 8]}{number * 6_180_339 % 10_000_000:07d}"


def household(number: int) -> str:
    """The rare last name that a few neighbours in number share."""
    return _syllables(number // _HOUSEHOLD)


def fragments(count: int, wanted: int, seed: int = 11) -> list[str]:
    """What people type who look for one of `count` others: parts of names and numbers, in turn."""
    chance = random.Random(seed)
    drawn = []
    for turn in range(wanted):
        number = chance.randrange(count)
        if turn % 2:
            word = chance.choice(person(number).name.split())
            drawn.append(word[: chance.randint(3, max(3, len(word)))])
        else:
            length = chance.randint(4, 7)
            drawn.append(phone(number)[-length:])
    return drawn


def exact_fragments(count: int, wanted: int, seed: int = 13) -> list[str]:
    """Household names and whole numbers: as many hits each among a million as among `count`."""
    chance = random.Random(seed)
    numbers = [chance.randrange(count) for _ in range(wanted)]
    return [household(n) if turn % 2 else phone(n) for turn, n in enumerate(numbers)]


def _syllables(number: int) -> str:
    """A pronounceable word that spells the number, and no other word does."""
    first, second = "بتجحدرزسشطعفقكلمنهوي", "اويه"
    word = ""
    rest = number * 2_654_435_761 % 80**5
    for _ in range(5):
        rest, at = divmod(rest, len(first))
        rest, vowel = divmod(rest, len(second))
        word += first[at] + second[vowel]
    return word
