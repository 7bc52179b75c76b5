"""A workbook folder: what is put there, what is left alone, and which plan is the current one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError, PlanFileError
from planning_kit.shipped import shipped
from planning_kit.workbook import Workbook


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a workbook folder with an empty plan."""
    place = tmp_path / "our plan"
    folder.make(place, sample="")
    return place


def test_a_folder_becomes_a_workbook(place: Path) -> None:
    """It holds the guided notebooks as shipped and a plan that opens."""
    notebooks = sorted(one.name for one in shipped("notebooks").glob("*.ipynb"))
    assert sorted(one.name for one in place.glob("*.ipynb")) == notebooks
    assert notebooks[0] == "00_start.ipynb"
    assert folder.current_plan(place) == place / "plan.db"
    with Workbook(place / "plan.db", read_only=True) as workbook:
        assert workbook.plan.objectives.empty


def test_making_it_again_changes_nothing_of_ones_own(place: Path) -> None:
    """Plan, person and own notebooks stay; a guided notebook that was changed is brought up to date."""
    with Workbook(place / "plan.db", "Ana") as workbook:
        workbook.add("people", name="Ana")
    folder.write(place, person="P1")
    (place / "mine.ipynb").write_text("{}")
    (place / "01_strategy.ipynb").write_text("an older one")
    assert folder.make(place) == place / "plan.db"
    with Workbook(place / "plan.db", read_only=True) as workbook:
        assert list(workbook.plan.people["name"]) == ["Ana"]
    assert folder.read(place) == {"plan": "plan.db", "person": "P1"}
    assert (place / "mine.ipynb").read_text() == "{}"
    assert (place / "01_strategy.ipynb").read_bytes() == (shipped("notebooks") / "01_strategy.ipynb").read_bytes()


def test_a_plan_that_is_there_already_is_taken(tmp_path: Path) -> None:
    """Somebody put a plan.db into the folder first: it is the plan, untouched."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as workbook:
        workbook.add("people", name="Ana")
    content = (tmp_path / "plan.db").read_bytes()
    folder.make(tmp_path, sample="library-service")
    assert (tmp_path / "plan.db").read_bytes() == content


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """A file in the way is named, not a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanFileError, match="the workbook could not be made here"):
        folder.make(tmp_path / "file" / "workbook")


def test_an_unknown_sample_is_refused_with_the_list(tmp_path: Path) -> None:
    """The sentence names the samples there are."""
    with pytest.raises(PlanError, match=r"“nasa” is not a sample\. Samples are: library-service"):
        folder.make(tmp_path / "workbook", sample="nasa")


@pytest.mark.parametrize("content", ["", "{", "[]", '"plan.db"', "\x00\x01", "null"])
def test_a_damaged_memory_of_the_folder_is_made_anew(place: Path, content: str) -> None:
    """Whatever happened to the small file, the plan opens."""
    (place / folder.ADDRESS).write_text(content)
    assert folder.read(place) == {}
    assert folder.make(place, sample="") == place / "plan.db"


@pytest.mark.parametrize("plan", [7, None, [], ""])
def test_a_memory_of_the_wrong_kind_is_a_sentence_or_nothing(place: Path, plan: object) -> None:
    """A value that is no file name is not taken for one."""
    (place / folder.ADDRESS).write_text(json.dumps({"plan": plan}))
    with pytest.raises(PlanError):
        folder.current_plan(place)


def test_the_environment_names_the_plan_before_the_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that sets PLANNING_KIT_PLAN is obeyed."""
    monkeypatch.setenv("PLANNING_KIT_PLAN", "/elsewhere/plan.db")
    assert folder.current_plan(place) == Path("/elsewhere/plan.db")


def test_no_workbook_here_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do: name a file or make a workbook."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNING_KIT_PLAN", raising=False)
    with pytest.raises(PlanError, match=r"is not a workbook folder.*planning-kit start my-workbook"):
        folder.current_plan()


def test_another_plan_can_be_chosen_and_is_made_when_it_is_not_there(place: Path) -> None:
    """The name may come without its ending; the first plan stays."""
    assert folder.choose(place, "next year") == place / "next year.db"
    assert folder.current_plan(place) == place / "next year.db"
    assert [one.name for one in folder.plans(place)] == ["next year.db", "plan.db"]
    folder.choose(place, "plan.db")
    assert folder.current_plan(place) == place / "plan.db"


@pytest.mark.parametrize("name", ["", "../plan", "a/b.db", "/etc/passwd", ".hidden", "..", ".", "a\x00b"])
def test_a_plan_stays_inside_its_folder(place: Path, name: str) -> None:
    """A path, a hidden name or a sign no file may have is refused, and nothing is made."""
    before = sorted(place.iterdir())
    with pytest.raises(PlanError, match=r"is not a name for a plan\."):
        folder.choose(place, name)
    assert sorted(place.iterdir()) == before
    assert folder.current_plan(place) == place / "plan.db"


def test_a_sample_never_overwrites_a_plan(place: Path) -> None:
    """Choosing a sample under the name of a plan that exists is refused."""
    with pytest.raises(PlanError, match="there is a plan of this name already"):
        folder.choose(place, "plan", sample="library-service")


def test_what_is_remembered_is_replaced_whole(place: Path) -> None:
    """Nothing is left behind beside the small file, and other values stay."""
    folder.write(place, author="Ana")
    folder.write(place, author="Bo")
    assert folder.read(place) == {"plan": "plan.db", "author": "Bo"}
    assert [one.name for one in place.glob(".planning-kit*")] == [folder.ADDRESS]


def test_a_copy_of_a_sample_without_a_name_is_called_like_the_sample(place: Path) -> None:
    """Pressing “Copy of …” twice makes two plans and overwrites none."""
    first, second = (folder.choose(place, "", sample="us-dot") for _ in range(2))
    assert [first.name, second.name] == ["us-dot.db", "us-dot-2.db"]
    assert folder.current_plan(place) == second
