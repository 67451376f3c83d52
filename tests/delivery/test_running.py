"""Jobs: run once, again after a failure, in turn, and never for ever."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from portal.crypto import Keyring
from portal.database import write
from portal.delivery import jobs
from portal.delivery.jobs import LEASE, Hopeless, Job, Run, Unfinished, enqueue
from portal.delivery.running import HandedBack, Report, Runner
from tests.factories import NOW, a_merchant

SECOND = timedelta(seconds=1)


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def runner(db, settings) -> Runner:
    return Runner(settings, Keyring(settings.secret_key))


@pytest.fixture(autouse=True)
def registered(ran: list[str]) -> Iterator[None]:
    """Jobs of this test only."""
    before = dict(jobs._registry)

    @jobs.job
    def note(run: Run, word: str) -> None:
        ran.append(word)

    @jobs.job
    def fail(run: Run, word: str = "") -> None:
        ran.append("failed")
        raise OSError("no answer from ada@example.com")

    @jobs.job
    def give_up(run: Run) -> None:
        raise Hopeless("no such mailbox")

    @jobs.job
    def leave(run: Run) -> None:
        raise HandedBack

    @jobs.job
    def count_down(run: Run, left: int) -> None:
        ran.append(str(left))
        if left:
            raise Unfinished({"left": left - 1})

    yield
    jobs._registry.clear()
    jobs._registry.update(before)


def run_all(runner: Runner, at=NOW) -> Report:
    report = Report()
    while runner.run_next(at, report):
        pass
    return report


def test_a_job_runs_once_and_is_gone(runner, ran):
    enqueue("note", at=NOW, word="hello")
    assert run_all(runner).done == 1
    assert run_all(runner).done == 0
    assert ran == ["hello"]
    assert Job.select().count() == 0


def test_a_job_does_not_run_before_its_time(runner, ran):
    enqueue("note", at=NOW + SECOND, word="later")
    assert run_all(runner).done == 0
    assert run_all(runner, NOW + SECOND).done == 1


def test_a_failure_is_tried_again_later_and_later(runner, ran):
    job = enqueue("fail", at=NOW)
    at, delays = NOW, []
    for _ in range(4):
        assert run_all(runner, at).failed == 1
        delays.append((job.refresh().run_at - at).total_seconds())
        at = job.run_at
    assert delays == [10, 30, 90, 270]
    assert ran == ["failed"] * 4


def test_an_error_is_kept_without_addresses(runner):
    job = enqueue("fail", at=NOW)
    run_all(runner)
    assert job.refresh().last_error == "OSError: no answer from a***@e***.com"


def test_a_job_dies_after_its_last_attempt_and_its_arguments_with_it(runner):
    job = enqueue("fail", at=NOW, most_attempts=2, word="a sealed code", unique_key="once")
    run_all(runner)
    run_all(runner, NOW + timedelta(hours=3))
    job.refresh()
    assert job.dead_at == NOW + timedelta(hours=3)
    assert job.arguments == {}
    assert job.unique_key is None
    assert run_all(runner, NOW + timedelta(days=9)).failed == 0


def test_what_is_hopeless_dies_at_once(runner):
    job = enqueue("give_up", at=NOW)
    assert not run_all(runner).is_clean
    assert job.refresh().dead_at == NOW


def test_a_job_that_nobody_knows_dies(runner):
    job = enqueue("no_such_job", at=NOW)
    assert run_all(runner).failed == 1
    assert job.refresh().dead_at == NOW


def test_an_expired_job_is_dropped_and_never_run(runner, ran):
    enqueue("note", at=NOW, expires_at=NOW + SECOND, word="too late")
    report = run_all(runner, NOW + SECOND)
    assert (report.dropped, ran) == (1, [])
    assert Job.select().count() == 0


def test_a_job_that_expires_is_not_kept_waiting_beyond_that(runner):
    job = enqueue("fail", at=NOW, expires_at=NOW + 3 * SECOND)
    run_all(runner)
    assert job.refresh().run_at == NOW + 3 * SECOND
    assert run_all(runner, NOW + 3 * SECOND).dropped == 1


def test_a_leased_job_is_nobody_elses(runner):
    enqueue("note", at=NOW, word="mine")
    assert runner.claim(NOW)
    assert runner.claim(NOW + LEASE - SECOND) is None


def test_the_job_of_a_worker_that_died_is_taken_over_when_its_lease_is_over(runner, ran):
    enqueue("note", at=NOW, word="again")
    assert runner.claim(NOW)
    assert run_all(runner, NOW + LEASE).done == 1
    assert ran == ["again"]


def test_a_worker_that_comes_too_late_changes_nothing(runner):
    enqueue("note", at=NOW, word="x")
    slow = runner.claim(NOW)
    assert slow
    quick = runner.claim(NOW + LEASE)
    runner._finish(slow, NOW + LEASE)
    assert Job.get_by_id(quick.id).leased_until == quick.leased_until


def test_a_job_in_hand_is_handed_back_when_the_process_has_to_go(runner):
    job = enqueue("leave", at=NOW)
    with pytest.raises(HandedBack):
        runner.run_next(NOW, Report())
    job.refresh()
    assert (job.leased_until, job.attempts) == (None, 0)


def test_only_one_job_waits_under_a_key(runner):
    first = enqueue("note", at=NOW, unique_key="k", word="one")
    assert enqueue("note", at=NOW, unique_key="k", word="two") == first
    assert Job.select().count() == 1


def test_long_work_goes_on_where_it_stopped(runner, ran):
    enqueue("count_down", at=NOW, left=2)
    run_all(runner)
    assert ran == ["2", "1", "0"]


def test_many_jobs_of_one_merchant_do_not_keep_another_waiting(runner, ran):
    busy, calm = a_merchant(), a_merchant()
    for _ in range(5):
        enqueue("note", at=NOW, merchant=busy, word="busy")
    enqueue("note", at=NOW, merchant=calm, word="calm")
    run_all(runner)
    assert ran.index("calm") <= 1


def test_the_installations_own_jobs_have_every_second_turn(runner, ran):
    merchant = a_merchant()
    for _ in range(3):
        enqueue("note", at=NOW, merchant=merchant, word="theirs")
        enqueue("note", at=NOW, word="ours")
    run_all(runner)
    assert ran == ["theirs", "ours"] * 3


def test_what_expires_goes_first(runner, ran):
    enqueue("note", at=NOW, word="patient")
    enqueue("note", at=NOW, expires_at=NOW + timedelta(minutes=10), word="code")
    run_all(runner)
    assert ran == ["code", "patient"]


def test_the_lag_is_that_of_the_oldest_job_that_had_no_turn(runner):
    assert Job.lag(NOW) == timedelta(0)
    enqueue("note", at=NOW, word="x")
    enqueue("fail", at=NOW - timedelta(hours=1))
    runner.claim(NOW)
    assert Job.lag(NOW + 5 * SECOND) == 5 * SECOND


def test_a_job_is_enqueued_only_if_its_cause_is_committed(runner, ran):
    class RuleSaysNo(Exception):
        pass

    with pytest.raises(RuleSaysNo), write():  # noqa: PT012
        enqueue("note", at=NOW, word="never")
        raise RuleSaysNo
    assert run_all(runner).done == 0


def test_recurring_work_is_put_back(run_once: Callable[..., Report]):
    assert run_once(NOW).is_clean
    waiting = {job.name: job.run_at for job in Job.select()}
    assert waiting["run_billing_cycle"] == NOW + timedelta(minutes=1)
    assert waiting["delete_what_is_over"] == NOW + timedelta(hours=1)
