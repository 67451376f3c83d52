"""What must not be in a log."""

import json

import pytest
import structlog

from portal import logs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to jenny.rosen@mail.example.de.", "to j***@m***.de."),
        ("<x@localhost>", "<x***@l***>"),
        ("smtp://me:secret@host:25", "smtp://me:***@host:25"),
        ("postgresql://portal:p%40ss@db/portal", "postgresql://portal:***@db/portal"),
        ("/p/login?token=abc&code=123456", "/p/login?token=***&code=***"),
        ("nothing to hide: 2 @ 3", "nothing to hide: 2 @ 3"),
    ],
)
def test_addresses_and_secrets_are_masked(text: str, shown: str):
    assert logs.masked(text) == shown


def test_every_line_is_json_and_masked_also_in_tracebacks(capsys: pytest.CaptureFixture[str]):
    logs.configure("INFO")
    try:
        try:
            raise ValueError("line\nbreak for ada@example.com")
        except ValueError as error:
            structlog.get_logger().error("failed", exc_info=error, to="ada@example.com")
        said = capsys.readouterr().out
    finally:
        structlog.reset_defaults()

    (line,) = said.splitlines()
    assert json.loads(line)["to"] == "a***@e***.com"
    assert "ada@" not in said
