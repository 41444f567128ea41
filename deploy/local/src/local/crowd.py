"""The made-up crowd of the demo tenant: clients of four trades, the same each time."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]
Pair = tuple[str, str]

MEN: tuple[Pair, ...] = (
    ("محمد", "mohammed"), ("أحمد", "ahmed"), ("عبدالله", "abdullah"), ("خالد", "khalid"),
    ("سعود", "saud"), ("فيصل", "faisal"), ("عبدالعزيز", "abdulaziz"), ("تركي", "turki"),
    ("ناصر", "nasser"), ("إبراهيم", "ibrahim"), ("يوسف", "yousef"), ("عمر", "omar"),
    ("مصطفى", "mostafa"), ("حسن", "hassan"), ("كريم", "karim"), ("طارق", "tarek"),
    ("مشعل", "mishal"), ("بندر", "bandar"), ("سلمان", "salman"), ("زياد", "ziad"),
    ("أنس", "anas"), ("باسم", "bassem"), ("راكان", "rakan"), ("هشام", "hisham"),
)  # fmt: skip
WOMEN: tuple[Pair, ...] = (
    ("نورة", "noura"), ("سارة", "sara"), ("فاطمة", "fatimah"), ("مريم", "maryam"),
    ("ريم", "reem"), ("هند", "hind"), ("لطيفة", "latifa"), ("منى", "mona"),
    ("هالة", "hala"), ("دانة", "dana"), ("شهد", "shahad"), ("جواهر", "jawaher"),
    ("أسماء", "asmaa"), ("آية", "aya"), ("نهى", "noha"), ("لمى", "lama"),
    ("غادة", "ghada"), ("رغد", "raghad"), ("أمل", "amal"), ("خديجة", "khadija"),
    ("بشاير", "bashayer"), ("العنود", "alanoud"), ("إيمان", "eman"), ("ياسمين", "yasmin"),
)  # fmt: skip
FAMILIES: tuple[Pair, ...] = (
    ("القحطاني", "alqahtani"), ("العتيبي", "alotaibi"), ("الغامدي", "alghamdi"),
    ("الزهراني", "alzahrani"), ("الدوسري", "aldosari"), ("الحربي", "alharbi"),
    ("المطيري", "almutairi"), ("الشمري", "alshammari"), ("العنزي", "alanazi"),
    ("السبيعي", "alsubaie"), ("الشهراني", "alshahrani"), ("البقمي", "albogami"),
    ("الخالدي", "alkhaldi"), ("المالكي", "almalki"), ("الثقفي", "althaqafi"),
    ("المنصوري", "almansoori"), ("الكعبي", "alkaabi"), ("الفهد", "alfahad"),
    ("المصري", "elmasry"), ("الشناوي", "elshenawy"), ("عبدالفتاح", "abdelfattah"),
    ("السيد", "elsayed"), ("حجازي", "hegazy"), ("الأنصاري", "alansari"),
    ("باوزير", "bawazir"), ("العمودي", "alamoudi"), ("الحداد", "alhaddad"),
    ("الخطيب", "alkhatib"), ("النجار", "alnajjar"), ("الرفاعي", "alrifai"),
)  # fmt: skip
CITIES = ("الرياض", "جدة", "الدمام", "مكة المكرمة", "المدينة المنورة", "الخبر", "الطائف", "أبها",
          "تبوك", "بريدة", "حائل", "نجران")  # fmt: skip
DOCTORS = ("د. هدى العمري", "د. ماجد الحازمي", "د. سمر قاضي", "د. وليد بخاري")
TRAINERS = ("كابتن فهد", "كابتن ليلى", "كابتن سامي")
STYLISTS = ("رنا", "جوليا", "أم وليد", "ماريا")
WORKS = ("للمقاولات", "للتعمير", "للإنشاءات", "للمقاولات العامة")
SITES = ("برج الواحة", "مجمع الياسمين السكني", "مدرسة النهضة", "مستودعات الميناء",
         "فلل المرجان", "مركز الروضة التجاري")  # fmt: skip
# The last digits of mobile numbers of Saudi operators come after one of these.
PREFIXES = ("50", "53", "54", "55", "56", "59")


class Shop(NamedTuple):
    """What the company has from a pack: ids by the pack's keys, and each folder's statuses."""

    folders: Mapping[str, str]
    categories: Mapping[str, str]
    follow_ups: Sequence[str]
    tags: Sequence[str]
    statuses: Mapping[str, Sequence[str]]


class Member(NamedTuple):
    """One of the crowd: the pack they come with, and who they are."""

    pack: str
    number: int
    first: Pair
    father: Pair
    family: Pair
    dice: random.Random

    def as_client(self, shop: Shop) -> Json:
        """The body of POST /v1/clients."""
        dice, name = self.dice, f"{self.first[0]} {self.father[0]} {self.family[0]}"
        spread = _SPREAD[self.pack]
        folder = dice.choices(list(spread), list(spread.values()))[0]
        body: Json = {
            "name": name, "folder_id": shop.folders[folder],
            "status_id": dice.choice(shop.statuses[shop.folders[folder]]),
            "category_id": dice.choice(list(shop.categories.values())),
            "phones": [{"number": _phone(self.number), "primary": True}],
            "emails": [{"address": self.email, "primary": True}],
            "addresses": [{"city": dice.choice(CITIES), "country_code": "SA"}],
            "country_code": "SA", "currency": "SAR", "language": "ar",
            "gender": "female" if self.first in WOMEN else "male",
            "tags": dice.sample(shop.tags, 1) if dice.random() < 0.3 else [],
            "custom_fields": _FIELDS[self.pack](dice, folder, self.number),
        }  # fmt: skip
        if dice.random() < 0.05:
            body["follow_up_status_id"] = dice.choice(shop.follow_ups)
        if self.pack == "contracting":
            firm = f"مؤسسة {self.family[0]} {dice.choice(WORKS)}"
            body |= {"type": "business", "business_name": f"{firm} {self.number}"}
            del body["gender"]
        return body

    @property
    def email(self) -> str:
        """Different for each of them."""
        return f"{self.first[1]}.{self.family[1]}{self.number}@mail.example"


def crowd(many: int) -> Iterator[Member]:
    """So many people, spread over the trades."""
    packs = sorted(_FIELDS)
    for number in range(many):
        dice = random.Random(number)  # noqa: S311 - made up, not secret
        pack = packs[number % len(packs)]
        ladies = dice.random() < _LADIES[pack]
        first = dice.choice(WOMEN if ladies else MEN)
        yield Member(pack, number, first, dice.choice(MEN), dice.choice(FAMILIES), dice)


def _phone(number: int) -> str:
    return f"+966{PREFIXES[number % len(PREFIXES)]}{1_000_003 + number * 3_571:07d}"


def _of_clinic(dice: random.Random, folder: str, number: int) -> Json:
    doctor = {"treating_doctor": dice.choice(DOCTORS)}
    if folder == "referrals":
        return doctor | {"referred_by": "مستشفى الملك فهد"}
    illness = {"chronic_conditions": [dice.choice(("diabetes", "hypertension", "asthma"))]}
    return (
        doctor
        | (illness if dice.random() < 0.25 else {})
        | {
            "medical_file_number": f"MF-{number:05d}",
            "blood_type": dice.choices(
                ("O+", "A+", "B+", "AB+", "O-", "A-"), (45, 28, 17, 4, 4, 2)
            )[0],
        }
    )


def _of_gym(dice: random.Random, folder: str, number: int) -> Json:
    goal: Json = {"training_goal": dice.choice(("weight_loss", "muscle", "fitness"))}
    if folder == "trials":
        return goal
    return goal | {
        "height_cm": str(dice.randint(150, 195)), "locker_number": f"L{number}",
        "starting_weight_kg": str(dice.randint(52, 120)), "trainer": dice.choice(TRAINERS),
    }  # fmt: skip


def _of_salon(dice: random.Random, folder: str, _: int) -> Json:
    likes = {
        "hair_type": dice.choice(("straight", "wavy", "curly")),
        "favourite_stylist": dice.choice(STYLISTS), "photo_consent": dice.random() < 0.4,
    }  # fmt: skip
    if folder == "brides":
        return likes | {"wedding_on": f"2026-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"}
    return likes


def _of_contracting(dice: random.Random, folder: str, number: int) -> Json:
    if folder == "subcontractors":
        return {"trades": dice.sample(("concrete", "electrical", "plumbing", "finishing"), 2)}
    value = {"contract_value": f"{dice.randint(80, 9_000) * 1_000}.00",
             "project_name": f"{dice.choice(SITES)} {number}"}  # fmt: skip
    return value if folder == "tenders" else value | {"building_permit": f"BP-{number:06d}"}


_FIELDS: Mapping[str, Callable[[random.Random, str, int], Json]] = {
    "clinic": _of_clinic, "contracting": _of_contracting, "gym": _of_gym, "salon": _of_salon,
}  # fmt: skip
# How many of a hundred are in which folder.
_SPREAD: Mapping[str, Mapping[str, int]] = {
    "clinic": {"patients": 85, "referrals": 15},
    "contracting": {"tenders": 25, "owners": 45, "subcontractors": 30},
    "gym": {"trials": 25, "members": 75},
    "salon": {"guests": 80, "brides": 20},
}
_LADIES: Mapping[str, float] = {"clinic": 0.5, "contracting": 0.05, "gym": 0.4, "salon": 0.95}
