"""The renderer's process: it may be killed, hang or fail, and the next document is made."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from portal.documents.pdf import render
from portal.documents.renderer import MOST_SECONDS, Renderer, RenderingFailed, render_in_process
from tests.documents.samples import a_document

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def renderer():
    renderer = Renderer()
    yield renderer
    renderer.close()


def workers() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if "portal.documents.worker" in child.cmdline()
    ]


def test_the_other_process_makes_the_same_bytes():
    assert render_in_process(a_document(), {}) == render(a_document(), {})


def test_typst_is_not_loaded_by_who_asks():
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, portal.documents.renderer; sys.exit('typst' in sys.modules)",
        ],
        check=False,
    )

    assert asked.returncode == 0


def test_a_worker_is_used_again(renderer):
    renderer.render(a_document(), {})
    first = workers()
    renderer.render(a_document(), {})

    assert workers() == first


def test_a_worker_killed_between_documents_is_replaced(renderer):
    before = {worker.pid for worker in workers()}
    renderer.render(a_document(), {})
    (mine,) = [worker for worker in workers() if worker.pid not in before]
    mine.kill()

    assert renderer.render(a_document(), {}).startswith(b"%PDF")


def test_a_worker_that_hangs_is_killed_after_its_time():
    renderer = Renderer(command=SLEEPER, seconds=0.2)

    with pytest.raises(RenderingFailed, match="too long"):
        renderer.render(a_document(), {})


def test_a_stopped_worker_is_killed_and_the_next_document_made():
    renderer = Renderer()
    before = {worker.pid for worker in workers()}
    renderer.render(a_document(), {})
    (mine,) = [worker for worker in workers() if worker.pid not in before]
    mine.suspend()
    renderer.seconds = 0.2

    with pytest.raises(RenderingFailed, match="too long"):
        renderer.render(a_document(), {})
    renderer.seconds = MOST_SECONDS
    assert renderer.render(a_document(), {}).startswith(b"%PDF")
    renderer.close()


def test_a_worker_that_cannot_start_fails_the_document():
    renderer = Renderer(command=(sys.executable, "-c", "raise SystemExit(3)"))

    with pytest.raises(RenderingFailed, match="died"):
        renderer.render(a_document(), {})


def test_a_document_that_cannot_be_rendered_does_not_end_the_worker(renderer):
    with pytest.raises(RenderingFailed, match="isoformat"):
        renderer.render(a_document(issued_on="yesterday"), {})
    assert renderer.render(a_document(), {}).startswith(b"%PDF")


def test_many_threads_share_two_workers(renderer):
    before = len(workers())
    with ThreadPoolExecutor(8) as threads:
        numbers = [f"A-{number}" for number in range(24)]
        made = list(
            threads.map(lambda number: renderer.render(a_document(number=number), {}), numbers)
        )
    assert len(workers()) - before <= 2
    assert len(set(made)) == 24


def test_who_waits_too_long_for_a_worker_is_told():
    renderer = Renderer(command=SLEEPER, seconds=0.1, at_once=0)

    with pytest.raises(RenderingFailed, match="busy"):
        renderer.render(a_document(), {})


def test_a_closed_renderer_leaves_no_process():
    renderer = Renderer()
    before = {worker.pid for worker in workers()}
    renderer.render(a_document(), {})
    renderer.close()

    assert {worker.pid for worker in workers()} <= before


def test_a_worker_has_no_more_memory_than_allowed(renderer):
    before = {worker.pid for worker in workers()}
    renderer.render(a_document(), {})
    (mine,) = [worker for worker in workers() if worker.pid not in before]

    assert mine.rlimit(psutil.RLIMIT_AS) == (512 * 1024 * 1024,) * 2


def test_a_worker_knows_no_secret(renderer, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "do-not-tell")
    before = {worker.pid for worker in workers()}
    renderer.render(a_document(), {})
    (mine,) = [worker for worker in workers() if worker.pid not in before]

    assert "do-not-tell" not in mine.environ().values()
