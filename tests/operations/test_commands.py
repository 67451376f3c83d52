"""What operators and scripts type."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.accounts import password_resets
from portal.accounts.api_keys import ApiKey
from portal.accounts.users import User
from portal.billing.merchants import Merchant
from portal.cli import COMMANDS, cli
from portal.record import now
from portal.selfservice.login_links import LoginLink
from tests.support.live import DoesNotStart, Installation

CREATE = ("merchant", "create", "--name", "Lindenhof", "--country", "DE", "--currency", "EUR")


def test_a_merchant_is_created_with_everything_that_a_script_needs(place: Installation):
    place.variables["PORTAL_OWNER_PASSWORD"] = "correct horse battery staple"
    said = json.loads(place.portal(*CREATE, "--email", "Ada@Example.test", "--sandbox", "--json"))

    assert set(said) == {"merchant", "owner", "secret_key", "login_url"}
    assert said["owner"] == "ada@example.test"
    with place.data():
        merchant = Merchant.get_by_id(said["merchant"])
        link = LoginLink.active_of_merchant(merchant)
        assert said["login_url"] == place.base_url + link.path()
        assert ApiKey.find(said["secret_key"]).merchant == merchant
        assert User.get().password_hash.startswith("$argon2id$")


def test_without_a_password_the_owner_chooses_one(place: Installation, app: Flask):
    said = json.loads(place.portal(*CREATE, "--email", "ada@example.test", "--json"))
    path, _, token = said["set_password_url"].removeprefix(place.base_url).partition("?token=")
    assert app.url_map.bind("x").match(path)[0] == "dashboard.password_resets.edit"
    with place.data():
        assert password_resets.user_of(token, at=now()).email == "ada@example.test"


def test_a_second_merchant_with_the_same_owner_is_refused(place: Installation):
    place.portal(*CREATE, "--email", "ada@example.test")
    with pytest.raises(DoesNotStart, match="email_taken"):
        place.portal(*CREATE, "--email", "ada@example.test")


def test_a_further_key_is_shown_once(place: Installation):
    merchant = json.loads(place.portal(*CREATE, "--email", "a@example.test", "--json"))["merchant"]
    said = json.loads(place.portal("api-key", "create", "--merchant", merchant, "--json"))
    with place.data():
        assert ApiKey.find(said["secret_key"]).id == said["id"]
    with pytest.raises(DoesNotStart, match="no merchant"):
        place.portal("api-key", "create", "--merchant", "acct_nobody")


def test_routes_are_listed_for_programs(place: Installation):
    routes = json.loads(place.portal("routes", "--json"))
    assert {"method": "GET", "path": "/healthz", "audience": "public", "csrf": False} in routes


def test_the_doctor_names_what_is_wrong(place: Installation):
    with pytest.raises(DoesNotStart) as found:
        place.portal("doctor")
    said = str(found.value)
    assert "error    mail" in said
    assert "warning  worker" in said
    assert "ok       migrations" in said
    assert "ok       ledger" in said
    assert "ok       payments" in said
    assert "secret of an installation" not in said


def test_the_doctor_is_content_where_all_is_well(place: Installation):
    with place.mail:
        assert "error   " not in place.portal("doctor")


def test_the_demo_is_described_for_programs(place: Installation):
    said = json.loads(place.portal("demo", "seed", "--json"))
    assert len(said["merchants"]) == 3
    assert set(said["merchants"][0]) == {
        *("id", "name", "login_url", "prefilled_url", "owner", "password", "secret_key")
    }
    again = json.loads(place.portal("demo", "seed", "--json"))
    assert [one["id"] for one in again["merchants"]] == [one["id"] for one in said["merchants"]]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str):
    assert name in CliRunner().invoke(cli, ["--help"]).output
    answer = CliRunner().invoke(cli, [name, "--help"])
    assert answer.exit_code == 0
    assert "Usage" in answer.output
