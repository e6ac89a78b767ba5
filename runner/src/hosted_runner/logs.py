"""Log records of the library and of environments as events."""

import logging
import re
import sys

from .events import Spool, clip

_SCORING_ERROR = re.compile(r"Error calling (?:group )?reward function (.+?): (.*)", re.DOTALL)


class EventHandler(logging.Handler):
    """Emits every record as a `log` event, and a failed reward function as `scoring.error` too.

    The library turns such a failure into a reward of 0.0, and a log line is its only trace.
    """

    def __init__(self, spool: Spool, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self._spool = spool

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            level = record.levelname.lower() if record.levelno < logging.ERROR else "error"
            if level not in ("debug", "info", "warning", "error"):
                level = "info"
            self._spool.emit("log", level=level, logger=clip(record.name, 200), message=clip(text, 20_000))
            failed = _SCORING_ERROR.match(text)
            if failed:
                # Imported here: it loads the v0 library, which a v1 run does not need.
                from . import scoring

                function, message = failed.groups()
                scoring.caught(sys.exc_info()[1])
                self._spool.emit("scoring.error", function=clip(function, 300), message=clip(message, 20_000))
        except Exception:
            self.handleError(record)


def attach_library_logger(spool: Spool, verbose: bool) -> None:
    """Send the `verifiers` logger to the spool and nowhere else; again after anything that may reset it."""
    logger = logging.getLogger("verifiers")
    logger.handlers[:] = [EventHandler(spool)]
    logger.propagate = False
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)


def attach_root_logger(spool: Spool) -> None:
    """Send other loggers' warnings to the spool, unless the environment configured logging itself.

    Called after loading: an earlier handler would turn an environment's logging.basicConfig into a no-op.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(EventHandler(spool, logging.WARNING))
