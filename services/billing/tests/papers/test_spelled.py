"""Amounts in words, as a cheque has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.papers.rules.spelled import spelled
from chassis.money import Money

_CURRENCIES = ("SAR", "AED", "QAR", "KWD", "BHD", "JOD", "OMR", "EGP", "USD", "JPY")


@pytest.mark.parametrize(("amount", "currency", "arabic", "english"), [
    ("0.00", "SAR", "صفر ريال سعودي", "Zero Saudi riyals"),
    ("1.00", "SAR", "ريال سعودي واحد", "One Saudi riyal"),
    ("2.02", "SAR", "ريالان سعوديان وهللتان", "Two Saudi riyals and two halalas"),
    ("3.03", "SAR", "ثلاثة ريالات سعودية وثلاث هللات", "Three Saudi riyals and three halalas"),
    ("8.08", "SAR", "ثمانية ريالات سعودية وثماني هللات", "Eight Saudi riyals and eight halalas"),
    ("10.10", "SAR", "عشرة ريالات سعودية وعشر هللات", "Ten Saudi riyals and ten halalas"),
    ("11.11", "SAR", "أحد عشر ريالًا سعوديًا وإحدى عشرة هللة",
     "Eleven Saudi riyals and eleven halalas"),
    ("12.12", "SAR", "اثنا عشر ريالًا سعوديًا واثنتا عشرة هللة",
     "Twelve Saudi riyals and twelve halalas"),
    ("18.18", "SAR", "ثمانية عشر ريالًا سعوديًا وثماني عشرة هللة",
     "Eighteen Saudi riyals and eighteen halalas"),
    ("21.21", "SAR", "واحد وعشرون ريالًا سعوديًا وإحدى وعشرون هللة",
     "Twenty-one Saudi riyals and twenty-one halalas"),
    ("28.28", "SAR", "ثمانية وعشرون ريالًا سعوديًا وثمانٍ وعشرون هللة",
     "Twenty-eight Saudi riyals and twenty-eight halalas"),
    ("100.01", "SAR", "مئة ريال سعودي وهللة واحدة", "One hundred Saudi riyals and one halala"),
    ("103.00", "SAR", "مئة وثلاثة ريالات سعودية", "One hundred three Saudi riyals"),
    ("200.00", "SAR", "مئتا ريال سعودي", "Two hundred Saudi riyals"),
    ("230.00", "SAR", "مئتان وثلاثون ريالًا سعوديًا", "Two hundred thirty Saudi riyals"),
    ("2000.00", "SAR", "ألفا ريال سعودي", "Two thousand Saudi riyals"),
    ("2200.00", "SAR", "ألفان ومئتا ريال سعودي", "Two thousand two hundred Saudi riyals"),
    ("3000.00", "SAR", "ثلاثة آلاف ريال سعودي", "Three thousand Saudi riyals"),
    ("11000.00", "SAR", "أحد عشر ألف ريال سعودي", "Eleven thousand Saudi riyals"),
    ("11500.00", "SAR", "أحد عشر ألفًا وخمسمئة ريال سعودي",
     "Eleven thousand five hundred Saudi riyals"),
    ("200000.00", "SAR", "مئتا ألف ريال سعودي", "Two hundred thousand Saudi riyals"),
    ("2000000.00", "SAR", "مليونا ريال سعودي", "Two million Saudi riyals"),
    ("1234567.89", "SAR", "مليون ومئتان وأربعة وثلاثون ألفًا وخمسمئة وسبعة وستون ريالًا سعوديًا"
     " وتسع وثمانون هللة", "One million two hundred thirty-four thousand five hundred sixty-seven"
     " Saudi riyals and eighty-nine halalas"),
    ("0.50", "SAR", "خمسون هللة", "Fifty halalas"),
    ("3.25", "AED", "ثلاثة دراهم إماراتية وخمسة وعشرون فلسًا",
     "Three UAE dirhams and twenty-five fils"),
    ("4.50", "QAR", "أربعة ريالات قطرية وخمسون درهمًا", "Four Qatari riyals and fifty dirhams"),
    ("2.250", "KWD", "ديناران كويتيان ومئتان وخمسون فلسًا",
     "Two Kuwaiti dinars and two hundred fifty fils"),
    ("3.005", "KWD", "ثلاثة دنانير كويتية وخمسة فلوس", "Three Kuwaiti dinars and five fils"),
    ("1.500", "BHD", "دينار بحريني واحد وخمسمئة فلس", "One Bahraini dinar and five hundred fils"),
    ("5.001", "JOD", "خمسة دنانير أردنية وفلس واحد", "Five Jordanian dinars and one fils"),
    ("1.200", "OMR", "ريال عُماني واحد ومئتا بيسة", "One Omani rial and two hundred baisas"),
    ("3.12", "EGP", "ثلاثة جنيهات مصرية واثنا عشر قرشًا",
     "Three Egyptian pounds and twelve piastres"),
    ("9.99", "USD", "تسعة دولارات أمريكية وتسعة وتسعون سنتًا",
     "Nine US dollars and ninety-nine cents"),
    ("1500", "JPY", "ألف وخمسمئة ين ياباني", "One thousand five hundred Japanese yen"),
])  # fmt: skip
def test_it_is_written_as_it_is_read(
    amount: str, currency: str, arabic: str, english: str
) -> None:  # fmt: skip
    """BI-03"""
    assert spelled(amount, currency, "ar") == f"فقط {arabic} لا غير"
    assert spelled(amount, currency, "en") == f"{english} only"
    assert spelled(amount, currency, "both") == (f"فقط {arabic} لا غير\n\u2066{english} only\u2069")


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.00", "EUR"), ("1000000000000.00", "SAR"), ("-1.00", "SAR")]
)
def test_what_has_no_words_here_is_left_out(amount: str, currency: str) -> None:
    """BI-03: rather than wrong ones."""
    assert spelled(amount, currency, "ar") is None


@given(st.lists(st.integers(0, 10**14), min_size=2, max_size=2, unique=True),
       st.sampled_from(_CURRENCIES))  # fmt: skip
def test_no_two_amounts_read_alike(minors: list[int], currency: str) -> None:
    """BI-03: and each is one line of words, without a figure."""
    for language in ("ar", "en"):
        one, other = (
            spelled(Money(minor, currency).format(), currency, language) for minor in minors
        )
        assert one != other or one is None
        for said in (one, other):
            assert said is None or not any(c.isdigit() or c == "\n" for c in said)
            assert said is None or "  " not in said
