"""Folding: the spelling variants people type become one form, in Python as in PostgreSQL."""

import unicodedata
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import folding
from chassis.folding import fold, fold_compact
from local.servers.backing import BackingServers

SAME = [
    ("أحمد", "احمد"),
    ("إبراهيم", "ابراهيم"),
    ("آمنة", "امنه"),
    ("ٱلرحمن", "الرحمن"),
    ("فاطمة", "فاطمه"),
    ("مصطفى", "مصطفي"),
    ("مؤسسة الهدى", "موسسه الهدي"),
    ("هانئ", "هاني"),
    ("مُحَمَّدٌ", "محمد"),
    ("محـــمد", "محمد"),
    ("علی کریم", "علي كريم"),
    ("ھند", "هند"),
    ("ﻣﺤﻤﺪ", "محمد"),
    ("ﻷﻧﻮار", "لانوار"),
    ("ﷲ", "الله"),
    ("ا\u0654حمد", "احمد"),
    ("٠٥٠١٢٣", "050123"),
    ("۰۵۰۱۲۳", "050123"),
    ("Ahmed  ALI", "ahmed ali"),
    ("ÉCOLE", "école"),
    ("ΝΙΚΟΣ", "νικοσ"),
    ("ПЁТР", "пётр"),
    ("İSTANBUL", "istanbul"),
    ("Ａｃｍｅ１", "acme1"),
    (" a\u00a0b\t\nc ", "a b c"),
    ("a\u200fb\u200cc\ufeff", "abc"),
]
DIFFERENT = [("سعد", "سعيد"), ("علي", "عليا"), ("حسن", "حسين"), ("é", "e"), ("خالد", "حالد")]


@pytest.mark.parametrize(("typed", "folded"), SAME)
def test_spelling_variants_are_one(typed: str, folded: str) -> None:
    """CL-05."""
    assert fold(typed) == fold(folded) == folded


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_names_written_with_and_without_a_space_are_one_in_the_compact_form() -> None:
    assert fold("عبد الله") != fold("عبدالله")
    assert fold_compact("عبد الله") == fold_compact("عبدالله") == "عبدالله"


@given(st.text())
def test_what_is_folded_holds_nothing_that_folding_replaces(text: str) -> None:
    replaced = set(folding.REPLACED) | set(folding.CASED) | set(folding.ASCII)
    assert not replaced & set(fold(text))
    assert "  " not in fold(text)


@pytest.fixture
async def database(servers: BackingServers) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose database has the two functions."""
    connection = await asyncpg.connect(servers.postgres.url())
    await connection.execute(folding.FOLD_SQL)
    await connection.execute(folding.FOLD_COMPACT_SQL)
    yield connection
    await connection.close()


async def folded_by_postgres(database: asyncpg.Connection, texts: list[str]) -> list[str]:
    rows = await database.fetch(
        "SELECT fold(text) FROM unnest($1::text[]) WITH ORDINALITY AS t(text, place)"
        " ORDER BY place",
        texts,
    )
    return [row["fold"] for row in rows]


async def test_both_functions_agree_on_every_character(database: asyncpg.Connection) -> None:
    # Python 3.11 knows Unicode 14; newer ones know more, PostgreSQL 18 knows 16.
    points = (point for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000)
    assigned = [point for point in points if unicodedata.category(chr(point)) != "Cn"]
    known = await database.fetch(
        "SELECT point FROM unnest($1::int[]) AS point WHERE unicode_assigned(chr(point))", assigned
    )
    texts = [f"A{chr(row['point'])} ب" for row in known]
    assert len(texts) > 140_000
    found = await folded_by_postgres(database, texts)
    differing = [text for text, theirs in zip(texts, found, strict=True) if fold(text) != theirs]
    assert not differing


async def test_both_functions_agree_on_mixed_texts(database: asyncpg.Connection) -> None:
    alphabet = [typed for pair in SAME + DIFFERENT for typed in pair]
    texts = [
        one + joint + other for one in alphabet for joint in ("", " ", "  ") for other in alphabet
    ]
    assert await folded_by_postgres(database, texts) == [fold(text) for text in texts]


async def test_the_compact_form_and_nothing_at_all(database: asyncpg.Connection) -> None:
    assert await database.fetchval("SELECT fold_compact('عبد  الله')") == "عبدالله"
    assert await database.fetchval("SELECT fold(NULL)") is None
    assert await database.fetchval("SELECT fold('')") == ""


async def test_the_functions_may_fill_a_generated_column(database: asyncpg.Connection) -> None:
    await database.execute(
        "CREATE TEMPORARY TABLE people (name text, folded text GENERATED ALWAYS AS"
        " (fold(name) || ' ' || fold_compact(name)) STORED)"
    )
    await database.execute("INSERT INTO people (name) VALUES ('عَبْد اللَّه')")
    assert await database.fetchval("SELECT folded FROM people") == "عبد الله عبدالله"
