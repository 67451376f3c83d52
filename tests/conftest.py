"""Fixtures for every test. Which database is used is decided in tests/support/engines.py."""

pytest_plugins = ["tests.support.engines", "tests.support.browser"]
