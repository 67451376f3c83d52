"""Macros of templates/components: what a screen reader, a keyboard and a strict policy need."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from wtforms import BooleanField, EmailField, FieldList, Form, RadioField, StringField
from wtforms.validators import InputRequired

TEMPLATES = Path(__file__).parents[2] / "templates"
HOSTILE = '"><script>alert(1)</script>'


class Person(Form):
    name = StringField("Name", [InputRequired("Enter a name.")])
    email = EmailField("Email")
    plan = RadioField("Plan", [InputRequired("Choose a plan.")], choices=["Small", "Large"])
    news = BooleanField("News by mail")
    tags = FieldList(StringField("Tag", [InputRequired("Enter a tag.")]), min_entries=1)


@pytest.fixture
def draw():
    """Render a line of Jinja with the components at hand, as strictly as can be."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(str, lambda one, *_: one, newstyle=True)
    environment.globals["csrf_token"] = lambda: "token"

    def render(component: str, names: str, source: str, **context: object) -> str:
        head = f'{{% from "components/{component}.html" import {names} %}}'
        return environment.from_string(head + source).render(**context)

    return render


def wrong() -> Person:
    form = Person(data={"tags": [""]})
    form.validate()
    return form


def test_a_field_has_a_label_above_and_no_errors_while_it_is_right(draw):
    html = draw("form", "field", "{{ field(form.email, autocomplete='email') }}", form=Person())
    assert '<label for="email">Email</label>' in html
    assert 'autocomplete="email"' in html
    assert "aria-" not in html


def test_a_wrong_field_says_so_to_everybody(draw):
    html = draw("form", "field", "{{ field(form.name, help='As on the invoice.') }}", form=wrong())
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="name-help name-errors"' in html
    assert re.search(r'id="name-errors".*Enter a name\.', html)


def test_what_was_typed_is_kept_and_escaped(draw):
    html = draw("form", "field", "{{ field(form.email) }}", form=Person(data={"email": HOSTILE}))
    assert "<script>" not in html
    assert "alert(1)" in html


def test_the_summary_leads_to_every_wrong_field(draw):
    form = wrong()
    html = draw("form", "error_summary", "{{ error_summary(form) }}", form=form)
    assert 'role="alert"' in html
    assert re.findall(r'href="#([^"]+)"', html) == ["name", "plan-0", "tags-0"]


def test_a_form_without_errors_has_no_summary(draw):
    assert not draw("form", "error_summary", "{{ error_summary(form) }}", form=Person()).strip()


def test_a_switch_is_a_labelled_checkbox(draw):
    html = draw("form", "switch", "{{ switch(form.news) }}", form=Person())
    assert 'type="checkbox"' in html
    assert 'role="switch"' in html
    assert '<label for="news">' in html


def test_option_cards_are_radios_in_a_named_group(draw):
    source = "{{ option_cards(form.plan, notes={'Large': 'For teams'}) }}"
    html = draw("form", "option_cards", source, form=Person())
    assert "<legend>Plan</legend>" in html
    assert html.count('type="radio"') == 2
    assert html.count("For teams") == 1


def test_a_button_that_changes_something_posts_with_a_token(draw):
    html = draw("form", "post_button", "{{ post_button('/x', 'Remove', hidden={'a': 'b'}) }}")
    assert '<form method="post" action="/x">' in html
    assert '<input type="hidden" name="csrf_token" value="token">' in html
    assert '<input type="hidden" name="a" value="b">' in html


@pytest.mark.parametrize("kind", ["columns", "line"])
@pytest.mark.parametrize(
    "points",
    [
        [("Jan", 0, "0")],
        [("Jan", 3, "3"), ("Feb", 12, "12")],
        [(str(n), n * 1000, str(n)) for n in range(60)],
        [("Jan", -5, "-5"), ("Feb", 5, "5")],
    ],
)
def test_a_chart_is_a_drawing_with_words_and_figures(draw, kind, points):
    html = draw(
        "chart", kind, f"{{{{ {kind}('c', 'Title', 'It rises.', points) }}}}", points=points
    )
    drawing = ET.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    assert (drawing.find("title").text, drawing.find("desc").text) == ("Title", "It rises.")
    assert html.count('<th scope="row">') == len(points)
    assert not re.search(r'(?:height|width|y)="-', html)
    assert "style=" not in html


@pytest.mark.parametrize("kind", ["columns", "line", "ranking"])
def test_a_chart_of_nothing_is_no_error(draw, kind):
    assert "Title" in draw("chart", kind, f"{{{{ {kind}('c', 'Title', 'Nothing yet.', []) }}}}")


def test_every_drawing_is_hidden_from_readers_unless_it_has_words(draw):
    assert 'aria-hidden="true"' in draw("icon", "icon", "{{ icon('check') }}")
    assert 'role="img" aria-label="Done"' in draw("icon", "icon", "{{ icon('check', 'Done') }}")


def test_a_table_cell_knows_its_column_where_columns_fall_away(draw):
    source = (
        "{% call table('Invoices', ['Number', {'label': 'Total', 'numeric': True}]) %}"
        "<tr>{{ cell('A-1', href='/a') }}{{ cell('9', 'Total', numeric=True) }}</tr>{% endcall %}"
    )
    html = draw("table", "table, cell", source)
    assert '<th scope="col" class="number">Total</th>' in html
    assert '<td class="number" data-label="Total">' in html
    assert '<caption class="visually-hidden">Invoices</caption>' in html


def test_show_more_is_a_link_first(draw):
    html = draw("table", "show_more", "{{ show_more('/i?page=2', 'invoices') }}")
    assert 'href="/i?page=2" hx-get="/i?page=2" hx-target="#invoices tbody"' in html
    assert 'hx-select="#invoices tbody &gt; tr" hx-select-oob="#invoices-more"' in html


def test_the_end_of_a_list_leads_nowhere_but_can_be_swapped_in(draw):
    html = draw("table", "show_more", "{{ show_more('', 'invoices') }}")
    assert 'id="invoices-more"' in html
    assert "<a" not in html


def test_a_copy_button_has_a_field_beside_it(draw):
    html = draw("copyable", "copyable", "{{ copyable('https://x.example', 'Link', 'link') }}")
    assert '<label for="link">Link</label>' in html
    assert 'data-copy="link"' in html
    assert 'id="link" value="https://x.example" readonly' in html


def test_values_in_a_list_of_facts_are_escaped_and_empty_ones_left_out(draw):
    pairs = [("Name", HOSTILE), ("Phone", None), ("Fax", ""), ("Seats", 0)]
    html = draw("card", "facts", "{{ facts(pairs) }}", pairs=pairs)
    assert "<script>" not in html
    assert re.findall(r"<dt>(\w+)", html) == ["Name", "Seats"]
