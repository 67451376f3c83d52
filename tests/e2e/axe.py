"""What axe-core finds on a page, in words."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
CONTRAST = ("color-contrast", "link-in-text-block")
SHOWN = 3


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Each broken rule of WCAG 2.2 AA with the elements that break it; or of some rules only."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    result = page.evaluate(
        "options => axe.run(document, options)",
        {"runOnly": only, "resultTypes": ["violations"], "iframes": False},
    )
    return [_words(found) for found in result["violations"]]


def _words(found: dict[str, Any]) -> str:
    nodes = found["nodes"]
    shown = "; ".join(
        f"{node['target']} {node['html'][:160]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for node in nodes[:SHOWN]
    )
    return f"{found['id']} ({len(nodes)}): {shown}"
