"""Revisions: what a new version of templates changes, word by word, and the proposals that it no longer fits."""

from __future__ import annotations

import datetime as dt
import html.parser
import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from pack_samples import RECORD, TEXT, here, pack, proposal

from agreegen import approval, generate, revision, workspace
from agreegen.difference import marked, pairs, pieces
from agreegen.errors import UsageError
from agreegen.law import VARIANTS
from agreegen.revision import told
from agreegen.revision.sides import opened
from agreegen.revision.uses import uses
from agreegen.template.draft import draft

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from agreegen.revision import Revision
    from command_line import Run


def lines(tmp_path: pathlib.Path, old: str = TEXT, new: str = TEXT, *, records: tuple[str, str] = (RECORD, RECORD),
          proposals: pathlib.Path | None = None) -> list[str]:  # fmt: skip
    return list(told.lines(compared(tmp_path, old, new, records=records, proposals=proposals)))


def compared(tmp_path: pathlib.Path, old: str = TEXT, new: str = TEXT, *, records: tuple[str, str] = (RECORD, RECORD),
             proposals: pathlib.Path | None = None) -> Revision:  # fmt: skip
    before = pack(tmp_path / "old", old, records[0])
    now = pack(tmp_path / "new", new, records[1])
    root = here(tmp_path, now)
    return revision.compare(before, now, root, proposals)


# ---------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a b c", "a b c", "a b c"),
        ("a b c", "a x c", "a [-b-] {+x+} c"),
        ("a c", "a b c", "a {+b+} c"),
        ("pay {{ x | date }} now", "pay {{ y | date }} now", "pay [-{{ x | date }}-] {+{{ y | date }}+} now"),
        ("the the the", "the the", "the the [-the-]"),
        ("1 2 3 4 5 6 7 8 9 10 x", "1 2 3 4 5 6 7 8 9 10 y", "… 3 4 5 6 7 8 9 10 [-x-] {+y+}"),
        ("x{% if a %}y", "x{% if b %}y", "x[-{% if a %}-]{+{% if b %}+}y"),
        ("by {{ a }}.", "by {{ b }}.", "by [-{{ a }}-] {+{{ b }}+}."),
        ("{{ a }} b", "{{ a }}b", "{{ a }} [-b-]{+b+}"),
        ("a b", "a b c", "a b {+c+}"),
    ],
)
def test_words_that_changed(old: str, new: str, said: str) -> None:
    assert marked(pieces(old, new)) == said


def test_lines_belong_together_that_share_their_words() -> None:
    old = ["same", "the Party shall pay", "gone for ever", "same"]
    new = ["same", "wholly other words", "the Party may pay", "same", "same"]
    assert pairs(old, new) == [
        (None, "wholly other words"), ("the Party shall pay", "the Party may pay"), ("gone for ever", None),
        (None, "same"),
    ]  # fmt: skip
    assert pairs(old, old) == []


def test_every_word_of_both_sides_is_in_the_pieces() -> None:
    old, new = "a a b {{ x }} c d", "b a {{ y }} c c d e"
    found = pieces(old, new)
    assert " ".join(p.text for p in found if p.kind != "added") == old
    assert " ".join(p.text for p in found if p.kind != "removed") == new


# ----------------------------------------------------------------------------------------------------------------- uses
def test_what_is_asked_always_and_what_under_a_condition() -> None:
    files = {
        "m": '{{ a.b }} {%p if c %} {{ d }} {%p else %} {{ a.b }} {%p endif %} {%p include "clauses/x" %} '
             '{%p for i in list if i.on %} {{ i.name }} {%p endfor %} {% if e %}{%p include "clauses/y" %}{% endif %}',
        "clauses/x": '{{ f }} {{ ref("z") }} {%p include "m" %} {{ g if h else j }}',
        "clauses/y": "{{ k }} {{ a.b }}",
        "broken": "{{ ",
    }  # fmt: skip
    found = uses("m", files.get)
    assert {n for n, always in found.items() if always} == {"a.b", "f", "list", "list.name"}
    assert {n for n, always in found.items() if not always} == {"c", "d", "e", "k", "list.on", "g", "h", "j"}
    assert uses("broken", files.get) == uses("none", files.get) == {}


def test_what_masters_ask_for_is_what_the_compiler_knows(tmp_path: pathlib.Path) -> None:
    with opened(workspace.shipped("templates"), workspace.find(tmp_path)) as side:
        assert set(side.packs) == set(VARIANTS)
        name = "state-agency"
        assert set(side.uses(name)) == {n for n, _ in side.template(name).names}


# -------------------------------------------------------------------------------------------------------------- changes
def test_nothing_changed(tmp_path: pathlib.Path) -> None:
    found = compared(tmp_path)
    assert found.is_none
    assert list(told.lines(found)) == [f"no template changed: {found.old} and {found.new} say the same"]


def test_a_word_that_changed_is_told_under_its_heading(tmp_path: pathlib.Path) -> None:
    old = "# Money\n\n## [pay] Paying\n\n(a) Each Party pays.\n\n(b) Costs stay where they fall."
    new = old.replace("Each Party", "No Party").replace("(b)", "(b) Nobody asks.\n\n(c)")
    assert lines(tmp_path, old, new) == [
        "master.docx changed, in short",
        "  Paying",
        "    changed: [-Each-] {+No+} Party pays.",
        "    added: {+Nobody asks.+}",
    ]


def test_a_look_alone_is_no_word(tmp_path: pathlib.Path) -> None:
    before, now = pack(tmp_path / "old"), pack(tmp_path / "new")
    stream = io.BytesIO()
    with zipfile.ZipFile(now / "master.docx") as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data.replace(b"<w:b/>", b"<w:i/>") if "styles" in info.filename else data)
    (now / "master.docx").write_bytes(stream.getvalue())
    found = list(told.lines(revision.compare(before, now, here(tmp_path, now))))
    assert found == ["master.docx changed, in short", "  no word changed; the file's look or settings did"]


def test_fields_and_settings_that_changed(tmp_path: pathlib.Path) -> None:
    new = RECORD.replace('"1"', '"2"').replace("fee: {type: text, required: no}", "fee: text\n      county: text")
    found = lines(tmp_path, TEXT + "\n\n{% if proposal.extra.fee %}{{ proposal.extra.fee }}{% endif %}",
                  TEXT.replace("{{ recipient.name }}", "us") + "\n\n{{ proposal.extra.fee }} {{ terms.venue }}",
                  records=(RECORD, new))  # fmt: skip
    assert found[:7] == [
        "short",
        "  setting changed: version (1 → 2)",
        "  declared field added: county (text, required)",
        "  declared field changed: fee (text, optional → text, required)",
        "  field now required: proposal.extra.fee (under a condition → always)",
        "  field removed: recipient.name (always)",
        "  setting of counsel added: terms.venue (always)",
    ]


def test_a_clause_that_is_included_newly(tmp_path: pathlib.Path) -> None:
    for side in ("old", "new"):
        (tmp_path / side / "clauses").mkdir(parents=True)
        (tmp_path / side / "clauses" / "pay.docx").write_bytes(draft("Each Party pays."))
    found = lines(tmp_path, "Text.", 'Text.\n\n{%p include "clauses/pay" %}')
    assert found == [
        "short",
        "  included file added: clauses/pay.docx",
        "clauses/pay.docx added, in short",
        "  (before the first heading)",
        "    added: {+Each Party pays.+}",
        "master.docx changed, in short",
        "  (before the first heading)",
        '    added: {+{%p include "clauses/pay" %}+}',
    ]


def test_a_new_version_that_has_errors(tmp_path: pathlib.Path) -> None:
    found = lines(tmp_path, "Text.", "{{ broken | nothing }}")
    assert any(line.startswith("  error added: T043 unknown filter 'nothing'") for line in found)


def test_templates_that_only_one_side_has(tmp_path: pathlib.Path) -> None:
    before, now = tmp_path / "old", tmp_path / "new"
    for folder, names in ((before, ("a", "b")), (now, ("b", "c"))):
        for name in names:
            pack(folder / name, "Text.", 'version: "1"')
    found = list(told.lines(revision.compare(before, now, here(tmp_path, now))))
    assert found == ["a: removed", "c: added"]


# ------------------------------------------------------------------------------------------------------------ proposals
def test_proposals_that_no_longer_pass(tmp_path: pathlib.Path) -> None:
    path = proposal(tmp_path / "proposals")
    (tmp_path / "proposals" / "other.yaml").write_text("legal name: no proposal\n", encoding="utf-8")
    kept = compared(tmp_path, new=TEXT + "\n\nMore.", proposals=path.parent)
    assert (kept.checked, kept.broken) == ((path,), ())
    assert list(told.lines(kept))[-1] == "1 proposal checked: none newly fails"
    new = RECORD.replace("fee: {type: text, required: no}", "fee: text")
    found = compared(tmp_path, records=(RECORD, new), proposals=path.parent)
    (broken,) = found.broken
    assert [(f.code, f.message) for f in broken.findings] == [
        ("P001", "'extra: fee' is required by the template short")]  # fmt: skip
    assert "1 proposal checked: 1 newly fails" in list(told.lines(found))
    with pytest.raises(UsageError, match="there is no folder"):
        compared(tmp_path, proposals=tmp_path / "none")


def test_what_was_wrong_before_is_not_told_anew(tmp_path: pathlib.Path) -> None:
    path = proposal(tmp_path / "proposals")
    path.write_text(path.read_text(encoding="utf-8").replace("2027-12-31", "soon"), encoding="utf-8")
    found = compared(tmp_path, new=TEXT + "\n\nMore.", proposals=path.parent)
    assert (found.affected, found.failing) == ((), (path,))
    assert list(told.lines(found))[-2:] == ["1 proposal checked: none newly fails", f"  {path}: has errors with both"]
    assert f"<li>{path}: has errors with both</li>" in told.page(found)


def test_proposals_that_cannot_be_checked_are_named(tmp_path: pathlib.Path) -> None:
    path = proposal(tmp_path / "proposals")
    path.write_text("proposal: For many\nprovider: DHCS\nrecipient: partner\n", encoding="utf-8")
    found = compared(tmp_path, new=TEXT + "\n\nMore.", proposals=path.parent)
    assert (found.checked, found.skipped) == ((), (path,))
    last = f"  {path}: not checked, since the file alone doesn't tell which template it takes"
    assert list(told.lines(found))[-2:] == ["0 proposals checked", last]
    assert revision.as_json(found)["proposals"]["skipped"] == [str(path)]


# ---------------------------------------------------------------------------------------------------------------- sides
def test_a_kept_copy_is_compared_with_its_own_template(tmp_path: pathlib.Path) -> None:
    folder = pack(tmp_path / "p")
    root = here(tmp_path, folder)
    (done,) = approval.pin(["short"], root, role="General Counsel", on=dt.date(2027, 1, 4))
    copy = folder / done.approval.copy
    assert revision.compare(copy, folder, root).is_none
    pack(tmp_path / "p", TEXT.replace("Each", "No"))
    assert "    changed: [-Each-] {+No+} Party pays." in told.lines(revision.compare(copy, folder, root))


def test_what_is_no_side(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_text("x", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as odd:
        odd.writestr("../outside.docx", b"x")
    for name, said in (("none", "no folder"), ("empty", "no templates"), ("bad.zip", "can't be read"),
                       ("out.zip", "isn't a saved copy")):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            revision.compare(tmp_path / name, tmp_path / "p", root)
    assert not (tmp_path.parent / "outside.docx").exists()


# ----------------------------------------------------------------------------------------------------------------- page
class Reader(html.parser.HTMLParser):
    """The headings and marked words of a page, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2", "h3", "del", "ins", "li"):
            self.said.append((self.open[-1], data))


def test_the_page_says_what_the_lines_say(tmp_path: pathlib.Path) -> None:
    path = proposal(tmp_path / "proposals")
    new = RECORD.replace("fee: {type: text, required: no}", "fee: text")
    found = compared(tmp_path, "# A & B\n\nEach <Party> pays.", "# A & B\n\nNo <Party> pays.", records=(RECORD, new),
                     proposals=path.parent)  # fmt: skip
    page = told.page(found)
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert {("h3", "A & B"), ("del", "Each"), ("ins", "No"), ("h2", "Proposals")} <= set(reader.said)
    assert '<html lang="en">' in page
    assert "http" not in page
    assert page == told.page(found)


def test_the_command(tmp_path: pathlib.Path, run: Callable[..., Run]) -> None:
    folder = pack(tmp_path / "p")
    here(tmp_path, folder)
    shutil.copytree(folder, tmp_path / "saved")
    same = run("templates", "diff", "saved", "p")
    assert (same.code, same.out) == (0, "no template changed: saved and p say the same\n")
    pack(folder, TEXT, RECORD.replace("fee: {type: text, required: no}", "fee: text"))
    proposal(tmp_path / "proposals")
    wrong = run("templates", "diff", "saved", "p", "--proposals", "proposals", "--html", "x.html", "--json")
    assert wrong.code == 1
    said = json.loads(wrong.out)
    assert [a["passes"] for a in said["proposals"]["affected"]] == [False]
    assert said["templates"][0]["changes"][0]["name"] == "fee"
    assert (tmp_path / "x.html").is_file()
    assert generate.DEMO


def test_every_pack_of_a_folder_is_compared_and_masters_with_them(tmp_path: pathlib.Path) -> None:
    for side in ("old", "new"):
        pack(tmp_path / side / "a", "The same.", RECORD.replace("short", "first"))
        pack(tmp_path / side / "b", f"It is {side}.", RECORD.replace("short", "second"))
    found = revision.compare(tmp_path / "old", tmp_path / "new", here(tmp_path, tmp_path / "new" / "a"))
    assert [(f.name, f.templates, marked(f.lines[0].pieces)) for f in found.files] == [
        ("master.docx", ("second",), "It is [-old.-] {+new.+}")
    ]
    for side in ("old", "new"):
        master = tmp_path / side / "masters" / "own"
        pack(master, "A master.", "version: '1'\n")
    both = revision.compare(tmp_path / "old", tmp_path / "new", here(tmp_path, tmp_path / "new" / "a"))
    assert [f.templates for f in both.files] == [("second",)]


def test_proposals_of_a_template_that_is_gone_or_renamed_no_longer_pass(tmp_path: pathlib.Path) -> None:
    for side in ("old", "new"):
        pack(tmp_path / side / "a", record=RECORD.replace("short", "other"))
    pack(tmp_path / "old" / "b")
    paper = proposal(tmp_path / "proposals")
    found = revision.compare(tmp_path / "old", tmp_path / "new", here(tmp_path, tmp_path / "new"), paper.parent)
    assert [a.proposal for a in found.broken] == [paper]
    renamed = pack(tmp_path / "renamed", record=RECORD.replace("short", "brief"))
    found = revision.compare(tmp_path / "old" / "b", renamed, here(tmp_path, renamed), paper.parent)
    assert [a.proposal for a in found.broken] == [paper]
    assert "  setting changed: template (short → brief)" in list(told.lines(found))


def test_proposals_that_a_template_without_a_version_stops(tmp_path: pathlib.Path) -> None:
    paper = proposal(tmp_path / "proposals")
    found = compared(tmp_path, records=(RECORD, RECORD.replace('version: "1"', "status: x")), proposals=paper.parent)
    assert [f.code for a in found.broken for f in a.findings] == ["T062"]


def test_a_kept_copy_as_the_new_side_tells_of_its_template_only(tmp_path: pathlib.Path) -> None:
    pack(tmp_path / "all" / "a", record=RECORD.replace("short", "other"))
    one = pack(tmp_path / "all" / "b")
    settings = here(tmp_path, tmp_path / "all")
    [done] = approval.pin(["short"], settings, role="Counsel", on=dt.date(2027, 1, 4))
    assert revision.compare(tmp_path / "all", one / done.approval.copy, settings).is_none


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{type: block, fields: {x: text}}", "{type: block, fields: {x: number}}",
         "(block (x: text, required), required → block (x: number, required), required)"),
        ("{meaning: Day}", "{meaning: Year}", "(text, required, name: a, meaning: Day → text, required, name: a, mea"),
        ("{name: b}", "{name: c}", "(text, required, name: b → text, required, name: c)"),
    ],
)  # fmt: skip
def test_a_declared_field_tells_what_about_it_changed(old: str, new: str, said: str, tmp_path: pathlib.Path) -> None:
    records = [f"version: '1'\nasks: own fields\nfields:\n  a: {one}\n" for one in (old, new)]
    assert said in " ".join(lines(tmp_path, "Text.", "Text.", records=(records[0], records[1])))


def _encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[:6] + b"\x01" + data[7 : at + 8] + b"\x01" + data[at + 9 :]


def _unknown(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[:8] + b"\x4d" + data[9 : at + 10] + b"\x4d" + data[at + 11 :]


def _damaged(data: bytes) -> bytes:
    return data[:60] + bytes(b ^ 0xFF for b in data[60:70]) + data[70:]


@pytest.mark.parametrize("damage", [_encrypted, _unknown, _damaged])
def test_a_damaged_copy_is_told(damage: Callable[[bytes], bytes], tmp_path: pathlib.Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("template.yaml", RECORD * 5)
    copy = tmp_path / "copy.ZIP"
    copy.write_bytes(damage(stream.getvalue()))
    one = pack(tmp_path / "short")
    with pytest.raises(UsageError, match="can't be read"):
        revision.compare(copy, one, here(tmp_path, one))


def test_a_folder_named_like_a_proposal_is_none(tmp_path: pathlib.Path) -> None:
    (tmp_path / "proposals" / "old.yaml").mkdir(parents=True)
    assert compared(tmp_path, proposals=tmp_path / "proposals").checked == ()
