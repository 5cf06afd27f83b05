"""Forms of templates of one's own: the fields that they declare are asked, with their types, and come back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from form_filling import as_word, controls_of
from form_samples import PLACE, codes, imported_from
from lxml import etree

from agreegen import generate
from agreegen.errors import AgreegenError, UsageError
from agreegen.forms import files, making
from agreegen.forms.declared import declaring, told, untold
from agreegen.forms.identity import path_of_control
from agreegen.forms.prose import text_of
from agreegen.packs import named
from agreegen.reading import read_source
from agreegen.template.base import pack as packed
from agreegen.template.base import unpack

sys.path.append(str(Path(__file__).parents[1] / "packs"))
import pack_samples as samples

if TYPE_CHECKING:
    import pathlib

    from agreegen.workspace import Workspace

RECORD = """\
    template: short
    version: "1"
    asks: own fields
    fields:
      end date: {type: date, meaning: Last day}
      fee: {type: text, required: no, example: "12.50"}
      area: {type: one of, choices: [north, south]}
      renewal: {type: yes/no, required: no}
      days: {type: number}
      topics: {type: list of text}
      county:
        from: recipient.name
      sites:
        type: list of blocks
        required: no
        fields:
          name: {type: text}
          beds: {type: number, required: no}
"""
TEXT = (
    "Between {{ county }} and the Department, until {{ end_date | date }} in the {{ area }}, for {{ days }} days.\n\n"
    "Signed by {{ recipient.signatory.title }}.\n\n"
    "{%p if fee %}\n\nThe fee is {{ fee }}.\n\n{%p endif %}\n\n{%p for t in topics %}\n\nOn {{ t }}.\n\n{%p endfor %}"
    "\n\n{%p for s in sites %}\n\nAt {{ s.name }}.\n\n{%p endfor %}\n\nEach Party pays."
)
ANSWERS = {
    ("proposal",): "Files of the county",
    ("provider", 0, "legal_name"): "Department of Data", ("provider", 0, "kind"): "state_agency",
    ("recipient", 0, "legal_name"): "County of Example", ("recipient", 0, "kind"): "county",
    ("recipient", 0, "signatory", "title"): "Director",
    ("extra", "end_date"): "2027-12-31", ("extra", "fee"): "12.50 & more", ("extra", "area"): "south",
    ("extra", "renewal"): "no", ("extra", "days"): "30", ("extra", "topics"): "one\ntwo",
    ("extra", "sites", 0, "name"): "Clinic", ("extra", "sites", 0, "beds"): "4", ("extra", "sites", 2, "name"): "Ward",
}  # fmt: skip
EXTRA = {
    "end date": "2027-12-31", "fee": "12.50 & more", "area": "south", "renewal": "no", "days": 30,
    "topics": ["one", "two"], "sites": [{"name": "Clinic", "beds": 4}, {"name": "Ward"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("own")
    samples.pack(root / "short", TEXT, RECORD)
    return _with_masters(root)


def _with_masters(root: pathlib.Path) -> Workspace:
    return samples.here(root, PLACE.templates, root / "short")


def blank(place: Workspace, **options: object) -> bytes:
    with mock.patch.object(making, "quick_contents", lambda docx, *_: docx):
        return making.blank("short", place, **options).docx  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def form(place: Workspace) -> bytes:
    return blank(place)


def filled(place: Workspace, docx: bytes, answers: dict[tuple[str | int, ...], str]) -> bytes:
    with declaring(named("short", place).fields):
        return as_word(docx, answers)


def test_each_declared_field_has_a_control_of_its_type(place: Workspace, form: bytes) -> None:
    with declaring(named("short", place).fields):
        controls = {path_of_control(s): s for s in controls_of(form)}
    kinds = {path[1:]: etree.QName(s[0][-1]).localname for path, s in controls.items() if path[0] == "extra"}
    assert kinds[("end_date",)] == "date"
    assert kinds[("area",)] == kinds[("renewal",)] == "dropDownList"
    assert kinds[("topics",)] == "richText"
    assert kinds[("fee",)] == kinds[("days",)] == kinds[("sites", 0, "name")] == "text"
    assert ("county",) not in kinds
    assert ("recipient", 0, "signatory", "title") in controls  # the text prints it
    assert ("purpose", "scope") not in controls  # it doesn't print this
    whole = text_of(etree.fromstring(unpack(form)["word/document.xml"]))
    assert "Last day" in whole
    assert "Such as 12.50" in whole
    assert "until [End date: choose a date] in the [Choose]" in whole


def test_what_was_filled_in_comes_back(place: Workspace, form: bytes, tmp_path: pathlib.Path) -> None:
    found = imported_from(filled(place, form, ANSWERS))
    data = read_source(found.text.encode(), "x.yaml").data
    assert data["template"] == "short"
    assert data["extra"] == EXTRA
    assert data["recipient"] == [
        {"legal name": "County of Example", "kind": "county", "signatory": {"title": "Director"}}
    ]
    assert codes(found) == []
    assert [f.message for f in found.findings] == []
    path = tmp_path / "back.yaml"
    path.write_text(found.text, encoding="utf-8")
    opened = generate.opened_proposal(path, place)
    assert opened.agreement is not None, opened.findings
    assert opened.agreement.context["proposal"]["extra"]["days"] == 30


def test_what_is_empty_or_cannot_be_is_told(place: Workspace, form: bytes) -> None:
    wrong = {**ANSWERS, ("extra", "days"): "soon"}
    del wrong["extra", "end_date"], wrong["extra", "topics"]
    found = imported_from(filled(place, form, wrong))
    assert {f.location.path for f in found.findings if f.code == "M002"} == {"extra: end date", "extra: topics"}
    (fault,) = [f for f in found.findings if f.code == "M003"]
    assert "needs a whole number" in fault.message
    assert fault.location.text == "Days *"
    assert "soon" in found.text


def test_a_form_that_lost_its_data_still_knows_its_fields(place: Workspace, form: bytes) -> None:
    members = unpack(filled(place, form, ANSWERS))
    empty = dict.fromkeys([n for n in members if n.startswith("customXml/item")], b"")
    found = imported_from(packed({**members, **empty}), again=lambda _: form)
    data = read_source(found.text.encode(), "x.yaml").data
    assert data["template"] == "short"
    assert data["extra"] == EXTRA
    assert codes(found) == ["M009"]


def test_a_proposal_for_it_settles_what_it_says(place: Workspace, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "started.yaml"
    path.write_text(
        "proposal: Files\ntemplate: short\nprovider: {legal name: Department of Data, kind: state agency}\n"
        "recipient: {legal name: County of Example, kind: county}\n"
        "extra:\n  end date: 2027-12-31\n  area: north\n  sites: [{name: Clinic}]\n",
        encoding="utf-8",
    )
    docx = blank(place, proposal=path)
    with declaring(named("short", place).fields):
        asked = {path_of_control(s) for s in controls_of(docx)}
    assert asked == {("extra", "days"), ("extra", "topics"), ("recipient", 0, "signatory", "title")}
    whole = text_of(etree.fromstring(unpack(docx)["word/document.xml"]))
    assert "until December 31, 2027 in the north" in whole
    answers = {("extra", "days"): "5", ("extra", "topics"): "one", ("recipient", 0, "signatory", "title"): "Director"}
    data = read_source(imported_from(filled(place, docx, answers)).text.encode(), "x.yaml").data
    assert data["extra"] == {"end date": "2027-12-31", "area": "north", "sites": [{"name": "Clinic"}], "days": 5,
                             "topics": ["one"]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("template: other\n", "write `templates blank other`"),
        ("", "add `template: short` to it"),
        ("template: short\nextra: {days: soon}\n", "needs a whole number"),
    ],
)
def test_a_proposal_that_does_not_fit_is_refused(
    place: Workspace, tmp_path: pathlib.Path, text: str, said: str
) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(f"proposal: X\nprovider: DHCS\nrecipient: Alameda County\n{text}", encoding="utf-8")
    with pytest.raises(AgreegenError) as error:
        blank(place, proposal=path)
    hint = error.value.hint if isinstance(error.value, UsageError) else str(error.value.findings)  # type: ignore[attr-defined]
    assert said in hint


def test_a_template_that_reckons_with_an_open_number_is_told(tmp_path: pathlib.Path) -> None:
    record = "template: short\nversion: '1'\nasks: own fields\nfields: {days: {type: number}}\n"
    samples.pack(tmp_path / "short", "For {{ days + 1 }} days.\n\nEach Party pays.", record)
    with pytest.raises(AgreegenError, match="days"):
        blank(_with_masters(tmp_path))


def test_a_form_is_made_again_from_what_it_remembers(place: Workspace, form: bytes, tmp_path: pathlib.Path) -> None:
    members = unpack(filled(place, form, ANSWERS))
    path = tmp_path / "filled.docx"
    path.write_bytes(packed({**members, "customXml/item2.xml": b""}))
    with mock.patch.object(making, "quick_contents", lambda docx, *_: docx):
        found = files.read(path, place)
    assert codes(found) == ["M009"]


def test_declared_fields_can_be_remembered(place: Workspace) -> None:
    fields = named("short", place).fields
    again = untold(told(fields))
    assert [f.key for f in again] == [f.key for f in fields if not f.taken]
    assert told(again) == told(fields)
    assert untold([{"key": "Bad Key!", "kind": "text"}, {"key": "x", "kind": "nothing"}, 3]) == ()
    assert untold(None) == ()
