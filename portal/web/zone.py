"""The time zone that dates are shown in: the merchant's."""

from flask import g


def zone() -> str:
    return str(g.get("time_zone", "UTC"))


def use_zone(name: str) -> None:
    g.time_zone = name
