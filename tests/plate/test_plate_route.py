"""Routes: the values that they find are those that the template prints, and what they don't know they leave alone."""

from __future__ import annotations

import copy
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from agreegen import template
from agreegen.plate.another import another
from agreegen.plate.asking import Data, UnaskedError, same
from agreegen.plate.route import OFTEN, Elsewhere, Route, Routes
from agreegen.plate.shape import PLAIN, Laid, Shape, constants, laid, plain_places
from agreegen.template.printing import text as printer

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from plate_samples import Series

    from agreegen.template import Template

TEXTS = (
    "{{ party.name }} of {{ party.county | upper }} county",
    "{% if party.kind == 'county' %}a county{% elif party.kind is none %}nobody{% else %}{{ party.kind }}{% endif %}",
    "{% for c in contacts %}{{ loop.index }} {{ c.name }} ({{ c.email or 'no address' }}){% if not loop.last %},"
    "{% endif %}{% endfor %}",
    "{{ contacts | map(attribute='name') | listing }} and {{ contacts | length }}",
    "{% if contacts | selectattr('email') | list %}addresses{% endif %}{% if 'x' in party.name %}with x{% endif %}",
    "{% set both = party.name ~ ' in ' ~ party.county %}{{ both }}",
    "{{ party.date | date }} {{ [party.name, party.county] | listing }} {{ count + 1 }}",
    "{% if party.name.lower().startswith('a') and party.note is not defined %}first{% endif %}",
    "{{ people | map(attribute='name') | listing }}: {{ contacts | rejectattr('email') | list | length }}"
    "{{ contacts | selectattr('email') | map(attribute='name') | join(', ') }}",
    "{% for key, value in names.items() %}{{ key }}: {{ value }};{% endfor %}",
)
DATA: dict[str, Any] = {
    "party": {"name": "Alpine", "county": "Alpine", "kind": "county", "date": dt.date(2027, 2, 9)},
    "contacts": [{"name": "Clerk", "email": "clerk@example.gov"}, {"name": "Counsel", "email": None}],
    "names": {"one": "first", "two": "second"},
    "people": [{"name": "Everybody"}, {"name": "Nobody"}],
    "count": 3,
}
NAMES = st.sampled_from(
    [
        "Alpine",
        "Yolo",
        "Inyo xx",
        "amador",
        "San Luis Obispo",
        "A & B",
        "",
        "x",
        "x|y",
        "| x",
        "x  y",
        "Piñon",
        "a\u200bb",
    ]
)


def compiled(folder: pathlib.Path, *texts: str) -> Template:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    held = io.BytesIO()
    document.save(held)
    path = folder / "text.docx"
    path.write_bytes(held.getvalue())
    return template.compile(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return compiled(tmp_path_factory.mktemp("template"), *TEXTS)


def route(template: Template, data: Mapping[str, Any], other: Mapping[str, Any]) -> Route:
    base = laid(template, data)
    fixed = constants(template)
    return Route.of(template, Shape.of(base, sorted(plain_places(base, fixed)), fixed), base, Data(data, other))


def agree(template: Template, route: Route, data: Mapping[str, Any]) -> bool:
    """Whether the route is of these data; the values that it finds then are those of the template."""
    route.followed, route.function = 0, None
    found = route.follow(data)
    route.followed = OFTEN - 1  # from now on it is written as a function
    assert route.follow(data) == found
    assert route.function is not None or data.keys() != route.names
    if isinstance(found, Elsewhere):
        return False
    assert found == route.shape.values(laid(template, data))
    return True


def partner(**said: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DATA), "party": {**DATA["party"], **said}}


def test_values_come_from_the_data(made: Template) -> None:
    first = route(made, DATA, partner(name="Amador", county="Amador", date=dt.date(2027, 3, 1)))
    assert agree(made, first, DATA)
    assert agree(made, first, partner(name="Alameda", county="Alameda", date=dt.date(2028, 1, 31)))
    assert not agree(made, first, partner(name="Yolo"))  # doesn't start with a
    assert not agree(made, first, partner(name="Ax"))  # has the letter that is asked for
    assert not agree(made, first, partner(kind="city"))
    assert not agree(made, first, partner(kind=None))
    assert not agree(made, first, partner(note="more"))
    assert not agree(made, first, partner(name="A\nB"))  # not plain
    assert not agree(made, first, {**DATA, "contacts": DATA["contacts"][:1]})
    assert not agree(made, first, {**DATA, "count": 4})
    assert not agree(made, first, {"party": {}})


def test_what_was_taken_for_constant_is_named_and_asked_the_next_time(made: Template) -> None:
    shape = Shape.of(base := laid(made, DATA), sorted(plain_places(base, constants(made))), constants(made))
    routes = Routes()
    routes.learn(made, shape, base, Data(DATA, partner(name="Amador")))
    other = partner(county="Amador")
    assert routes.values(other) is None
    routes.learn(made, shape, laid(made, other), Data(other, partner(name="Amador")))
    assert routes.values(partner(county="Kings", name="Arvin")) == shape.values(
        laid(made, partner(county="Kings", name="Arvin"))
    )


@given(st.data())
def test_a_route_finds_what_the_template_prints(made: Template, data: st.DataObject) -> None:
    def drawn() -> dict[str, Any]:
        people = st.fixed_dictionaries({"name": NAMES, "email": NAMES | st.none()})
        party = {"name": NAMES, "county": NAMES, "kind": NAMES | st.none(), "date": st.dates()}
        return {
            "party": data.draw(st.fixed_dictionaries(party)),
            "contacts": data.draw(st.lists(people, min_size=1, max_size=3)),
            "names": data.draw(st.dictionaries(NAMES, NAMES, max_size=2)),
            "people": copy.deepcopy(DATA["people"]),
            "count": data.draw(st.integers(0, 3)),
        }

    one = drawn()
    try:
        first = route(made, one, drawn())
    except UnaskedError:
        return
    assert agree(made, first, one)
    for _ in range(4):
        agree(made, first, drawn())


@given(st.lists(st.text("aé|& <>\t\u00ad\u4e2d", max_size=6), max_size=4))
def test_values_fit_together_if_each_does(values: list[str]) -> None:
    shape = Shape.of(Laid([], ()), [0], frozenset({"aa"}))
    fit = all(PLAIN.fullmatch(value) is not None and value != "aa" for value in values)
    assert shape.fit(tuple(values)) == fit
    assert shape.fit((*values, 1)) is shape.fit((*values, Markup("a"))) is False
    assert not shape.fit_soon(tuple(values)) or (fit and values == [printer(value) for value in values])


def test_texts_of_ascii_are_soon_seen_to_fit(made: Template) -> None:
    shape = route(made, DATA, partner(name="Amador")).shape
    assert shape.fit_soon(("Yolo", "County of Inyo (No. 1)", "a-b@c.gov"))


@pytest.mark.parametrize(
    "text",
    [
        "{{ 2 * count }}",
        "{{ {'a': party.name, 'b': party.county}.values() | max }}",
        "{% for v in {'a': party.name, 'b': party.county}.items() | sort(attribute=1) %}{{ v[1] }}{% endfor %}",
        "{% set g = people | map('lower') %}{% if 'x' in g %}has x{% endif %}{% for c in g %}{{ c }}{% endfor %}",
        "{% set r = people | reverse %}{{ r | list | length }} {{ r | list | length }}",
        "{% if party.name is sameas party.county %}same{% endif %}",
        "{% if more is defined %}{{ more }}{% endif %}",
        "{{ none_of_it | default(party.name) }}",
    ],
)
def test_looks_that_are_not_known_as_steps(text: str, tmp_path: pathlib.Path) -> None:
    """Nothing is learned, or what is learned holds for other data, too."""
    made = compiled(tmp_path, "{{ party.name }}", text)
    names = ("Zeta", "Yolo", "alpine")
    lists: tuple[list[str], ...] = ([], ["x", "x"], ["x", "y"], ["z"])
    every = [{**partner(name=a, county=b), "people": p, "count": len(p)} for a in names for b in names for p in lists]
    every += [{**one, "more": "more"} for one in every[:4]]
    for own, other in zip(every, reversed(every), strict=True):
        try:
            first = route(made, own, other)
        except Exception:  # the template can't be run, or not under watch
            continue
        for one in every:
            agree(made, first, one)


def test_another_county_by_the_route_of_an_agreement(counties: Series) -> None:
    opened = counties.opened
    assert opened.agreement is not None
    assert opened.template is not None
    base, fixed = laid(opened.template, opened.agreement.context), constants(opened.template)
    shape = Shape.of(base, sorted(plain_places(base, fixed)), fixed)
    routes = Routes()
    made_up = another(opened.agreement, "alameda-county")
    routes.learn(opened.template, shape, base, Data(opened.agreement.context, made_up))
    for name in ("Alpine", "Amador", "Inyo"):
        other, _ = counties.having({"Alameda": name, "alameda": name.lower()})
        assert other.agreement is not None
        one = laid(opened.template, other.agreement.context)
        found = routes.values(other.agreement.context)
        assert found == shape.values(one) or (found is None and name == "Alpine")
        routes.learn(opened.template, shape, one, Data(other.agreement.context, made_up))


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), ([1], (1,)), ({"a": 1}, {"a": 2}), ({"a": 1, "b": 1}, {"b": 1, "a": 1})]
)
def test_values_of_other_types_or_order_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert same(one, copy.deepcopy(one))
