"""What is written about the product is true: links, commands, samples, recipes, pages made from the declarations."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

import planning_kit as pk
from planning_kit import cli, docs
from planning_kit.samples import SAMPLES
from planning_kit.shipped import shipped
from planning_kit.steps import STEPS

ROOT = Path(pk.__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
COMMANDS = {str(one.name or one.callback.__name__) for one in cli.app.registered_commands if one.callback}
COMMANDS |= {str(one.name) for one in cli.app.registered_groups}
MANUALS = [ROOT / "docs" / name for name in ("cluster.md", "schedules.md")]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=[one.name for one in PAGES])
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    """No dead link inside the project."""
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [one for one in targets if "://" not in one and not (page.parent / one).exists()] == []


def test_every_command_is_in_the_readme_and_nothing_else() -> None:
    """The table of commands is complete and promises nothing."""
    named = set(re.findall(r"`planning-kit (\w+)", README))
    assert named == COMMANDS


def commands_in(page: Path) -> list[list[str]]:
    """Return every call of ``planning-kit`` in the code blocks of a page, as its arguments."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    text = re.sub(r"\s*[\\^]\n\s*", " ", "\n".join(blocks))
    listed = [one.split(", ") for one in re.findall(r"\[planning-kit, (.*?)\]", text)]
    typed = re.findall(r"(?:^|[\"/ ])planning-kit ((?:[^\"\n]|\"[^\"\n]*\")*)", text, re.MULTILINE)
    return listed + [shlex.split(one, comments=True) for one in typed]


@pytest.mark.parametrize("page", MANUALS, ids=[one.name for one in MANUALS])
def test_every_command_written_down_is_one_the_program_takes(page: Path) -> None:
    """What stands in a crontab, a unit, a task, a DAG or a manifest is parsed as it would be when it is run."""
    for arguments in commands_in(page):
        command, name, rest, context = typer.main.get_command(cli.app), "planning-kit", arguments, None
        while True:
            context = command.make_context(name, list(rest), parent=context)
            if not isinstance(command, typer.core.TyperGroup):
                break
            name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])


def test_all_clocks_of_the_page_on_schedules_are_looked_at() -> None:
    """cron, two of systemd, Windows, Airflow and Kubernetes each run what is due, besides what is shown first."""
    due = [one for one in commands_in(ROOT / "docs" / "schedules.md") if one[:2] == ["schedule", "run"]]
    assert len(due) == 7
    assert sum("--due" in one for one in due) == 5


def test_every_sample_and_every_step_is_in_the_readme() -> None:
    """Somebody who chooses a sample reads what it is; the steps carry their own questions."""
    assert [name for name in SAMPLES if f"`{name}`" not in README] == []
    assert [step.title for step in STEPS[1:] if f"| {step.number} " not in README] == []
    assert [step.question for step in STEPS[1:] if step.question not in README] == []


def test_every_make_target_in_the_pages_is_one() -> None:
    """A command that is copied works."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"(?:`|^)make (\w+)", page.read_text(), re.MULTILINE)}
    assert named
    assert named <= targets


def test_the_python_of_the_readme_names_what_there_is() -> None:
    """Every ``pk.`` name in the example is public and reachable."""
    for dotted in set(re.findall(r"\bpk\.([a-z_.]+)", README)):
        found: object = pk
        for part in dotted.split("."):
            found = getattr(found, part)
        assert dotted.split(".")[0] in pk.__all__


def test_the_layout_in_the_readme_is_the_layout() -> None:
    """Every folder named there exists."""
    block = README.split("## The layout")[1].split("```")[1]
    folders = re.findall(r"^( *)([\w]+)/", block, re.MULTILINE)
    parents = {"": ROOT, "  ": ROOT / "planning_kit"}
    assert len(folders) > 8
    assert [name for indent, name in folders if not (parents[indent] / name).is_dir()] == []


def test_the_recipes_name_files_that_are_there() -> None:
    """Whoever follows a recipe finds the file."""
    named = re.findall(r"`((?:planning_kit|notebooks|tests|docs|lab)/[\w/.<>]*)`", CONTRIBUTING)
    assert len(named) > 6
    for name in named:
        for step in STEPS[1:4]:
            assert (ROOT / name.replace("<step>", step.name)).exists(), name


def test_the_version_is_one() -> None:
    """The package, its description and the changelog speak of the same version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == pk.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (?!Unreleased)(\S+)", changes, re.MULTILINE)[1] == pk.__version__  # type: ignore[index]


def test_the_changelog_speaks_to_people() -> None:
    """Every entry is a sentence about what somebody can do now, without the name of a module."""
    entries = re.split(r"^- ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    for one in entries:
        text = " ".join(one.split("\n#")[0].split())
        assert text.endswith("."), text
        assert "planning_kit." not in text


def test_every_sample_says_where_it_comes_from() -> None:
    """Source, licence and what was corrected stand beside the data, and the script that builds the plan."""
    for name in SAMPLES:
        assert (shipped("data") / name / "SOURCE.md").is_file()
        assert (shipped("data") / name / "build.py").is_file()
    illustrative = (shipped("data") / "library-service" / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search("illustrat|made up", illustrative)


def test_pages_made_from_the_declarations_are_up_to_date() -> None:
    """The data dictionary and the page of the checks say what the program does today."""
    for name, draw in docs.PAGES.items():
        assert (docs.FOLDER / name).read_text(encoding="utf-8") == draw(), "Write them: python -m planning_kit.docs"
