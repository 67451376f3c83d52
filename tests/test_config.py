from pathlib import Path

import pytest

from portal.config import ConfigurationError, load

SERVING = {
    "PORTAL_SECRET_KEY": "k" * 32,
    "PORTAL_BASE_URL": "https://portal.example.com",
}


def test_development_needs_no_variable_at_all():
    settings = load({})

    assert settings.base_url == "http://localhost:5000"
    assert settings.signup == "first"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.database_url.endswith("/var/portal.db")


def test_serving_refuses_to_guess_the_secret_and_the_address():
    with pytest.raises(ConfigurationError) as refusal:
        load({}, for_serving=True)

    assert "PORTAL_SECRET_KEY must be set" in str(refusal.value)
    assert "PORTAL_BASE_URL must be set" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_BASE_URl", "https://typo.example"),
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_SECRET_KEY_FALLBACKS", "short"),
        ("PORTAL_BASE_URL", "portal.example.com"),
        ("PORTAL_BASE_URL", "https://portal.example.com/path"),
        ("PORTAL_BASE_URL", "http://portal.example.com"),
        ("PORTAL_DATABASE_URL", "mysql://localhost/portal"),
        ("PORTAL_MAIL_URL", "pigeon://roof"),
        ("PORTAL_SIGNUP", "sometimes"),
        ("PORTAL_TRUSTED_PROXIES", "-1"),
        ("PORTAL_TRUSTED_PROXIES", "one"),
        ("PORTAL_RATE_LIMITS", "maybe"),
        ("PORTAL_LOG_LEVEL", "LOUD"),
        ("PORTAL_VIES_URL", "http://vies.example.com"),
        ("PORTAL_VIES_URL", "ec.europa.eu"),
        ("PORTAL_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/8, home"),
    ],
)
def test_what_cannot_be_read_stops_the_start_and_is_named(name, value):
    with pytest.raises(ConfigurationError) as refusal:
        load(SERVING | {name: value}, for_serving=True)

    assert name in str(refusal.value)


def test_all_complaints_come_at_once():
    with pytest.raises(ConfigurationError) as refusal:
        load(SERVING | {"PORTAL_SIGNUP": "x", "PORTAL_LOG_LEVEL": "y"})

    assert len(str(refusal.value).splitlines()) == 2


def test_limits_can_be_off_only_on_loopback_without_https():
    assert not load(
        {"PORTAL_RATE_LIMITS": "off", "PORTAL_BASE_URL": "http://127.0.0.1:5000"}
    ).rate_limits

    with pytest.raises(ConfigurationError, match="PORTAL_RATE_LIMITS"):
        load({"PORTAL_RATE_LIMITS": "off", "PORTAL_BASE_URL": "https://portal.example.com"})


def test_a_slash_at_the_end_of_the_origin_is_dropped():
    assert load({"PORTAL_BASE_URL": "https://portal.example.com/"}).base_url == (
        "https://portal.example.com"
    )


def test_files_live_where_the_operator_says(tmp_path: Path):
    settings = load({"PORTAL_DATA_DIR": str(tmp_path)})

    assert settings.data_dir == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/portal.db"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://ec.europa.eu/taxation_customs/vies/rest-api"),
        ({"PORTAL_VIES_URL": ""}, ""),
        ({"PORTAL_VIES_URL": "http://127.0.0.1:8080/vies/"}, "http://127.0.0.1:8080/vies"),
    ],
)
def test_an_empty_address_switches_the_register_off(given, url):
    assert load(given).vies_url == url
