"""The one place where the clock is read."""

import datetime as dt


def now() -> dt.datetime:
    """Return this moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return today's date where the program runs."""
    return dt.datetime.now().astimezone().date()
