"""Logs: JSON lines on stdout, without what is nobody's business.

What is logged is chosen field by field (an allow-list); messages of libraries may still quote
an address, so every line is masked once more on its way out.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ADDRESS = re.compile(r"([\w.+%'-])[\w.+%'-]*@([\w-])[\w-]*((?:\.[\w-]+)*)")
SECRETS = re.compile(r"(\w+://[^:/@\s]*:)[^@\s]+(@)|((?:token|code|password|key)=)[^&\s\"']+")
LONGEST_ERROR = 300


def configure(level: str) -> None:
    """JSON lines on stdout, for the whole process; libraries' records included."""
    number = logging.getLevelNamesMapping()[level]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_fields,
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ]
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *shared,
            ]
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def mask_fields(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = masked(value)
    return event


def masked(text: str) -> str:
    """Addresses as `j***@d***.de`; passwords of URLs and values of secrets as `***`."""
    text = SECRETS.sub(lambda found: f"{found[1] or found[3]}***{found[2] or ''}", text)
    return ADDRESS.sub(_masked_address, text)


def _masked_address(found: re.Match[str]) -> str:
    _, dot, country = found[3].rpartition(".")
    return f"{found[1]}***@{found[2]}***{dot}{country}"


def describe(error: BaseException) -> str:
    """An error for a row or a log line: its kind and what it says, masked and short."""
    return masked(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
