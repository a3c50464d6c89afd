"""Logs of a process: JSON lines in a file, and what a person should see on the console. Only composition roots import this."""

import logging
import logging.handlers
import sys
from pathlib import Path

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.printable import printable

_FILE_BYTES = 10 * 1024 * 1024
_FILES = 5
_LONGEST = 10_000
_MANY_LINES = {"exception", "stack"}
_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def to_file(path: Path) -> None:
    """Send the logs of this process to the file, instead of one that they go to already. Raises `UnavailableError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for handler in logging.getLogger().handlers[:]:
            if isinstance(handler, logging.handlers.RotatingFileHandler):
                logging.getLogger().removeHandler(handler)
                handler.close()
        _configure(_file(path))
    except OSError as error:
        raise UnavailableError(f"The log file {path} cannot be written: {error.strerror}.") from error


def to_console(level: int = logging.INFO) -> None:
    """Send the logs from this level on to standard error, besides a file that they go to already."""
    _configure(_console(level))


def _configure(handler: logging.Handler) -> None:
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    # One line for every request and every stateless session would bury what matters.
    for name in ("uvicorn.access", "mcp.server", "watchfiles.main", "botocore.credentials"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _console(level: int) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, pad_level=False)
    last = (structlog.stdlib.ProcessorFormatter.remove_processors_meta, _printable, renderer)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=_SHARED))
    return handler


def _printable(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The event with every string made fit for a terminal: names and messages come from whoever pushes or calls."""
    return {key: _shown(key, value) if isinstance(value, str) else value for key, value in event.items()}


def _shown(key: str, value: str) -> str:
    if key in _MANY_LINES:
        return "\n".join(printable(line, _LONGEST) for line in value.split("\n"))
    return printable(value, _LONGEST)


def _file(path: Path) -> logging.Handler:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8")
    # Plain ASCII: who reads the file in a terminal sees escapes and does not run them.
    renderer = structlog.processors.JSONRenderer(ensure_ascii=True)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=_SHARED))
    return handler
