"""Start JupyterLab on a workbook folder, with our extension and settings of its own.

Nothing of an analyst's own JupyterLab is read or changed: configuration, workspaces, runtime files and the
settings that keep it quiet (no news, no update check) live in ``.planning-kit/`` of the folder.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

from planning_kit import folder as workbooks
from planning_kit.errors import PlanError
from planning_kit.shipped import shipped

OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyterlab/statusbar-extension:plugin": {"visible": False},
}
QUIET = ("@jupyterlab/debugger-extension",)
"""Parts of JupyterLab that a guided page has no use for."""
PORTS_TRIED = 50
SERVER = (
    "from planning_kit.quick import skip_slow_grammar; skip_slow_grammar(); from jupyterlab.labapp import main; main()"
)


def start(folder: Path, *, sample: str, browser: bool, port: int) -> int:
    """Make the folder a workbook, print the address, run JupyterLab until it is stopped; returns its exit code."""
    _say(f"Preparing the workbook in {folder} …")
    workbooks.make(folder, sample)
    chosen = free_port(port)
    token = secrets.token_urlsafe(24)
    address = f"http://127.0.0.1:{chosen}/lab/tree/00_start.ipynb?token={token}"
    if _is_root():
        _say("You are working as root: JupyterLab listens on this computer only and asks for the token below.")
    _say(f"\n  Open the workbook: {address}\n\n  Stop it with Ctrl+C here. Everything is saved as you type.\n")
    process = subprocess.Popen(  # noqa: S603 - our own interpreter with arguments made here
        [sys.executable, "-c", SERVER, *arguments(folder, chosen)], env=environment(folder, token), cwd=folder
    )
    if browser:
        threading.Thread(target=_show, args=(address,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return process.wait()
    except KeyboardInterrupt:
        _say("\nStopped. Everything you typed is saved.")
        return 0
    finally:
        process.terminate()
        process.wait()


def arguments(folder: Path, port: int) -> list[str]:
    """Return the options of JupyterLab: our extension, private settings, this computer only."""
    private = folder / ".planning-kit"
    settings = private / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(OVERRIDES, indent=1), encoding="utf-8")
    page = {"disabledExtensions": dict.fromkeys(QUIET, True)}
    (settings / "page_config.json").write_text(json.dumps(page, indent=1), encoding="utf-8")
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.log_level": "WARN",
        "LabApp.app_settings_dir": settings,
        "LabApp.user_settings_dir": private / "user-settings",
        "LabApp.workspaces_dir": private / "workspaces",
        "LabApp.extra_labextensions_path": shipped("labextensions"),
        "LabApp.news_url": "",
    }
    root = ["--allow-root"] if _is_root() else []
    return [*root, *(f"--{name}={value}" for name, value in options.items())]


def environment(folder: Path, token: str) -> dict[str, str]:
    """Return the environment of the server and its kernels; the token travels here, not on the command line."""
    private = folder / ".planning-kit"
    return {
        **os.environ,
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_NO_CONFIG": "1",
    }


def free_port(first: int) -> int:
    """Return the first free port of this computer from a number on.

    Raises
    ------
    PlanError
        When none of fifty is free.
    """
    for port in range(first, first + PORTS_TRIED):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = f"--port {first}: none of the ports {first} to {first + PORTS_TRIED - 1} is free. Name another one."
    raise PlanError(message)


def _say(text: str) -> None:
    """Print a line at once: a person waits for it."""
    print(text, flush=True)  # noqa: T201 - the terminal is where this person looks


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _show(address: str) -> None:
    """Open the browser as soon as the server answers."""
    for _ in range(100):
        time.sleep(0.2)
        try:
            urllib.request.urlopen(address.split("/lab", maxsplit=1)[0] + "/api", timeout=1)  # noqa: S310 - an address of this computer, made above
        except OSError:
            continue
        webbrowser.open(address)
        return
