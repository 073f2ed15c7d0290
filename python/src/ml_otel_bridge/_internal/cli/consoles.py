"""Where tables go."""

from rich.console import Console

_WIDE = 240


def wide_console() -> Console:
    """Standard output.

    Into a file or a pipe lines are as long as they are: nothing is cut off to fit a screen.
    """
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDE, soft_wrap=False)
