"""Backup and restore, as processes and on the engine of this run."""

import stat
from pathlib import Path

import pytest

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.records import RECORDS
from tests.factories import a_customer, a_payment_method, a_subscription, an_invoice
from tests.support.live import DoesNotStart, Installation


@pytest.fixture
def lived_in(place: Installation) -> Installation:
    with place.data():
        customer = a_customer(name="Zoë \\ Tab\there", notes="line\nbreak ✓")
        a_subscription(customer=customer)
        a_payment_method(customer=customer)
        an_invoice(customer=customer)
    return place


def rows(place: Installation) -> dict[str, list[tuple[object, ...]]]:
    with place.data():
        return {
            record._meta.table_name: sorted(record.select().tuples(), key=repr)
            for record in RECORDS
        }


def test_what_is_restored_is_what_was_backed_up(lived_in: Installation, tmp_path: Path):
    before = rows(lived_in)
    lived_in.portal("backup", str(tmp_path / "a.backup"))
    with lived_in.data():
        Invoice.update(description="changed").execute()
        a_customer(name="Came later")

    said = lived_in.portal("restore", str(tmp_path / "a.backup"))

    assert rows(lived_in) == before
    assert before["customer"]
    assert "before-restore" in said


def test_a_restore_can_itself_be_undone(lived_in: Installation, tmp_path: Path):
    lived_in.portal("backup", str(tmp_path / "a.backup"))
    with lived_in.data():
        a_customer(name="Came later")
    later = rows(lived_in)

    lived_in.portal("restore", str(tmp_path / "a.backup"))
    (saved,) = tmp_path.glob("before-restore-*.backup")
    lived_in.portal("restore", str(saved))

    assert rows(lived_in) == later


def test_a_backup_goes_into_an_empty_place(
    lived_in: Installation, bare: Installation, tmp_path: Path, new_database_url
):
    before = rows(lived_in)
    lived_in.portal("backup", str(tmp_path / "a.backup"))
    lived_in.variables["PORTAL_DATABASE_URL"] = lived_in.database_url = new_database_url()

    lived_in.portal("restore", str(tmp_path / "a.backup"))

    assert rows(lived_in) == before


def test_a_backup_is_private(lived_in: Installation, tmp_path: Path):
    lived_in.portal("backup", str(tmp_path / "a.backup"))
    assert stat.S_IMODE((tmp_path / "a.backup").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".a.backup*")] == []


def test_a_damaged_backup_changes_nothing(lived_in: Installation, tmp_path: Path):
    path = tmp_path / "a.backup"
    lived_in.portal("backup", str(path))
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    before = rows(lived_in)

    with pytest.raises(DoesNotStart):
        lived_in.portal("restore", str(path))

    assert rows(lived_in) == before


@pytest.mark.parametrize("content", [b"", b"no backup", b"SQLite format 3\x00 or so"])
def test_what_is_no_backup_is_refused(place: Installation, tmp_path: Path, content: bytes):
    path = tmp_path / "a.backup"
    path.write_bytes(content)

    with pytest.raises(DoesNotStart, match=r"a\.backup"):
        place.portal("restore", str(path))

    with place.data():
        assert Customer.select().count() == 0
