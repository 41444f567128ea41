"""The checks that compare documents and images with the code: each fails on a planted defect."""

import hashlib
from pathlib import Path

import pytest

from tools import baseline, leaks, lint, requirements, system_lookups
from tools.tests.conftest import Plant
from tools.tree import Tree

TEST = "services/clients/tests/test_x.py"


def table(changed: str = "", *, without: str = "") -> str:
    """The whole table, with CL-21's row changed or one row left out."""
    rows = [
        f"| {prefix}-{n:02} | Title | later | |"
        for prefix, most in requirements.IDS.items()
        for n in range(1, most + 1)
    ]
    kept = [row for row in rows if not (without and without in row)]
    return "\n".join(changed if changed and "CL-21" in row else row for row in kept)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (table(), None),
        (table(f"| CL-21 | Title | done | `{TEST}` |"), None),
        (table("| CL-21 | Title | part | |"), None),
        (table("| CL-21 | Title | done | |"), "no test is given"),
        (table("| CL-21 | Title | done | `services/none.py` |"), "not named in"),
        (table("| CL-21 | Title | done | `services/clients/tests/test_y.py` |"), "not named in"),
        (table(f"| CL-22 | Title | done | `{TEST}` |"), "not named in"),
        (table("| CL-21 | Title | part | `services/none.py` |"), "not named in"),
        (table("| CL-21 | Title | finished | |"), "the state"),
        (table("| CL-21 |  | later | |"), "no title"),
        (table(without="WE-20"), "WE-20 is missing"),
        (table() + "\n| CL-01 | Title | later | |", "CL-01 stands here 2 times"),
        (table() + "\n| CL-91 | Title | later | |", "CL-91 is no requirement"),
        ("", "CL-01 is missing"),
    ],
)
def test_requirements_claim_only_what_a_test_names(
    plant: Plant, text: str, problem: str | None
) -> None:
    plant(TEST, '"""CL-21, CL-221."""')
    plant("services/clients/tests/test_y.py", '"""CL-2, CL-210."""')
    problems = requirements.check(plant(requirements.TABLE, text))
    assert any(problem in found for found in problems) if problem else not problems


def test_the_summary_counts_states(plant: Plant) -> None:
    tree = plant(requirements.TABLE, table("| CL-21 | Title | done | `x` |"))
    assert (
        requirements.summary(tree) == f"1 done, 0 part, {sum(requirements.IDS.values()) - 1} later"
    )


def test_the_baseline_changes_only_with_a_decision(plant: Plant) -> None:
    tree = plant(baseline.BASELINE, "image")
    assert "no decision names" in baseline.check(tree)[0]
    digest = hashlib.sha256(b"image").hexdigest()
    plant("docs/decisions/0001-a.md", f"`{baseline.BASELINE}` has SHA-256 {digest}")
    plant("docs/decisions/0003-c.md", "about something else")
    assert not baseline.check(tree)
    plant(baseline.BASELINE, "another image")
    assert "is not the one of docs/decisions/0001-a.md" in baseline.check(tree)[0]


def test_an_older_decision_does_not_allow_a_newer_image(plant: Plant) -> None:
    tree = plant(baseline.BASELINE, "image")
    digest = hashlib.sha256(b"image").hexdigest()
    plant("docs/decisions/0001-a.md", f"{baseline.BASELINE} {digest}")
    plant("docs/decisions/0002-b.md", f"{baseline.BASELINE} {'0' * 64}")
    assert len(baseline.check(tree)) == 1


def test_a_missing_baseline_is_found(tmp_path: Path) -> None:
    assert "is missing" in baseline.check(Tree(tmp_path))[0]


APP = "services/clients/src/clients/app.py"
DECLARED = "Service(system_look_ups=frozenset({'form_tenant'}))\n"
LISTED = "| service | function | why |\n|---|---|---|\n| clients | `form_tenant` | public forms |\n"


@pytest.mark.parametrize(
    ("app", "document", "problem"),
    [
        (DECLARED + "await system.look_up('form_tenant', key)", LISTED, None),
        ("", "", None),
        (DECLARED, "", "form_tenant is missing"),
        ("", LISTED, "clients has no form_tenant"),
        (DECLARED + "await system.look_up('other')", LISTED, "other is not declared"),
        (DECLARED + "await work.system.look_up(name)", LISTED, "named by a literal"),
        (DECLARED + "await system.look_up()", LISTED, "named by a literal"),
    ],
)
def test_look_ups_without_a_tenant_are_listed(
    plant: Plant, app: str, document: str, problem: str | None
) -> None:
    plant(system_lookups.DOCUMENT, document)
    problems = system_lookups.check(plant(APP, app))
    assert any(problem in found for found in problems) if problem else not problems


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC " + "PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp" + "_" + "a" * 36,
        "dwn" + "_" + "a" * 40,
        "cd " + "/home" + "/somebody/diwan",
    ],
)
def test_keys_and_machine_paths_are_found(plant: Plant, text: str) -> None:
    assert not leaks.check(plant("docs/a.md", "nothing /homely https://example.com/home/page"))
    assert leaks.check(plant("docs/a.md", f"first\n{text}\n"))[0].startswith("docs/a.md:2: a")


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://a.example/simple",
        "a @ file:///tmp/a.whl",
        "a @ https://a.example/a.whl",
    ],
)
def test_the_lock_file_names_no_address(plant: Plant, line: str) -> None:
    lock = "a==1 \\\n    --hash=sha256:00\n    # via b (https://a.example)\n"
    assert not leaks.check(plant("requirements.lock", lock))
    assert leaks.check(plant("requirements.lock", lock + line))


def test_lint_fails_when_one_check_does(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(plant("docs/a.md", "-----BEGIN " + "PRIVATE KEY-----").root)
    assert lint.main(["leaks", "sizes"]) == 1
    assert "failed: leaks" in capsys.readouterr().out
    assert lint.main(["sizes"]) == 0
    assert lint.main(["no-such-check"]) == 2
