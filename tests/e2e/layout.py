"""What breaks when there is little room or large type, measured in the page."""

from playwright.sync_api import Page

# What reaches past the right edge of the window, unless something around it scrolls by design.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width + 1) return [];
  const kept = ['auto', 'scroll', 'hidden', 'clip'];
  const scrolls = element => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (kept.includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  const words = element => `${element.tagName}.${element.className} ${element.textContent.trim()}`;
  const found = [...document.body.querySelectorAll('*')]
    .filter(element => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
    .map(element => words(element).slice(0, 120));
  return [`${document.documentElement.scrollWidth} > ${width} px`, ...found.slice(-4)];
}"""

# Text that a box hides: taller or wider than the box, and the box neither grows nor scrolls.
CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  if (box.width <= 1 || box.height <= 1 || style.visibility === 'hidden') return false;
  if (element.closest('.visually-hidden, svg') || !element.innerText?.trim()) return false;
  const hides = overflow => ['hidden', 'clip'].includes(overflow);
  return (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 2);
}).map(element => `${element.tagName}.${element.className} ${element.innerText.slice(0, 60)}`)"""

# Two things that are pressed lie on each other. A bar that stays at the edge may do so.
OVERLAPS = """() => {
  const controls = 'a[href], button, input:not([type=hidden]), select';
  const pressed = [...document.querySelectorAll(controls)]
    .filter(element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
                       && !element.closest('.visually-hidden, .skip, label, summary, table'))
    .map(element => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1);
  const floats = element => {
    for (let at = element; at; at = at.parentElement)
      if (['fixed', 'sticky'].includes(getComputedStyle(at).position)) return true;
    return false;
  };
  const found = [];
  for (const [i, [one, a]] of pressed.entries())
    for (const [two, b] of pressed.slice(i + 1)) {
      if (one.contains(two) || two.contains(one)) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 4 && down > 4 && floats(one) === floats(two))
        found.push(`${one.outerHTML.slice(0, 90)} lies on ${two.outerHTML.slice(0, 90)}`);
    }
  return found.slice(0, 4);
}"""

# How it looks with the focus is compared with how it looks without.
SHOWS_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return 'nothing';
  const around = [element, element.closest('label'), element.parentElement,
                  element.nextElementSibling].filter(Boolean);
  const look = () => JSON.stringify(around.map(at => ['', '::after'].map(part => {
    const style = getComputedStyle(at, part);
    const outline = style.outlineStyle === 'none' ? '' : style.outline;
    return [outline, style.boxShadow];
  })));
  const focused = look();
  element.blur();
  const left = look();
  element.focus();
  return focused === left ? element.outerHTML.slice(0, 200) : '';
}"""


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def cut_off(page: Page) -> list[str]:
    """Texts that are not shown whole."""
    found: list[str] = page.evaluate(CUT_OFF)
    return found


def overlaps(page: Page) -> list[str]:
    """Controls that cover each other."""
    found: list[str] = page.evaluate(OVERLAPS)
    return found


def focus_not_shown(page: Page) -> str:
    """The element that has the focus, if nothing shows it; or an empty text."""
    found: str = page.evaluate(SHOWS_FOCUS)
    return found
