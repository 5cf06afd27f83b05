"""Blank forms: a control for each open field, bound and locked; the text of the agreement as it is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from form_filling import controls_of, data_of
from form_samples import PLACE, ROOT, form_of, made, opened
from lxml import etree

from agreegen.errors import FindingsError, UsageError
from agreegen.forms import boilerplate, store
from agreegen.forms.controls import DATA, STORE, W14, W15, W, xpath
from agreegen.forms.fields import field_at, leaves, tag_of, top
from agreegen.forms.identity import path_of_control
from agreegen.forms.kinds import RICH, Kind
from agreegen.forms.prose import text_of
from agreegen.forms.reading import is_hint
from agreegen.forms.stand_in import SIGN
from agreegen.generate import document
from agreegen.law import PROGRAM_OF, VARIANTS
from agreegen.law.requirements import requirements
from agreegen.rules import complete
from agreegen.template.base import unpack

if TYPE_CHECKING:
    import pathlib

_W = f"{{{W}}}"


VARIANTS_TESTED = [pytest.param(v, marks=() if v == "university" else pytest.mark.slow) for v in VARIANTS]


def body(docx: bytes) -> etree._Element:
    return etree.fromstring(unpack(docx)["word/document.xml"])


def paths(docx: bytes) -> list[tuple[str | int, ...]]:
    return [path_of_control(s) for s in controls_of(docx)]


def val(sdt: etree._Element, name: str) -> str:
    found = sdt.find(f"{_W}sdtPr/{_W}{name}")
    assert found is not None, name
    return found.get(f"{_W}val") or ""


def test_each_control_is_named_typed_bound_and_cannot_be_deleted(county_form: bytes) -> None:
    controls = controls_of(county_form)
    assert len(controls) > 300
    data = etree.fromstring(unpack(county_form)["customXml/item1.xml"])
    for sdt in controls:
        path = path_of_control(sdt)
        field = field_at(path)
        assert field is not None
        assert val(sdt, "tag") == field.tag
        assert 0 < len(val(sdt, "alias")) <= 64
        assert val(sdt, "lock") == "sdtLocked"
        space = f"{{{W15}}}" if field.kind in RICH else _W
        bound = sdt.find(f"{_W}sdtPr/{space}dataBinding")
        assert bound is not None
        assert bound.get(f"{_W}storeItemID") == STORE
        assert len(data.xpath(bound.get(f"{_W}xpath") or "", namespaces={"f": DATA})) == 1
        kind = {
            Kind.DATE: f"{_W}date",
            Kind.CHOICE: f"{_W}dropDownList",
            Kind.CHECK: f"{{{W14}}}checkbox",
            Kind.RICH: f"{_W}richText",
            Kind.LINES: f"{_W}richText",
        }.get(field.kind, f"{_W}text")
        assert sdt.find(f"{_W}sdtPr/{kind}") is not None, field.tag


ORDER = ("rPr", "alias", "tag", "id", "lock", "placeholder", "temporary", "showingPlcHdr", "dataBinding", "label",
         "tabIndex", "text", "richText", "date", "dropDownList", "checkbox", "repeatingSection",
         "repeatingSectionItem")  # fmt: skip
"""The children of CT_SdtPr in their order (ECMA-376 Part 1, A.1); the types of a control, one of which is its last."""


def test_properties_of_controls_have_the_order_of_the_schema(county_form: bytes) -> None:
    seen = set()
    for pr in body(county_form).iter(f"{_W}sdtPr"):
        names = [etree.QName(e).localname for e in pr]
        assert names == sorted(names, key=ORDER.index), names
        assert len(names) == len(set(names))
        assert ORDER.index(names[-1]) >= ORDER.index("text"), names
        seen.add(names[-1])
    assert seen == set(ORDER[ORDER.index("text") :])


def test_prose_is_rich_text_and_stands_alone_in_its_paragraph(county_form: bytes) -> None:
    prose = [s for s in controls_of(county_form) if s.find(f"{_W}sdtPr/{_W}richText") is not None]
    assert {("purpose", "scope"), ("security", "protocols"), ("use", "roles")} <= {path_of_control(s) for s in prose}
    for sdt in prose:
        parent = sdt.getparent()
        assert parent is not None
        assert text_of(parent) == text_of(sdt)
        marks = [sdt.getprevious(), sdt.getnext()]
        assert [etree.QName(m).localname for m in marks if m is not None] == ["bookmarkStart", "bookmarkEnd"]
    names = [e.get(f"{_W}name") for e in body(county_form).iter(f"{_W}bookmarkStart")]
    assert len(names) == len(set(names))
    ids = [e.get(f"{_W}id") for e in body(county_form).iter(f"{_W}bookmarkStart")]
    assert len(ids) == len(set(ids))
    assert max(len(n or "") for n in names) <= 40
    assert "describes its scope as follows: [Purpose: Scope, as filled in above]" in text_of(body(county_form))


def test_ids_of_controls_are_their_own(county_form: bytes) -> None:
    found = [
        e.get(f"{_W}val")
        for n, d in unpack(county_form).items()
        if n.startswith("word/") and n.endswith(".xml")
        for e in etree.fromstring(d).iter(f"{_W}id")
        if e.getparent() is not None and e.getparent().tag == f"{_W}sdtPr"
    ]  # type: ignore[union-attr]
    assert len(found) > 300
    assert len(set(found)) == len(found)


def test_drop_downs_have_the_words_of_the_model(county_form: bytes) -> None:
    sdt = next(s for s in controls_of(county_form) if path_of_control(s) == ("recipient", 0, "kind"))
    items = {i.get(f"{_W}value"): i.get(f"{_W}displayText") for i in sdt.iter(f"{_W}listItem")}
    assert items["school_agency"] == "school agency"


def test_an_empty_control_shows_its_hint_and_is_marked_so(county_form: bytes) -> None:
    for sdt in controls_of(county_form):
        field = field_at(path_of_control(sdt))
        assert field is not None
        marked = sdt.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None
        content = sdt.find(f"{_W}sdtContent")
        assert content is not None
        assert marked == (not field.preset)
        assert is_hint(field, text_of(content)) == marked or field.kind is Kind.CHECK


def test_a_field_in_several_places_is_one_node(county_form: bytes) -> None:
    names = [s for s in controls_of(county_form) if path_of_control(s) == ("recipient", 0, "legal_name")]
    assert len(names) > 3
    assert {s.find(f"{_W}sdtPr/{_W}dataBinding").get(f"{_W}xpath") for s in names} == {  # type: ignore[union-attr]
        xpath(("recipient", 0, "legal_name"))
    }
    footer = controls_of(county_form, "word/footer.xml")
    assert [path_of_control(s) for s in footer] == [("proposal",)]


@pytest.mark.parametrize("variant", VARIANTS_TESTED)
def test_every_field_that_the_program_asks_for_has_a_control(variant: str) -> None:
    found = {re.sub(r"\[\d+\]", "[]", f.tag) for p in paths(form_of(variant)) if (f := field_at(p)) is not None}
    plain = {t.replace("provider[]", "provider").replace("recipient[]", "recipient") for t in found}
    asked = [r.field for r in requirements(PROGRAM_OF[variant]) if r.need != "no"]
    assert len(asked) > 40
    missing = [name for name in asked if not any(t == name or t.startswith((f"{name}.", f"{name}[")) for t in plain)]
    assert missing == []


def test_what_check_insists_on_is_asked_with_a_star(county_form: bytes) -> None:
    """Whether there is research, a transfer of funds, further disclosure: without an answer no agreement is made."""
    record = store.stored(unpack(county_form))[1]
    assert record is not None
    tags = {tag_of(path) for path in paths(county_form)}
    for question in complete.QUESTIONS:
        assert f"{question}.answer" in tags
        assert f"{question}.answer" in record.asked
    assert "dates.end" in tags
    assert "use.artificial_intelligence.answer" in tags
    assert "use.artificial_intelligence.answer" not in record.asked


def test_a_county_is_not_asked_what_only_campuses_are(county_form: bytes) -> None:
    county, campus = set(paths(county_form)), set(paths(form_of("university", every=False)))
    assert ("recipient", 0, "governing_body", "name") in county
    for field in ("campus", "contracting_party"):
        assert ("recipient", 0, field) not in county
        assert ("recipient", 0, field) in campus
    assert ("recipient", 1, "campus") in paths(made("local-government", every=False, sides=(1, 2)).docx)


def test_a_form_of_all_fields_has_all() -> None:
    wanted = {f.path for e in top() for f in leaves(e, 1)}
    assert wanted <= set(paths(form_of("university")))


@pytest.mark.parametrize("variant", VARIANTS_TESTED)
def test_no_sign_of_an_open_field_is_left(variant: str) -> None:
    docx = form_of(variant)
    assert not any(SIGN.search(data.decode(errors="ignore")) for data in unpack(docx).values())
    assert "form.invalid" not in str(unpack(docx))
    title = unpack(docx)["docProps/core.xml"].decode()
    assert "[Name of the use case]" in title


def test_the_text_is_locked(county_form: bytes) -> None:
    settings = etree.fromstring(unpack(county_form)["word/settings.xml"])
    said = settings.find(f"{_W}documentProtection")
    assert said is not None
    assert (said.get(f"{_W}edit"), said.get(f"{_W}enforcement")) == ("forms", "1")
    order = [etree.QName(e).localname for e in settings]
    assert order.index("documentProtection") < order.index("defaultTabStop")


def test_only_fields_stand_in_controls(county_form: bytes) -> None:
    """What can be typed over is hints and defaults; no word of the agreement is inside of a control."""
    for sdt in controls_of(county_form):
        field = field_at(path_of_control(sdt))
        content = sdt.find(f"{_W}sdtContent")
        assert field is not None
        assert content is not None
        shown = text_of(content)
        assert is_hint(field, shown) or shown in ("\u2610", "\u2612", field.preset.replace("_", " ")), shown


def test_boxes_are_true_or_false_in_the_data_as_word_reads_them(county_form: bytes) -> None:
    data = data_of(county_form)
    assert data["data", "elements", 0, "required"] == "true"
    assert data["use", "products", 0, "public"] == "false"
    assert data["use", "products", 0, "stage"] == "final"


def test_lists_repeat_and_their_copies_would_be_bound(county_form: bytes) -> None:
    sections = [
        s for s in body(county_form).iter(f"{_W}sdt") if s.find(f"{_W}sdtPr/{{{W15}}}repeatingSection") is not None
    ]
    names = {val(s, "tag") for s in sections}
    assert {"data.elements", "use.users", "use.products"} <= names
    elements = next(s for s in sections if val(s, "tag") == "data.elements")
    items = elements.findall(f"{_W}sdtContent/{_W}sdt")
    assert len(items) == 8
    assert all(i.find(f"{_W}sdtPr/{{{W15}}}repeatingSectionItem") is not None for i in items)
    bound = elements.find(f"{_W}sdtPr/{{{W15}}}dataBinding")
    assert bound is not None
    assert (bound.get(f"{_W}xpath") or "").endswith("/f:elements[1]/f:item")


def test_tables_of_the_agreement_show_the_first_entry_of_a_list_that_all_have(county_form: bytes) -> None:
    printed = [s for s in controls_of(county_form) if path_of_control(s)[:2] == ("data", "elements")
               and not any(a.find(f"{_W}sdtPr/{{{W15}}}repeatingSectionItem") is not None
                           for a in s.iterancestors(f"{_W}sdt"))]  # fmt: skip
    found = {path_of_control(s)[2:] for s in printed}
    assert {(0, "name"), (0, "definition"), (0, "why_needed"), (0, "guide_for_use")} <= found
    assert {n for n, _ in found} == {0}
    assert ("use", "users", 0, "planned_use") in paths(county_form)
    assert "No Contractor has access to Data" in text_of(body(county_form))  # whether there is one is open


def test_references_are_plain_text(county_form: bytes) -> None:
    said = [e.text or "" for e in body(county_form).iter(f"{_W}instrText")]
    assert any("TOC" in t for t in said)
    assert not any(t.strip().startswith("REF") for t in said)
    whole = text_of(body(county_form))
    assert re.search(r"as Section \d+\.\d+ provides", whole)


def test_a_form_carries_no_source_and_no_agreement_is_a_form(county_form: bytes) -> None:
    assert not any(b"urn:agreegen:source" in d for d in unpack(county_form).values())
    agreement, _ = document(opened("county-coverage"), PLACE)
    assert controls_of(agreement) == []


def test_the_same_form_has_the_same_bytes() -> None:
    assert made("local-government", every=False).docx == form_of("local-government", every=False)


def test_the_record_says_how_the_form_was_made(county_form: bytes) -> None:
    members = unpack(county_form)
    values, record = store.stored(members)
    assert record is not None
    assert values == data_of(county_form)
    assert record.made["variant"] == "local-government"
    assert record.text == boilerplate.texts(county_form)
    assert "recipient[1].legal_name" in record.asked
    made_as = store.made_in(members)
    assert made_as == record.made


def test_conditional_exhibits_are_listed() -> None:
    whole = text_of(body(form_of("university")))
    assert "What your answers decide" in whole
    assert "The relationship is a limited data set" in whole
    assert "printed for parties of these kinds: provider: state agency; recipient: " in whole


# --------------------------------------------------------------------------------------------------- options
@pytest.mark.slow
def test_a_city_gets_the_text_of_a_city() -> None:
    whole = text_of(body(made("local-government", every=False, kind="city").docx))
    assert "recipient: city" in whole
    assert "[Recipient: legal name], a political subdivision" not in whole


@pytest.mark.slow
def test_several_parties_are_asked_for() -> None:
    docx = made("local-government", every=False, sides=(1, 2)).docx
    assert ("recipient", 1, "legal_name") in paths(docx)
    assert ("recipient", 2, "legal_name") not in paths(docx)


@pytest.mark.slow
def test_lists_begin_with_the_rows_that_are_asked_for() -> None:
    found = paths(made("university", every=False, rows={"elements": 3, "related agreements": 5}).docx)
    assert ("data", "elements", 2, "name") in found
    assert ("data", "elements", 3, "name") not in found


@pytest.mark.parametrize(
    ("variant", "options", "words"),
    [
        ("university", {"rows": {"element": 3}}, "did you mean elements"),
        ("university", {"rows": {"elements": 0}}, "can't have 0 rows"),
        ("local-goverment", {}, "did you mean 'local-government'"),
        ("statewide", {}, "no template is called 'statewide'"),
        ("university", {"kind": "campus of mars"}, "no kind of party"),
        ("university", {"kind": "county"}, "make the variant local-government"),
        ("university", {"sides": (0, 1)}, "at least one provider"),
        ("university", {"proposal": ROOT / "proposals" / "county-coverage.yaml"}, "makes the variant local-government"),
    ],
)
def test_what_no_form_can_be_made_of_is_told(variant: str, options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as told:
        made(variant, **options)
    assert words in f"{told.value} {told.value.hint}"


# --------------------------------------------------------------------------------------------------- with a proposal
STARTED = """
proposal: Helping families
reference:
provider: {party: DHCS, hipaa status: covered}
recipient: partner
purpose: {scope: Calls to families & letters}
data:
  elements:
    - {name: Phone, type: text}
    - {name: Zip code, definition: Five figures}
use: {users: Outreach, contractors: no}
funds: no
redisclosure: no
ferpa: no
dates: {start: 2027-04-01, end: }
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("started") / "started.yaml"
    path.write_text(STARTED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def started_form(started: pathlib.Path) -> bytes:
    return made("local-government", proposal=started).docx


def test_what_a_proposal_says_is_text_and_what_it_leaves_open_is_a_control(started_form: bytes) -> None:
    found = set(paths(started_form))
    settled = {("proposal",), ("provider", 0, "legal_name"), ("purpose", "scope"), ("dates", "start"),
               ("data", "elements", 0, "name"), ("funds", "answer"), ("use", "users", 0, "name")}  # fmt: skip
    asked = {("reference",), ("dates", "end"), ("purpose", "reason"), ("recipient", 0, "legal_name"),
             ("recipient", 0, "kind"), ("data", "elements", 0, "definition"), ("research", "answer"),
             ("provider", 0, "signatory", "title")}  # fmt: skip
    assert not settled & found
    assert asked <= found
    assert ("data", "elements", 1, "definition") not in found
    whole = text_of(body(started_form))
    assert whole.count("Helping families") > 2
    assert "Calls to families & letters" in whole
    assert "[Purpose: scope]" not in whole
    assert "[Purpose: reason]" in whole


def test_a_list_that_a_proposal_gives_cannot_grow(started_form: bytes) -> None:
    tags = {val(s, "tag") for s in body(started_form).iter(f"{_W}sdt")
            if s.find(f"{_W}sdtPr/{{{W15}}}repeatingSection") is not None}  # fmt: skip
    assert "data.elements" not in tags
    assert "use.products" not in tags or ("use", "products", 0, "name") in paths(started_form)


@pytest.mark.slow
def test_every_field_of_a_proposal_can_be_asked(started: pathlib.Path) -> None:
    docx = made("local-government", proposal=started, every=True).docx
    assert ("transfer", "cloud") in paths(docx)
    assert ("proposal",) not in paths(docx)


def test_a_template_of_ones_own_is_no_master(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("proposal: X\ntemplate: ours\nprovider: DHCS\nrecipient: Alameda County\n", encoding="utf-8")
    with pytest.raises(UsageError, match="for the template 'ours', not local-government"):
        made("local-government", proposal=path)


def test_a_proposal_that_cannot_be_read_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("proposal: X\nprovider: DHCS\nrecipient: Alameda County\ndates: {start: soon}\n", encoding="utf-8")
    with pytest.raises(FindingsError):
        made("local-government", proposal=path)
