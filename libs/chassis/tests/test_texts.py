"""Templates written by users: what they fill in, and the bombs that do not go off."""

import time
import tracemalloc

import pytest

from chassis.texts import _SHELF, LONGEST_RESULT, InvalidText, TextTooLarge, check, render

BOMBS = {
    "loops": "{% for a in (1..9999999) %}{% for b in (1..9999999) %}x{% endfor %}{% endfor %}",
    "range joined": "{{ (1..100000000) | join: 'x' }}",
    "doubling": "{% assign x = 'xxxxxxxxxx' %}" + "{% assign x = x | append: x %}" * 200,
    "replace in replace": "{% assign x = 'aaaaaaaaaaaaaaaaaaaa' %}"
    + "{% assign x = x | replace: 'a', x %}" * 9,
    "replace nothing": "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | replace: '', x %}" * 9,
    "long output": "{% for a in (1..300) %}{{ name }}{{ name }}{{ name }}{{ name }}{% endfor %}",
    "numbers": "{% assign n = 99999999999 %}" + "{% assign n = n | times: n %}" * 60 + "{{ n }}",
    "padded date": "{{ 'now' | date: '%9999999d' }}",
    "split and join": "{% assign a = long | split: '' %}{{ a | join: long }}",
    "far into a range": "{% for a in (1..999999999999) offset:999999999 limit:1 %}x{% endfor %}",
    "range turned round": "{% for a in (1..999999999) reversed limit:1 %}x{% endfor %}",
    "range copied": "{% for a in (1..999999999) reversed %}x{% endfor %}",
    "range searched": "{% if (1..9999999999) contains 'x' %}x{% endif %}",
    "ranges searched": "{% for a in (1..300) %}"
    + "{% if (1..999) contains 'x' %}{% endif %}" * 200 + "{% endfor %}",
    "tags alone": "{% for a in (1..300) %}"
    + "{% if 1 == 1 %}{% endif %}" * 380 + "{% endfor %}",
    "unlike numbers": "{{ many | uniq | size }}",
    "date in a novel": "{{ long | replace: 'a', '1 ' | date: '%Y' }}",
    "blanks": "{{" + " " * 9_000 + "x",
    "blanks closed": "{{" + " " * 9_000 + "}}",
    "blanks after a name": "{% else" + " " * 9_000 + "%}",
    "name without end": "{% " + "a" * 9_000,
}  # fmt: skip
MANY = [{"number": n} for n in range(20_000)]


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_ends_soon_and_stays_small(bomb: str) -> None:
    tracemalloc.start()
    started = time.thread_time()
    with pytest.raises((TextTooLarge, InvalidText)):
        render(bomb, {"name": "سارة" * 200, "long": "a" * 5_000, "many": MANY})
    assert time.thread_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 50 * LONGEST_RESULT
    tracemalloc.stop()


def test_templates_of_many_companies_take_no_more_than_their_share_of_memory() -> None:
    for number in range(60):
        check(f"{number:09990} {{{{ a }}}}"[-10_000:])
    assert _SHELF.characters <= 500_000


def test_facts_are_filled_in_and_what_is_missing_is_blank() -> None:
    facts = {"client": {"name": "سارة", "tags": ["VIP", "جديد"]}}
    text = "مرحبًا {{ client.name }}{{ client.nobody }}، {{ client.tags | join: '، ' }}"
    assert render(text, facts) == "مرحبًا سارة، VIP، جديد"


@pytest.mark.parametrize(
    "text", ["{{ client.name", "{% if x %}", "{{ x | no_such_filter }}", "{% include 'etc' %}"]
)
def test_what_is_no_template_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidText) as refused:
        check(text, "body")
    assert refused.value.field == "body" and refused.value.code == "invalid_template"


def test_nothing_of_python_is_reached() -> None:
    text = "{{ x.__class__ }}{{ x.append }}{{ x['__init__'] }}"
    assert render(text, {"x": [1]}) == ""
