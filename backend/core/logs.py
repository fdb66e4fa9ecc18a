"""Logs as JSON lines, without personal data: ids and codes only, never bodies or queries."""

import logging
import sys
from typing import Any

import structlog

FORBIDDEN = frozenset({"phone", "name", "text", "token", "openid", "body", "id_number", "query"})


def _without_personal_data(_: Any, __: str, entry: Any) -> Any:
    return {key: "…" if key in FORBIDDEN else value for key, value in entry.items()}


def configure(style: str = "json") -> None:
    """`json` for machines, `console` for people."""
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_personal_data,
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
