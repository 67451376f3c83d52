"""A reader of pages who takes nothing on trust."""

from html.parser import HTMLParser

UNLABELLED = frozenset({"hidden", "submit", "button", "image"})
FIELDS = frozenset({"input", "select", "textarea"})


class Page(HTMLParser):
    """Fails on doubled ids, unlabelled fields, missing alternatives, inline code, or a title
    unlike its heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str | None] = set()
        self.fields: set[str] = set()
        self.described: set[str] = set()
        self.headings: list[str] = []
        self.text = {"title": "", "h1": ""}
        self.inside: list[str] = []
        self.label_depth = 0
        self.feed(html)
        self.check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert "None" not in attributes.values(), f"a None reached <{tag}>: {attributes}"
        assert "style" not in attributes, f"an inline style on <{tag}>: {attributes}"
        handlers = [name for name in attributes if name.startswith(("on", "hx-on"))]
        assert not handlers, f"inline code on <{tag}>: {attributes}"
        if tag == "img":
            assert "alt" in attributes, f"a picture without words: {attributes}"
        if tag in self.text or tag == "label":
            self.inside.append(tag)
        if identity := attributes.get("id"):
            self.ids.append(identity)
        if tag == "label":
            self.labelled.add(attributes.get("for"))
        self.described |= set((attributes.get("aria-describedby") or "").split())
        if tag in FIELDS and attributes.get("type") not in UNLABELLED:
            wrapped = "label" in self.inside
            named = attributes.get("aria-label") or attributes.get("aria-labelledby") or wrapped
            if not named:
                self.fields.add(attributes.get("id") or f"<{tag} name={attributes.get('name')}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.reverse()
            self.inside.remove(tag)
            self.inside.reverse()

    def handle_data(self, data: str) -> None:
        for tag in self.inside:
            if tag in self.text:
                self.text[tag] += data
        if self.inside and self.inside[-1] == "h1":
            self.headings.append(data)

    def check(self) -> None:
        doubled = {identity for identity in self.ids if self.ids.count(identity) > 1}
        assert not doubled, f"an id is used twice: {sorted(doubled)}"
        assert self.fields <= self.labelled, f"no label for {self.fields - self.labelled}"
        assert self.described <= set(self.ids), (
            f"described by nothing: {self.described - set(self.ids)}"
        )
        heading, title = (" ".join(self.text[tag].split()) for tag in ("h1", "title"))
        assert heading, "a page needs an h1"
        assert title.startswith(heading), f"the title is not the heading: {title!r} {heading!r}"
