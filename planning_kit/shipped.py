"""Find what travels with the package: notebooks, samples, lab extension; in a wheel and in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return the folder of this name: inside the package when installed, at the top level of a checkout.

    Parameters
    ----------
    name : str
        ``"notebooks"``, ``"data"`` or ``"labextensions"``.

    Raises
    ------
    FileNotFoundError
        When the installation is not whole.
    """
    for place in (_PACKAGE / name, _PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    cure = "Install it again with: pip install --force-reinstall planning-kit"
    message = f"{name}: this installation of planning-kit is not whole. {cure}"
    raise FileNotFoundError(message)
