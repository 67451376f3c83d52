from datetime import UTC, datetime, timedelta

from portal.ids import is_id, new_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_ids_made_in_a_row_ascend_even_within_a_millisecond():
    ids = [new_id("cus") for _ in range(2000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_ids_sort_bytewise_by_the_moment_they_were_made_for():
    moments = [NOW + timedelta(milliseconds=step) for step in (0, 1, 61, 62, 10**6, 10**10)]

    ids = [new_id("in", at) for at in moments]

    assert [text.encode() for text in ids] == sorted(text.encode() for text in ids)


def test_ids_for_one_moment_ascend_though_others_are_made_in_between():
    ids = []
    for step in range(200):
        ids.append(new_id("evt", NOW))
        new_id("job", NOW + timedelta(seconds=step % 7 + 1))

    assert ids == sorted(ids)


def test_an_id_for_the_past_does_not_follow_from_the_last_one():
    latest = new_id("cus", NOW)

    assert new_id("cus", NOW - timedelta(days=1)) < latest


def test_an_id_names_its_kind():
    made = new_id("cus")

    assert len(made) == len("cus_") + 22
    assert is_id(made, "cus")
    assert not is_id(made, "in")
    assert not is_id("cus_short", "cus")
    assert not is_id("cus_" + "é" * 22, "cus")
