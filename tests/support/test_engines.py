"""What the tests stand on holds."""

import os
import socket
from collections.abc import Callable

import psycopg
import pytest

from tests.support.network import OutsideWorld


def test_the_outside_world_is_out_of_reach():
    with pytest.raises(OutsideWorld):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_settings_of_the_developer_do_not_reach_the_tests():
    assert [name for name in os.environ if name.startswith("PORTAL_")] == []


def test_every_database_is_a_new_one(new_database_url: Callable[[], str], engine: str):
    first, second = new_database_url(), new_database_url()

    assert first != second
    if engine == "postgres":
        with psycopg.connect(first) as connection:
            tables = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
        assert tables == (0,)
