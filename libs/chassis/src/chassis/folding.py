"""Text folding for search: Arabic spelling variants, letter case and digits become one form.

One table below feeds the Python function and the SQL function, which must never differ: the SQL one
fills generated columns, the Python one folds what is compared with them. A change of the table
needs a migration that creates the function again and rewrites its columns (SET EXPRESSION).
"""

import re
import unicodedata

# Hamza carriers, alef maqsura, teh marbuta, and the Persian and Urdu forms keyboards produce.
LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ى": "ي", "ئ": "ي", "ی": "ي", "ې": "ي", "ؤ": "و",
    "ة": "ه", "ھ": "ه", "ہ": "ه", "ۂ": "ه", "ۃ": "ه", "ۀ": "ه", "ە": "ه",
    "ک": "ك", "ڪ": "ك",
}  # fmt: skip
DIGITS = {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}
BREAKS = dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " ")

# Inclusive ranges that vanish: vowel and Quranic marks, tatweel, accents written as a character of
# their own, and invisible marks (soft hyphen, joiners, direction marks, byte order mark).
DROPPED = (
    (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08E1),
    (0x08E3, 0x08FF), (0x0300, 0x036F), (0x00AD, 0x00AD), (0x061C, 0x061C), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
)  # fmt: skip

# Latin, Greek, Cyrillic, Armenian. Our own table, because the lower-casing of PostgreSQL follows
# its Unicode version and collation, and that of Python its own.
CASED_RANGES = ((0x00C0, 0x024F), (0x0370, 0x052F), (0x0531, 0x0556), (0x1E00, 0x1EFF))


def _lower_case() -> dict[str, str]:
    """Upper → lower for the cased ranges; only the first character where lower() gives two (İ)."""
    letters = (chr(point) for first, last in CASED_RANGES for point in range(first, last + 1))
    return {letter: letter.lower()[0] for letter in letters if letter.lower() != letter}


CASED = _lower_case() | {"ς": "σ"}
ASCII = {chr(point): chr(point).lower() for point in range(ord("A"), ord("Z") + 1)}
REPLACED = LETTERS | DIGITS | BREAKS
_dropped = {point: None for first, last in DROPPED for point in range(first, last + 1)}
_table = str.maketrans(REPLACED | CASED | ASCII) | _dropped
_spaces = re.compile(" {2,}")


def fold(text: str) -> str:
    """The form in which two spellings of one name are equal: «أحمد  الأحمدى» → «احمد الاحمدي»."""
    return _spaces.sub(" ", unicodedata.normalize("NFKC", text).translate(_table)).strip(" ")


def fold_compact(text: str) -> str:
    """The folded text without spaces, in which «عبد الله» and «عبدالله» are equal."""
    return fold(text).replace(" ", "")


def contains(text: str) -> str:
    """A LIKE pattern: the text somewhere, its own wildcards taken literally."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


def _literal(text: str) -> str:
    r"""An SQL string of \XXXX escapes, so that the statement is readable in any direction."""
    return "U&'" + "".join(f"\\{ord(letter):04X}" for letter in text) + "'"


def _class(ranges: tuple[tuple[int, int], ...]) -> str:
    """A bracket expression of PostgreSQL's regular expressions."""
    return "'[" + "".join(f"\\u{first:04X}-\\u{last:04X}" for first, last in ranges) + "]+'"


def _translate(source: str, table: dict[str, str]) -> str:
    return (
        f"pg_catalog.translate({source}, {_literal(''.join(table))},"
        f" {_literal(''.join(table.values()))})"
    )


def _fold_sql() -> str:
    # translate() walks its whole table for each character (100 µs a name with all of ours), so
    # marks go by a regular expression, and the long table of cased letters only where needed.
    normal = 'normalize(value, NFKC) COLLATE "C"'
    bare = f"pg_catalog.regexp_replace(pg_catalog.lower({normal}), {_class(DROPPED)}, '', 'g')"
    plain = _translate(bare, REPLACED)
    cased = f"CASE WHEN {normal} ~ {_class(CASED_RANGES)} THEN {_translate(plain, CASED)}"
    single = f"pg_catalog.regexp_replace({cased} ELSE {plain} END, ' {{2,}}', ' ', 'g')"
    return (
        "CREATE OR REPLACE FUNCTION fold(value text) RETURNS text"
        f" LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN pg_catalog.btrim({single}, ' ')"
    )


FOLD_SQL = _fold_sql()
FOLD_COMPACT_SQL = (
    "CREATE OR REPLACE FUNCTION fold_compact(value text) RETURNS text"
    " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN pg_catalog.replace(fold(value), ' ', '')"
)
