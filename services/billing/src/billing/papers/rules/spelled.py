"""Amounts written out in words, as papers of the Gulf have them, in Arabic and in English.

By the grammar of Arabic numerals: 1 and 2 agree with what is counted, 3 to 10 are of the other
gender and counted in the plural, 11 to 99 in the accusative, whole hundreds in the genitive; a dual
loses its nūn before what it counts. 101 and 102 are as they are usual on cheques.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chassis.money import Money, digits
from papers.words import Language, ltr


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: one, two, some, many; in English one and some."""

    one: str
    two: str
    some: str
    many: str
    english: tuple[str, str]
    is_feminine: bool = False
    # Such as «سعودي».
    kind: str = ""

    def alone(self) -> str:
        """After whole hundreds, and by itself."""
        return f"{self.one} {self.kind}".strip()

    def both(self) -> str:
        """Two of it."""
        return f"{self.two} {self.kind}ان" if self.kind else self.two

    def counted(self, last: int) -> str:
        """After a number with these last two digits."""
        if 3 <= last <= 10:
            return f"{self.some} {self.kind}ة" if self.kind else self.some
        if last > 10:
            return f"{self.many} {self.kind}ًا" if self.kind else self.many
        return self.alone()


def _words(text: str) -> list[str]:
    return text.split()


def _unit(words: str, kind: str, *english: str, is_feminine: bool = False) -> Noun:
    one, two, some, many = _words(words)
    return Noun(one, two, some, many, (english[0], english[-1]), is_feminine, kind)


_RIYAL: Final = "ريال ريالان ريالات ريالًا"
_DINAR: Final = "دينار ديناران دنانير دينارًا"
_DIRHAM: Final = "درهم درهمان دراهم درهمًا"
_FILS: Final = _unit("فلس فلسان فلوس فلسًا", "", "fils")
_UNITS: Final[dict[str, tuple[Noun, Noun | None]]] = {
    "SAR": (_unit(_RIYAL, "سعودي", "Saudi riyal", "Saudi riyals"),
            _unit("هللة هللتان هللات هللة", "", "halala", "halalas", is_feminine=True)),
    "AED": (_unit(_DIRHAM, "إماراتي", "UAE dirham", "UAE dirhams"), _FILS),
    "QAR": (_unit(_RIYAL, "قطري", "Qatari riyal", "Qatari riyals"),
            _unit(_DIRHAM, "", "dirham", "dirhams")),
    "KWD": (_unit(_DINAR, "كويتي", "Kuwaiti dinar", "Kuwaiti dinars"), _FILS),
    "BHD": (_unit(_DINAR, "بحريني", "Bahraini dinar", "Bahraini dinars"), _FILS),
    "JOD": (_unit(_DINAR, "أردني", "Jordanian dinar", "Jordanian dinars"), _FILS),
    "OMR": (_unit(_RIYAL, "عُماني", "Omani rial", "Omani rials"),
            _unit("بيسة بيستان بيسات بيسة", "", "baisa", "baisas", is_feminine=True)),
    "EGP": (_unit("جنيه جنيهان جنيهات جنيهًا", "مصري", "Egyptian pound", "Egyptian pounds"),
            _unit("قرش قرشان قروش قرشًا", "", "piastre", "piastres")),
    "USD": (_unit("دولار دولاران دولارات دولارًا", "أمريكي", "US dollar", "US dollars"),
            _unit("سنت سنتان سنتات سنتًا", "", "cent", "cents")),
    "JPY": (_unit("ين ينان ينات ينًا", "ياباني", "Japanese yen"), None),
}  # fmt: skip
_SCALES: Final = (
    _unit("ألف ألفان آلاف ألفًا", "", "thousand"),
    _unit("مليون مليونان ملايين مليونًا", "", "million"),
    _unit("مليار ملياران مليارات مليارًا", "", "billion"),
)
_MOST: Final = 1000 ** (len(_SCALES) + 1)
_ONES: Final = _words("واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة")
_FEMININE: Final = _words("إحدى اثنتان ثلاث أربع خمس ست سبع ثمانٍ تسع عشر")
_TENS: Final = _words("عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون")
_HUNDREDS: Final = _words("مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة")
_ENGLISH: Final = _words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_ENGLISH_TENS: Final = _words("twenty thirty forty fifty sixty seventy eighty ninety")


def spelled(amount: str, currency: str, language: Language) -> str | None:
    """An amount as papers have it in words; None of a currency whose words are not known here, or
    beyond what has a name.
    """
    units, minor = _UNITS.get(currency), Money.parse(amount, currency).amount_minor
    whole, part = divmod(minor, 10 ** digits(currency))
    if units is None or not 0 <= whole < _MOST:
        return None
    counts = [(whole, units[0])] if whole or not part else []
    counts += [(part, units[1])] if part and units[1] else []
    arabic = f"فقط {' و'.join(_arabic(*one) for one in counts)} لا غير"
    english = " and ".join(_english(*one) for one in counts)
    english = f"{english[0].upper()}{english[1:]} only"
    return {"ar": arabic, "en": english, "both": f"{arabic}\n{ltr(english)}"}[language]


def _arabic(number: int, noun: Noun) -> str:
    """So many of something."""
    if number == 1:
        return f"{noun.alone()} {'واحدة' if noun.is_feminine else 'واحد'}"
    if number == 2:
        return noun.both()
    if number == 0:
        return f"صفر {noun.alone()}"
    return f"{_construct(_number(number, noun.is_feminine))} {noun.counted(number % 100)}"


def _number(number: int, is_feminine: bool) -> list[str]:
    """The parts of a number, which «و» joins."""
    parts, groups = [], _groups(number)
    for place in range(len(groups) - 1, 0, -1):
        if groups[place]:
            parts.append(_thousands(groups[place], _SCALES[place - 1]))
    return parts + _hundreds(groups[0], is_feminine)


def _thousands(number: int, scale: Noun) -> str:
    if number <= 2:
        return (scale.one, scale.two)[number - 1]
    return f"{_construct(_hundreds(number, False))} {scale.counted(number % 100)}"


def _hundreds(number: int, is_feminine: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    ones = _FEMININE if is_feminine else _ONES
    parts = [_HUNDREDS[hundreds - 1]] if hundreds else []
    if 1 <= rest <= 10:
        by_itself = "واحدة" if is_feminine and rest == 1 else ones[rest - 1]
        parts.append("ثماني" if by_itself == "ثمانٍ" else by_itself)
    elif rest < 20 and rest:
        parts.append(_teen(rest - 10, is_feminine))
    elif rest:
        tens, one = divmod(rest, 10)
        parts += ([ones[one - 1]] if one else []) + [_TENS[tens - 2]]
    return parts


def _teen(one: int, is_feminine: bool) -> str:
    ten = "عشرة" if is_feminine else "عشر"
    if one == 1:
        return f"{'إحدى' if is_feminine else 'أحد'} {ten}"
    if one == 2:
        return f"{'اثنتا' if is_feminine else 'اثنا'} {ten}"
    known = (_FEMININE if is_feminine else _ONES)[one - 1]
    return f"{'ثماني' if known == 'ثمانٍ' else known} {ten}"


def _construct(parts: Sequence[str]) -> str:
    """Before what is counted: «مئتا ريال», «ألفا ريال», «أحد عشر ألف ريال»."""
    *before, last = parts
    if last in {_HUNDREDS[1], *(scale.two for scale in _SCALES)}:
        last = last.removesuffix("ن")
    if last.endswith(tuple(f" {scale.many}" for scale in _SCALES)):
        last = last.removesuffix("ًا")
    return " و".join([*before, last])


def _english(number: int, noun: Noun) -> str:
    groups = _groups(number)
    words = [
        f"{_english_hundreds(group)} {_SCALES[place - 1].english[0]}" if place
        else _english_hundreds(group)
        for place, group in reversed([*enumerate(groups)]) if group
    ]  # fmt: skip
    return f"{' '.join(words) or 'zero'} {noun.english[number != 1]}"


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ENGLISH[hundreds - 1]} hundred"] if hundreds else []
    if 0 < rest < 20:
        words.append(_ENGLISH[rest - 1])
    elif rest:
        tens, one = divmod(rest, 10)
        words.append(_ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[one - 1]}" if one else ""))
    return " ".join(words)


def _groups(number: int) -> list[int]:
    """By thousands, the lowest first."""
    found: list[int] = []
    while number or not found:
        number, group = divmod(number, 1000)
        found.append(group)
    return found
