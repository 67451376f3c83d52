"""`/readyz`: whether this installation can do its work. No secrets, no version numbers."""

from typing import Any

import structlog
from flask import Blueprint
from peewee import PeeweeException
from playhouse.pool import MaxConnectionsExceeded

from portal import schema
from portal.database import database, write
from portal.delivery.heartbeats import PROBE, Heartbeat
from portal.delivery.jobs import Job
from portal.logs import describe
from portal.record import now
from portal.web.access import public

bp = Blueprint("readiness", __name__)
log = structlog.get_logger("portal.web")
UNAVAILABLE = 503


@bp.get("/readyz")
@public
def show() -> Any:
    """200 when the database takes writes and has the right tables, else 503."""
    at = now()
    found: dict[str, Any] = {"database": "unavailable", "migrations": "unknown"}
    try:
        with database.connection_context() if database.is_closed() else write():
            found["migrations"] = _migrations()
            if found["migrations"] == "current":
                Heartbeat.beat(at=at, process=PROBE)
                found["database"] = "writable"
                found["queue_lag_seconds"] = int(Job.lag(at).total_seconds())
                found["worker"] = "alive" if Heartbeat.is_alive(at) else "missing"
    except (PeeweeException, MaxConnectionsExceeded, OSError) as error:
        log.error("not ready", error=describe(error))
    is_ready = found["database"] == "writable"
    return {
        "status": "ready" if is_ready else "not ready",
        **found,
    }, 200 if is_ready else UNAVAILABLE


def _migrations() -> str:
    try:
        schema.require_current()
    except schema.SchemaError:
        return "outdated"
    return "current"
