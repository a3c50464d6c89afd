"""Logs of a process: JSON lines in a file, and what a person should see on the console. Only composition roots import this."""

import logging
import logging.handlers
import sys
from pathlib import Path

import structlog

_FILE_BYTES = 10 * 1024 * 1024
_FILES = 5
_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def to_file(path: Path) -> None:
    """Send the logs of this process to the file. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _configure(_file(path))


def to_console(level: int = logging.INFO) -> None:
    """Send the logs from this level on to standard error, besides a file that they go to already."""
    _configure(_console(level))


def _configure(handler: logging.Handler) -> None:
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    # One line for every request and every stateless session would bury what matters.
    for name in ("uvicorn.access", "mcp.server", "watchfiles.main"):
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
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=_SHARED))
    return handler


def _file(path: Path) -> logging.Handler:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8")
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=_SHARED))
    return handler
