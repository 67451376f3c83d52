"""The production server as a process: static files, refusals, a clean end."""

import gzip
import json
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from portal.web.assets import asset
from tests.support.live import Installation, _command
from tests.support.patience import wait_until


@pytest.fixture
def served(place: Installation) -> Iterator[Installation]:
    port = place.base_url.rpartition(":")[2]
    with place.running("serve", "--port", port, "--workers", "2", "--with-worker") as server:
        place.wait_until_ready(server)
        yield place


def get(place: Installation, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    parts = urlsplit(place.base_url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=names)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_server_serves(served: Installation):
    """One server for all of it: starting one takes a second."""
    path = asset("css/portal.css")
    plain, css = get(served, path)
    assert plain.status == 200
    assert plain.getheader("Cache-Control") == "max-age=315360000, public, immutable"
    assert plain.getheader("X-Content-Type-Options") == "nosniff"

    zipped, body = get(served, path, Accept_Encoding="gzip")
    assert zipped.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(body) == css

    small, body = get(served, path, Accept_Encoding="gzip, br")
    assert small.getheader("Content-Encoding") == "br"
    assert len(body) < len(css) / 2

    for missing in (path.replace(".css", ".nope.css"), "/static/../portal/config.py"):
        assert get(served, missing)[0].status in {400, 404}

    answer, body = get(served, "/readyz")
    assert answer.status == 200, served.log()
    ready = json.loads(body)
    assert (ready["database"], ready["migrations"]) == ("writable", "current")
    assert set(ready) == {"status", "database", "migrations", "queue_lag_seconds", "worker"}

    assert wait_until(lambda: json.loads(get(served, "/readyz")[1])["worker"] == "alive"), (
        served.log()
    )

    lines = [line for line in served.log().splitlines() if line.startswith("{")]
    assert [json.loads(line) for line in lines]


def is_reachable(place: Installation) -> bool:
    try:
        get(place, "/healthz")
    except OSError:
        return False
    return True


def test_it_stops_at_sigterm_with_its_worker(place: Installation):
    port = place.base_url.rpartition(":")[2]
    with place.running("serve", "--port", port, "--with-worker") as server:
        place.wait_until_ready(server)
        server.terminate()
        assert server.wait(90) == 0
    assert wait_until(lambda: not is_reachable(place))


def test_the_first_start_prints_where_to_set_up(place: Installation):
    port = place.base_url.rpartition(":")[2]
    with place.running("serve", "--port", port) as server:
        place.wait_until_ready(server)
    assert f"{place.base_url}/dashboard/setup" in place.log()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORTAL_SECRET_KEY", "", "PORTAL_SECRET_KEY must be set"),
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY must have at least 32"),
        ("PORTAL_BASE_URL", "", "PORTAL_BASE_URL must be set"),
        ("PORTAL_BASE_URL", "http://portal.example.com", "PORTAL_BASE_URL must use https"),
        ("PORTAL_MAIL_URL", "pigeon://x", "PORTAL_MAIL_URL must start with"),
        ("PORTAL_SINGUP", "open", "PORTAL_SINGUP is not a variable"),
    ],
)
def test_a_wrong_setting_is_named(bare: Installation, variable: str, value: str, said: str):
    bare.variables[variable] = value
    done = subprocess.run(
        _command(("serve",)), env=bare._environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
