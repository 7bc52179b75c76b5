"""The script behind make: which Python and browser it takes, and when it installs again."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with a lock, a package description and an environment."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.lock").write_text("pandas==3.1.1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7\n")
    return tmp_path


def make_program(folder: Path, name: str) -> Path:
    """Put a program of that name into a folder."""
    folder.mkdir(exist_ok=True)
    file = folder / (f"{name}.exe" if os.name == "nt" else name)
    file.touch()
    file.chmod(0o755)
    return file


def stamp(folder: Path) -> str:
    """Return the stamp of a checkout in that folder."""
    return start.stamp(folder / "requirements.lock", folder / ".venv")


def test_new_python_with_ensurepip_is_taken() -> None:
    """A Python that can make environments is taken without a word."""
    assert start.unfit((3, 11), "python3", has_ensurepip=True) == ""
    assert start.unfit((3, 14), "python3", has_ensurepip=True) == ""


def test_old_python_is_refused_with_a_sentence() -> None:
    """Someone with Python 3.9 reads what was found, what is needed and what to type."""
    sentence = start.unfit((3, 9), "/usr/bin/python3", has_ensurepip=True)
    assert "/usr/bin/python3 is Python 3.9" in sentence
    assert "make start PYTHON=python3.11" in sentence


def test_python_without_ensurepip_names_the_package_to_install() -> None:
    """On a Debian without the venv package, the sentence names the package of that very Python."""
    assert "apt install python3.12-venv" in start.unfit((3, 12), "/usr/bin/python3", has_ensurepip=False)


def test_stamp_is_the_same_when_nothing_changed(checkout: Path) -> None:
    """A second start finds its stamp and installs nothing."""
    assert stamp(checkout) == stamp(checkout)


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml", ".venv/pyvenv.cfg"])
def test_stamp_changes_with_what_was_installed(checkout: Path, file: str) -> None:
    """A new lock, another package description and another Python each lead to an installation."""
    before = stamp(checkout)
    (checkout / file).write_text("changed\n")
    assert stamp(checkout) != before


def test_stamp_changes_when_the_checkout_is_moved(checkout: Path) -> None:
    """A moved checkout makes its environment anew, for its commands point to the old place."""
    before = stamp(checkout)
    moved = checkout.rename(checkout.with_name("moved here"))
    assert stamp(moved) != before


def test_browser_is_found_along_the_path(tmp_path: Path) -> None:
    """Chrome in a folder of the PATH is found under its own name."""
    chrome = make_program(tmp_path / "bin", "google-chrome")
    path = os.pathsep.join([str(tmp_path / "empty"), str(chrome.parent)])
    assert Path(start.find_browser({"PATH": path})) == chrome


def test_named_browser_comes_first(tmp_path: Path) -> None:
    """PLANNING_KIT_BROWSER wins over what lies on the PATH."""
    make_program(tmp_path / "bin", "chromium")
    mine = make_program(tmp_path / "other place", "my-chromium")
    environ = {"PATH": str(tmp_path / "bin"), "PLANNING_KIT_BROWSER": str(mine)}
    assert Path(start.find_browser(environ)) == mine


def test_browser_is_found_where_windows_keeps_it(tmp_path: Path) -> None:
    """A browser outside the PATH is found in the folder that an environment variable names."""
    edge = make_program(tmp_path / "Edge", "msedge")
    environ = {"PATH": "", "PROGRAMFILES(X86)": str(tmp_path)}
    places = ("{PROGRAMFILES}/none", f"{{PROGRAMFILES(X86)}}/Edge/{edge.name}")
    assert Path(start.find_browser(environ, places)) == edge


def test_no_browser_is_no_path() -> None:
    """Where there is no browser, none is made up."""
    assert start.find_browser({"PATH": ""}, places=("{LOCALAPPDATA}/none",)) == ""


def test_wrong_browser_name_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistyped PLANNING_KIT_BROWSER is named, not silently passed over."""
    monkeypatch.setenv("PLANNING_KIT_BROWSER", str(tmp_path / "chromuim"))
    with pytest.raises(SystemExit, match="chromuim, which is no program"):
        start.browser_or_stop()


def test_progress_counts_fetched_and_installed_packages() -> None:
    """Half of the percents is for fetching, half for installing; packages of other systems do not count."""
    lock = "aaa==1 \\\n    --hash=sha256:0\nbbb==1\nccc==1 ; os_name == 'nt'\n"
    log = "Ignoring ccc: markers\n  Downloading aaa-1.whl.metadata\n  Downloading aaa-1.whl (1 kB)\n"
    assert start.progress(lock, "", 0) == 0
    assert start.progress(lock, log, 0) == 25
    assert start.progress(lock, log + "  Using cached bbb-1.whl\n", 1) == 75
    assert start.progress(lock, log + "  Using cached bbb-1.whl\n", 5) == 99


def test_unknown_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command prints what there is and fails."""
    assert start.main(["strat"]) == 2
    assert "start [FOLDER]" in capsys.readouterr().out


def test_every_make_target_is_a_command_of_the_script() -> None:
    """Nothing works by make alone, for Windows has none."""
    called = re.findall(r"start\.py (\w+)", (ROOT / "Makefile").read_text())
    assert called
    assert all(f"\n{name}" in start.USAGE for name in called if name != "help")


def test_lock_holds_every_dependency_and_no_address() -> None:
    """Each package that pyproject.toml asks for is in the lock, which names no host."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[<>=[]", line)[0].replace("_", "-") for line in wanted}
    lock = (ROOT / "requirements.lock").read_text()
    assert names <= set(re.findall(r"^([\w-]+)==", lock, re.MULTILINE))
    assert "://" not in lock
