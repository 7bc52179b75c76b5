"""Install and run planning-kit from a checkout: the one script behind ``make``.

``python start.py start`` opens the workbook, ``python start.py test`` runs every check. The first run makes
``.venv`` here and fills it from ``requirements.lock``; later runs see by a stamp that nothing changed, ask no
network and begin at once. Standard library only, on Linux, macOS and Windows.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "planning-kit.stamp"
LOG = VENV / "install.log"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = str(BIN / ("python.exe" if WINDOWS else "python"))
PLANNING_KIT = str(BIN / ("planning-kit.exe" if WINDOWS else "planning-kit"))
OLDEST = (3, 11)
USAGE = """Usage: python start.py COMMAND [ARGUMENTS]

start [FOLDER] [--no-browser] [--port N]   open the planning workbook (FOLDER: workbook)
test [PYTEST ARGUMENTS]                    style, types and all tests, in a real browser too
check                                      style and types only
acceptance                                 the tests against the source data kept beside the checkout
soak                                       the long reliability tests
bench [NAME]                               the benchmark table, on this machine
lock                                       write requirements.lock anew from pyproject.toml (needs uv)
install                                    only fill .venv
clean                                      remove .venv and what tools left behind"""

BROWSER_NAMES = "chromium chromium-browser google-chrome google-chrome-stable chrome msedge microsoft-edge"
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Microsoft/Edge/Application/msedge.exe",
    "{PROGRAMFILES}/Microsoft/Edge/Application/msedge.exe",
)
LONG_FORMS = (
    "tests/test_spec_values.py",
    "tests/test_frames_plan.py",
    "tests/test_workbook.py",
    "tests/store",
    "tests/reports",
)
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    commands = {
        "start": start,
        "test": test,
        "check": check,
        "acceptance": acceptance,
        "soak": soak,
        "bench": bench,
        "lock": lock,
        "install": install_only,
        "clean": clean,
    }
    if not arguments or arguments[0] not in commands:
        print(USAGE)
        return 0 if arguments in ([], ["help"], ["-h"], ["--help"]) else 2
    return commands[arguments[0]](arguments[1:])


# The commands --------------------------------------------------------------------------------------------


def start(arguments: list[str]) -> int:
    """Open the workbook in JupyterLab."""
    install()
    if not arguments or arguments[0].startswith("-"):
        arguments = [str(ROOT / "workbook"), *arguments]
    return become([PLANNING_KIT, "start", *arguments])


def test(arguments: list[str]) -> int:
    """Check style and types, then run all tests."""
    untidy = check([])
    failed = pytest(["-n", "auto", "--dist", "loadfile", *arguments])
    if untidy:
        print("The tests are done, but style or types failed: see above.", file=sys.stderr)
    return failed or untidy


def check(_: list[str]) -> int:
    """Check style and types."""
    install()
    steps = {
        "style": [PYTHON, "-m", "ruff", "check"],
        "layout": [PYTHON, "-m", "ruff", "format", "--check"],
        "types": [PYTHON, "-m", "mypy"],
    }
    failed = [name for name, command in steps.items() if run(command)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def acceptance(arguments: list[str]) -> int:
    """Run the tests against the source data kept beside the checkout."""
    return pytest(["-m", "acceptance", *arguments])


def soak(arguments: list[str]) -> int:
    """Run the long reliability tests."""
    os.environ["PLANNING_KIT_SOAK"] = "1"
    return pytest([*LONG_FORMS, *arguments])


def pytest(arguments: list[str]) -> int:
    """Run pytest with a browser at hand; that no test ran is a failure too."""
    install()
    os.environ["PLANNING_KIT_BROWSER"] = browser_or_stop()
    return run([PYTHON, "-m", "pytest", *arguments])


def bench(arguments: list[str]) -> int:
    """Print the benchmark table of this machine."""
    install()
    return become([PLANNING_KIT, "bench", *arguments])


def lock(_: list[str]) -> int:
    """Write requirements.lock anew: for every system and Python, with hashes, without host names."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if not uv:
        stop("requirements.lock is written with uv, which is not on the PATH. Install it: pip install uv.")
    which = "pyproject.toml --group dev --universal --python-version 3.11"
    how = "--generate-hashes --no-emit-index-url --no-header --quiet"
    return run([uv, "pip", "compile", *which.split(), *how.split(), "--output-file", LOCK.name])


def install_only(_: list[str]) -> int:
    """Fill .venv and stop."""
    install()
    return 0


def clean(_: list[str]) -> int:
    """Remove .venv and the caches of the tools; the workbook folder stays."""
    for name in (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "build"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


# The environment -----------------------------------------------------------------------------------------


def install() -> None:
    """Bring .venv to what the lock says; at once when it already is."""
    if read(STAMP) == stamp():
        return
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    complaint = unfit(sys.version_info[:2], sys.executable, has_ensurepip=has_ensurepip)
    if complaint:
        stop(complaint)
    began = time.monotonic()
    if not usable():
        print(f"Making the Python environment {VENV} ...", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        call_or_stop([sys.executable, "-m", "venv", str(VENV)], "Python could not make its environment.")
    fill()
    this = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    call_or_stop([*pip_install(), *this], "planning-kit itself could not be installed.")
    STAMP.write_text(stamp(), encoding="utf-8")
    seconds = time.monotonic() - began
    print(f"Installed in {seconds:.0f} seconds. From now on no network is needed.", flush=True)


def unfit(version: tuple[int, int], executable: str, *, has_ensurepip: bool) -> str:
    """Say why this Python cannot be used and what to install; empty when it can."""
    wanted, found = ".".join(map(str, OLDEST)), ".".join(map(str, version))
    if version < OLDEST:
        return (
            f"planning-kit needs Python {wanted} or newer; {executable} is Python {found}. "
            f"Install a newer one (from python.org, or your system's package python{wanted}) and name it: "
            f"make start PYTHON=python{wanted}, or on Windows: py -{wanted} start.py start."
        )
    if not has_ensurepip:
        return (
            f"{executable} cannot make environments: its module ensurepip is missing. "
            f"On Debian and Ubuntu: apt install python{found}-venv. Elsewhere: get Python from python.org."
        )
    return ""


def stamp(lock: Path = LOCK, venv: Path = VENV) -> str:
    """Describe what .venv should hold: its place, its Python, the lock and the package's description.

    The place counts because the commands of an environment stop working when its folder is moved.
    """
    digest = hashlib.sha256()
    for file in (lock, lock.parent / "pyproject.toml", venv / "pyvenv.cfg"):
        digest.update(read(file).encode() + b"\0")
    return f"{venv}\n{digest.hexdigest()}\n"


def usable() -> bool:
    """Tell whether .venv runs, is new enough, has pip, and was not moved here from elsewhere."""
    if read(STAMP).splitlines()[:1] not in ([], [str(VENV)]):
        return False
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST} or sys.prefix == sys.base_prefix)"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fill() -> None:
    """Install the locked packages, with uv where it is found and succeeds, else with pip."""
    locked = ["--require-hashes", "--requirement", str(LOCK)]
    uv = shutil.which("uv")
    if uv and watch([uv, "pip", "install", "--python", PYTHON, "--compile-bytecode", *locked]):
        return
    if not watch([*pip_install(), *locked]):
        advice = "The machine must reach a Python package index once."
        stop(f"The packages could not be installed. {advice} The whole log: {LOG}", read(LOG))


def pip_install() -> list[str]:
    """Return the command ``pip install``: no question, no request but for packages, bytecode compiled."""
    quiet = ["--no-input", "--no-color", "--disable-pip-version-check", "--no-warn-script-location"]
    return [PYTHON, "-m", "pip", "install", "--compile", *quiet]


def watch(command: list[str]) -> bool:
    """Run an installation with its output in the log, show how far it is, and tell whether it succeeded."""
    terminal = sys.stdout.isatty()
    step, end, shown = (1, "\r", -1) if terminal else (10, "\n", -10)
    with LOG.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        while process.poll() is None:
            percent = progress(read(LOCK), read(LOG), count_installed())
            if percent >= shown + step:
                shown = percent
                print(f"Installing packages: {percent} %", end=end, flush=True)
            time.sleep(0.2)
    finally:
        process.kill()  # when interrupted; does nothing to a process that has ended
        process.wait()
    if terminal:
        print()
    return process.returncode == 0


def count_installed() -> int:
    """Count the packages in .venv."""
    folder = "Lib/site-packages" if WINDOWS else "lib/python*/site-packages"
    return sum(1 for _ in VENV.glob(f"{folder}/*.dist-info"))


def progress(lock: str, log: str, installed: int) -> int:
    """Return how far an installation is, 0 to 99: half for fetching packages, half for installing them."""
    wanted = len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE)) - log.count("Ignoring ")
    fetched = len(re.findall(r"(Downloading|Using cached) \S+\.whl(?!\.metadata)|already satisfied", log))
    return min(99, 50 * (min(fetched, wanted) + min(installed, wanted)) // max(wanted, 1))


# The browser of the tests --------------------------------------------------------------------------------


def browser_or_stop() -> str:
    """Return the path of a Chromium, installed where that may be done; else say what to do."""
    named = os.environ.get("PLANNING_KIT_BROWSER", "")
    if named and not shutil.which(named):
        stop(f"PLANNING_KIT_BROWSER is {named}, which is no program. Set it to the path of Chromium.")
    found = find_browser(dict(os.environ)) or playwright_browser()
    if not found:
        install_browser()
        found = find_browser(dict(os.environ)) or playwright_browser()
    if not found:
        need = "The browser tests need Chromium or Chrome, and none was found."
        stop(f"{need} Install one (Debian: apt install chromium), or set PLANNING_KIT_BROWSER to its path.")
    return found


def find_browser(environ: dict[str, str], places: tuple[str, ...] = BROWSER_PLACES) -> str:
    """Return the path of Chromium, Chrome or Edge; empty when there is none.

    Looks at PLANNING_KIT_BROWSER, then along the PATH, then where Windows and macOS keep programs.
    """
    for name in (environ.get("PLANNING_KIT_BROWSER", ""), *BROWSER_NAMES.split()):
        found = shutil.which(name, path=environ.get("PATH", ""))
        if name and found:
            return found
    known = (re.sub(r"{(.+?)}", lambda part: environ.get(part[1], ""), place) for place in places)
    return next((place for place in known if Path(place).is_file()), "")


def playwright_browser() -> str:
    """Return the path of the Chromium that playwright installed; empty when it did not."""
    answer = subprocess.run([PYTHON, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if Path(path).is_file() else ""


def install_browser() -> None:
    """Install Chromium: as root on Debian from its packages, else the one that playwright brings."""
    print("Installing Chromium for the browser tests ...", flush=True)
    debian = re.search(r"^ID=debian$", read(Path("/etc/os-release")), re.MULTILINE)
    if debian and hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run(["apt-get", "update", "-qq"])
        if run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]) == 0:
            return
    run([PYTHON, "-m", "playwright", "install", "chromium"])


# Files and processes -------------------------------------------------------------------------------------


def read(file: Path) -> str:
    """Return the text of a file, empty when there is none."""
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def environment() -> dict[str, str]:
    """Return the environment of the programs started: .venv is active in it."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "VIRTUAL_ENV": str(VENV), "PATH": path}


def run(command: list[str]) -> int:
    """Run a program in the checkout, its output on the screen; return its exit code."""
    try:
        return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    except KeyboardInterrupt:
        return 130


def become(command: list[str]) -> int:
    """Run a program in the place of this one, so that signals reach it; on Windows run it and wait."""
    if not WINDOWS:
        os.execve(command[0], command, environment())  # noqa: S606 - our own program, and no shell is wanted
    return run(command)


def call_or_stop(command: list[str], complaint: str) -> None:
    """Run a program quietly; when it fails, stop with what it said and a sentence."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        stop(complaint, done.stdout + done.stderr)


def stop(sentence: str, said: str = "") -> NoReturn:
    """End with a sentence, after the last lines of what a program said."""
    sys.exit("\n".join([*said.splitlines()[-12:], sentence]))


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        stop(unfit(sys.version_info[:2], sys.executable, has_ensurepip=True))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on from here.")
