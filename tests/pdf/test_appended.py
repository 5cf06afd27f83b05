"""Documents of others behind an agreement: pages, bookmarks, names, tags, links, fields, layers, and what stays out."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import attached_samples as samples
import pikepdf
import pytest
from attached_samples import AGREEMENT, attached, merged, opened
from pikepdf import Array, Dictionary, Name, NumberTree, String

from agreegen.finding import Severity
from agreegen.pdf import appended, drawn
from agreegen.pdf.appended.incoming import incoming
from agreegen.pdf.validation.claims import claim_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.finding import Finding

OWN = samples.fit(*AGREEMENT)


def codes(found: tuple[Finding, ...]) -> list[str]:
    return sorted(f.code for f in found)


def own_pages() -> int:
    with opened(OWN) as pdf:
        return len(pdf.pages)


def objects(pdf: pikepdf.Pdf) -> bytes:
    """Everything that a PDF says, without what its streams hold."""
    return b"\n".join(o.unparse(resolved=True) for o in pdf.objects if not isinstance(o, pikepdf.Stream))


# ------------------------------------------------------------------------------------------------------------ pages
def test_pages_come_behind_and_no_word_changes() -> None:
    plan, proof = samples.saved(samples.written("Plan one", "Plan two")), samples.fit("Certificate", "Insured.")
    pdf, _ = merged(attached(plan), attached(proof, "Insurance"))
    assert drawn.pages(pdf) == [*drawn.pages(OWN), *drawn.pages(plan), *drawn.pages(proof)]
    assert len(drawn.pages(plan)) == 2


def test_sizes_and_rotations_stay() -> None:
    other = samples.written("Wide", "Cut", size=(842, 595))
    other.pages[0].obj.Rotate = 90
    other.pages[0].obj.UserUnit = 2
    other.pages[1].obj.CropBox = Array([10, 20, 300, 400])
    pdf, _ = merged(attached(samples.saved(other)))
    with opened(pdf) as found:
        first, second = found.pages[-2].obj, found.pages[-1].obj
        assert [int(v) for v in first.MediaBox] == [0, 0, 842, 595]
        assert (first.Rotate, first.UserUnit, second.get("/Rotate", 0)) == (90, 2, 0)
        assert [int(v) for v in second.CropBox] == [10, 20, 300, 400]


def test_what_the_agreement_says_for_all_of_its_pages_isnt_said_for_others() -> None:
    with opened(OWN) as pdf:
        pdf.Root.Pages.CropBox = Array([0, 0, 100, 100])
        pdf.Root.Pages.Rotate = 180
        appended.append(pdf, [attached(samples.saved(samples.written("Plan")))])
        with opened(samples.saved(pdf)) as found:
            page = found.pages[-1]
            assert [int(v) for v in page.cropbox] == [0, 0, 612, 792]
            assert page.obj.Rotate == 0


def test_same_bytes_twice_and_when_read_again() -> None:
    documents = (attached(samples.tagged()), attached(samples.led(), "Led"), attached(samples.form("Sam"), "Form"))
    first = merged(*documents)
    assert merged(*documents) == first
    incoming.cache_clear()
    assert merged(*documents) == first


def test_a_document_is_read_once_for_many_agreements() -> None:
    incoming.cache_clear()
    for _ in range(3):
        merged(attached(samples.tagged()))
    assert incoming.cache_info().misses == 1


# -------------------------------------------------------------------------------------------- bookmarks, page labels
def test_bookmarks_stand_under_one_heading_and_lead_to_their_pages() -> None:
    pdf, _ = merged(attached(samples.led(), "Security plan"), attached(samples.tagged(), "Findings"))
    at = own_pages()
    with opened(pdf) as found, opened(OWN) as before:
        pages = [p.obj.objgen for p in found.pages]
        with found.open_outline() as outline, before.open_outline() as own:
            *rest, heading = outline.root
            assert [b.title for b in rest] == [b.title for b in own.root]
            assert heading.title == "Attached documents"
            plan, findings = heading.children
            assert (plan.title, findings.title) == ("Security plan", "Findings")
            (first,) = plan.children
            assert [first.title, first.children[0].title] == ["First part", "Its end"]
            led = [b.destination[0].objgen for b in (heading, plan, first, first.children[0], findings)]
        assert [pages.index(where) - at for where in led] == [0, 0, 0, 2, 3]
        assert found.Root.Outlines.Count == before.Root.Outlines.Count + 3


def test_pages_are_called_after_their_document_and_own_names() -> None:
    pdf, _ = merged(attached(samples.led()), attached(samples.tagged(), "Findings"))
    with opened(pdf) as found, opened(OWN) as before:
        at = len(before.pages)
        assert [p.label for p in found.pages][:at] == [p.label for p in before.pages]
        assert [p.label for p in found.pages][at:] == [
            "Attachment 1 - i", "Attachment 1 - ii", "Attachment 1 - A-1", "Attachment 2 - 1"
        ]  # fmt: skip


def test_bookmarks_that_loop_are_read_once() -> None:
    def loop(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Outlines.First.Next = pdf.Root.Outlines.First
        pdf.Root.Outlines.First.First.First = pdf.Root.Outlines.First

    pdf, _ = merged(attached(samples.changed(samples.led(), loop)))
    with opened(pdf) as found, found.open_outline() as outline:
        assert [b.title for b in outline.root[-1].children[0].children] == ["First part"]


# ------------------------------------------------------------------------------------------------------------- links
def test_links_lead_to_where_they_led() -> None:
    pdf, _ = merged(attached(samples.led()))
    with opened(pdf) as found:
        first, second, third = found.pages[-3:]
        led = [a.Dest if "/Dest" in a else a.A.D for a in first.obj.Annots]
        assert [d[0].objgen for d in led] == [third.obj.objgen] * 5
        nowhere, web = second.obj.Annots
        assert "/Dest" not in nowhere
        assert web.A.URI == "https://example.gov/plan"
        assert "/Dests" not in found.Root


# -------------------------------------------------------------------------------------------------------------- tags
def parts(pdf: pikepdf.Pdf) -> list[Any]:
    """The parts that stand for attached documents."""
    return [e for e in pdf.Root.StructTreeRoot.K.K if Name.Part == e.S and "/T" in e]


def test_tags_come_along_and_everything_has_its_owner() -> None:
    pdf, _ = merged(attached(samples.tagged(), "Findings"), attached(samples.fit("Certificate", "Insured."), "Proof"))
    with opened(pdf) as found:
        first, second = parts(found)
        assert (str(first.T), str(first.Lang), str(second.T)) == ("Findings", "es-MX", "Proof")
        assert first.P.objgen == found.Root.StructTreeRoot.K.objgen
        owners = NumberTree(found.Root.StructTreeRoot.ParentTree)
        keys = [int(p.obj.StructParents) for p in found.pages]
        assert len({*keys}) == len(found.pages)
        for page in found.pages:
            for number, owner in enumerate(owners[int(page.obj.StructParents)]):
                held = owner.K if isinstance(owner.K, Array) else [owner.K]
                assert number in [k if isinstance(k, int) else k.get("/MCID") for k in held]
                assert owner.get("/Pg", page.obj).objgen == page.obj.objgen
        heading, table, figure = first.K[0].K
        plan = found.pages[own_pages()].obj
        assert owners[int(plan.Resources.XObject.Im.StructParent)].objgen == figure.objgen
        assert found.Root.StructTreeRoot.ParentTreeNextKey > max(owners)
        assert heading.Pg.objgen == plan.objgen
        assert Name.Table == table.S


def test_identifiers_and_the_heads_that_cells_name_stay_apart() -> None:
    pdf, _ = merged(attached(samples.tagged(), "One"), attached(samples.tagged() + b"\n", "Two"))
    with opened(pdf) as found:
        tree = found.Root.StructTreeRoot.IDTree.Names
        named = {str(k): v for k, v in zip(list(tree)[::2], list(tree)[1::2], strict=True)}
        assert {"attachment-1-c1", "attachment-2-c1"} <= named.keys()
        for number, part in enumerate(parts(found), 1):
            head, cell = part.K[0].K[1].K[0].K
            assert str(head.ID) == str(cell.A.Headers[0]) == f"attachment-{number}-c1"
            assert named[str(head.ID)].objgen == head.objgen


def test_types_that_mean_something_else_here_get_another_name() -> None:
    with opened(OWN) as pdf:
        pdf.Root.StructTreeRoot.RoleMap = Dictionary(Title=Name.P)
        appended.append(pdf, [attached(samples.tagged())])
        with opened(samples.saved(pdf)) as found:
            roles = {str(k): str(v) for k, v in found.Root.StructTreeRoot.RoleMap.items()}
            assert roles == {"/Title": "/P", "/Title-1": "/H1"}
            assert Name("/Title-1") == parts(found)[0].K[0].K[0].S
            assert "/attachment-1-Bold" in found.Root.StructTreeRoot.ClassMap
            assert parts(found)[0].K[0].K[0].C[0] == Name("/attachment-1-Bold")


def test_a_standard_type_that_was_given_another_meaning_doesnt_change_the_agreements() -> None:
    def remap(pdf: pikepdf.Pdf) -> None:
        pdf.Root.StructTreeRoot.RoleMap.Table = Name.P

    pdf, _ = merged(attached(samples.changed(samples.tagged(), remap)))
    with opened(pdf) as found:
        assert "/Table" not in found.Root.StructTreeRoot.RoleMap
        assert Name("/Table-1") == parts(found)[0].K[0].K[1].S
        assert found.Root.StructTreeRoot.RoleMap["/Table-1"] == Name.P


def test_tags_that_loop_are_no_tags() -> None:
    def loop(pdf: pikepdf.Pdf) -> None:
        pdf.Root.StructTreeRoot.K.K.append(pdf.Root.StructTreeRoot.K)

    pdf, found = merged(attached(samples.changed(samples.tagged(), loop)))
    assert any("tags aren't in order" in f.message for f in found)
    with opened(pdf) as merged_:
        assert parts(merged_) == []
        assert "/StructParents" not in merged_.pages[-1].obj


def test_no_tags_where_the_agreement_has_none() -> None:
    with opened(OWN) as pdf:
        del pdf.Root.StructTreeRoot
        done = appended.append(pdf, [attached(samples.tagged())], claimed=False)
        assert done.findings == ()
        assert "/StructTreeRoot" not in opened(samples.saved(pdf)).Root


def test_a_plain_agreement_claims_nothing_and_needs_no_reason() -> None:
    pdf, found = merged(attached(samples.saved(samples.written("Plan"))), profile="plain")
    assert (claim_of(pdf).profiles, found) == ((), ())


# ------------------------------------------------------------------------------------------------- fields, signatures
def fields(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """The fields of attached documents by their whole names."""
    tops = [f for f in pdf.Root.AcroForm.Fields if str(f.T).startswith("attachment-")]
    return {f"{top.T}.{kid.T}": kid for top in tops for kid in top.Kids}


@pytest.mark.parametrize(("filled", "flags", "state"), [("Sam", 1, "can't be changed"), ("", 0, "can still be filled")])
def test_fields_have_names_of_their_own_and_filled_ones_are_closed(filled: str, flags: int, state: str) -> None:
    documents = attached(samples.form(filled), "One"), attached(samples.form(filled) + b"\n", "Two")
    pdf, found = merged(*documents)
    assert [f.severity for f in found if f.code == "D709" and state in f.message] == [Severity.NOTE] * 2
    with opened(pdf) as merged_:
        named = fields(merged_)
        assert [*named] == [
            "attachment-1.name",
            "attachment-1.signature",
            "attachment-2.name",
            "attachment-2.signature",
        ]
        field = named["attachment-2.name"]
        assert int(field.get("/Ff", 0)) == flags
        assert str(field.get("/V", "")) == filled
        assert int(named["attachment-2.signature"].get("/Ff", 0)) == 0
        assert str(field.DA) == "/A2-Helv 10 Tf 0 g"
        assert str(field.Parent.DA) == "/A2-Helv 0 Tf 0 g"
        assert "/A2-Helv" in merged_.Root.AcroForm.DR.Font
        assert field.P.objgen == merged_.pages[-1].obj.objgen
        assert field.objgen in [a.objgen for a in merged_.pages[-1].obj.Annots]
        assert merged_.Root.AcroForm.SigFlags == 1


def test_a_signature_is_a_picture_then_and_told() -> None:
    pdf, found = merged(attached(samples.signed(), file="resolution.pdf"))
    (told,) = [f for f in found if f.code == "D703"]
    assert (told.severity, told.location.file) == (Severity.WARNING, "resolution.pdf")
    assert "--enclose" in told.hint
    with opened(pdf) as merged_:
        assert [*fields(merged_)] == ["attachment-1.name"]
        _, stamp = merged_.pages[-1].obj.Annots
        assert (stamp.Subtype, str(stamp.Contents)) == (Name.Stamp, "Signature")
        assert "/N" in stamp.AP
        assert b"/Adobe.PPKLite" not in objects(merged_)


@pytest.mark.parametrize("kept", [True, False])
def test_fields_that_the_form_forgot_are_listed(kept: bool) -> None:
    def forget(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0].obj.Annots[1]["/FT"]  # no kind: a picture then
        if kept:
            pdf.Root.AcroForm.Fields = Array([])
        else:
            del pdf.Root.AcroForm

    pdf, _ = merged(attached(forgotten(samples.form("Sam"), forget)))
    with opened(pdf) as found:
        (field,) = fields(found).values()
        assert (str(field.T), str(field.V)) == ("name", "Sam")
        assert [a.Subtype for a in found.pages[-1].obj.Annots] == [Name.Widget, Name.Stamp]


def forgotten(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pytest.warns(pikepdf.PageCopyWarning):  # that is what is wrong with it
        return samples.changed(data, change)


def test_an_xfa_form_that_only_one_program_draws_is_refused() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")

    _, found = merged(attached(samples.changed(samples.form(), change)))
    assert "XFA" in next(f.message for f in found if f.code == "D704")

    def dynamic(pdf: pikepdf.Pdf) -> None:
        change(pdf)
        pdf.Root.NeedsRendering = True

    _, found = merged(attached(samples.changed(samples.form(), dynamic)))
    assert [(f.code, f.severity) for f in found] == [("D701", Severity.ERROR)]


# ------------------------------------------------------------------------------------------------------------- layers
@pytest.mark.parametrize("state", ["", "OFF"])
def test_layers_are_shown_and_hidden_as_they_were(state: str) -> None:
    pdf, _ = merged(attached(samples.layered(state), "Map"), attached(samples.layered(state) + b"\n", "Plan"))
    with opened(pdf) as found:
        properties = found.Root.OCProperties
        assert [str(g.Name) for g in properties.OCGs] == ["Doors", "Alarms"] * 2
        assert [str(g.Name) for g in properties.D.OFF] == ["Alarms"] * 2
        assert properties.D.get("/BaseState", Name.ON) == Name.ON
        assert [str(entry[0]) for entry in properties.D.Order] == ["Map", "Plan"]
        used = found.pages[-1].obj.Resources.Properties
        assert used.B.objgen == properties.OCGs[3].objgen


# --------------------------------------------------------------------------------------------------- what stays out
def test_what_does_things_by_itself_stays_out_and_is_told() -> None:
    pdf, found = merged(attached(samples.lively(), file="lively.pdf"))
    (told,) = [f for f in found if f.code == "D704"]
    assert told.severity is Severity.WARNING
    for word in ("scripts", "start programs", "film", "“tool.exe”", "“clip.bat”"):
        assert word in told.message
    with opened(pdf) as merged_:
        said = objects(merged_)
        for word in (b"JavaScript", b"Launch", b"tool.exe", b"clip.bat", b"/Movie", b"/FileAttachment"):
            assert word.lower() not in said.lower()
        assert not re.search(rb"/AA\b", said)
        assert b"https://example.gov" in said
        assert "/OpenAction" not in merged_.Root


def test_a_calm_document_has_nothing_to_tell() -> None:
    assert merged(attached(samples.fit("Certificate", "Insured.")))[1] == ()


def test_notes_of_readers_and_redactions_that_arent_are_told() -> None:
    def annotate(pdf: pikepdf.Pdf) -> None:
        box = Array([0, 0, 9, 9])
        pdf.pages[0].obj.Annots = Array([
            pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=box, Contents=String("Ask legal"))),
            pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Redact, Rect=box)),
        ])  # fmt: skip

    _, found = merged(attached(samples.changed(samples.saved(samples.written("Plan")), annotate)))
    told = [f.message for f in found if f.code == "D710"]
    assert len(told) == 2
    assert "redaction" in told[0]
    assert "notes" in told[1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "D701"),
        (b"PK\x03\x04 not a PDF", "D701"),
        (b"%PDF-1.7\nnothing", "D701"),
        (samples.saved(pikepdf.Pdf.new()), "D701"),
        (samples.changed(samples.led(), lambda pdf: setattr(pdf.Root, "Collection", Dictionary())), "D701"),
        (samples.locked("a"), "D702"),
        (samples.locked(""), "D702"),
    ],
    ids=["empty", "zip", "cut", "no pages", "portfolio", "password", "restricted"],
)  # fmt: skip
def test_what_cant_be_put_behind_is_an_error_and_nothing_changes(data: bytes, code: str) -> None:
    with opened(OWN) as pdf:
        before = samples.saved(pdf)
        done = appended.append(pdf, [attached(samples.fit("Certificate", "Insured.")), attached(data, file="bad.pdf")])
        assert [(f.code, f.severity, f.location.file) for f in done.findings] == [(code, Severity.ERROR, "bad.pdf")]
        assert samples.saved(pdf) == before
        assert "BytesIO" not in done.findings[0].message


def test_damage_that_can_be_read_around_is_told() -> None:
    whole = samples.saved(samples.written("Plan one", "Plan two"))
    cut = whole.replace(b"startxref", b"startxxxx")
    assert cut != whole
    _, found = merged(attached(cut))
    assert "D708" in codes(found)


WRONG = (b"null", b"[]", b"<<>>", b"(x)", b"/X", b"-1", b"2 0 R", b"9 0 R", b"99 0 R", b"true", b"[null null]")


@pytest.mark.parametrize("name", ["led", "form", "tagged", "lively", "layered"])
def test_whatever_is_wrong_inside_is_a_finding_or_does_no_harm(name: str) -> None:
    """Values of all kinds in wrong places: never an exception, and the agreement's own pages stay."""
    disabled = pikepdf.ObjectStreamMode.disable
    whole = samples.saved(opened(getattr(samples, name)()), object_stream_mode=disabled, compress_streams=False)
    places = list(re.finditer(rb"\d+ 0 R|/[A-Za-z]+|\([^)]*\)|\b\d+\b|\[[^\]]*\]", whole))
    choose, own = random.Random(name), drawn.pages(OWN)
    for _ in range(40):
        place = choose.choice(places[2:])
        bad = whole[: place.start()] + choose.choice(WRONG) + whole[place.end() :]
        with opened(OWN) as pdf:
            done = appended.append(pdf, [attached(bad)])
            merged_ = samples.saved(pdf)
        assert drawn.pages(merged_)[: len(own)] == own
        with opened(merged_) as found:
            refused = any(f.severity is Severity.ERROR for f in done.findings)
            assert (len(found.pages) == len(own)) == refused


@pytest.mark.parametrize("where", ["font", "class"])
def test_a_page_where_something_else_belongs_is_left_out(where: str) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        if where == "font":
            pdf.Root.AcroForm.DR.Font.Helv = pdf.pages[0].obj
        else:
            pdf.Root.StructTreeRoot.ClassMap.Bold = pdf.pages[0].obj

    pdf, _ = merged(attached(samples.changed(samples.form() if where == "font" else samples.tagged(), change)))
    assert len(drawn.pages(pdf)) == own_pages() + 1


# ------------------------------------------------------------------------------------------------------ what is claimed
def unembedded(data: bytes) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources.Font.X = pdf.make_indirect(font)

    return samples.changed(data, change)


def unmarked(data: bytes) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"0 0 9 9 re f")

    return samples.changed(data, change)


def undescribed(data: bytes) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        top = pdf.Root.StructTreeRoot.K
        top.K.append(pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, P=top, K=Array([]))))

    return samples.changed(data, change)


def untied(data: bytes) -> bytes:
    return samples.changed(
        data, lambda pdf: samples.link(pdf, 0, A=Dictionary(S=Name.URI, URI=String("https://a.gov")))
    )


def unnamed(data: bytes) -> bytes:
    """A link that is tagged and says nothing."""

    def change(pdf: pikepdf.Pdf) -> None:
        page, root = pdf.pages[0].obj, pdf.Root.StructTreeRoot
        link = samples.link(pdf, 0, A=Dictionary(S=Name.URI, URI=String("https://a.gov")), StructParent=90)
        held = Dictionary(Type=Name.OBJR, Obj=link, Pg=page)
        tag = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Link, P=root.K, Pg=page, K=held))
        root.K.K.append(tag)
        NumberTree(root.ParentTree)[90] = tag

    return samples.changed(data, change)


def for_print(data: bytes) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile.N = 4

    return samples.changed(data, change)


PROOF = samples.fit("Certificate", "Insured.")


@pytest.mark.parametrize(
    ("data", "claims", "told"),
    [
        (PROOF, ("ua1", "2b"), []),
        (samples.saved(samples.written("Plan")), (), ["D705", "D706"]),
        (unembedded(PROOF), (), ["D705", "D706"]),
        (unmarked(PROOF), ("2b",), ["D705"]),
        (undescribed(PROOF), ("2b",), ["D705"]),
        (untied(PROOF), ("2b",), ["D705"]),
        (unnamed(PROOF), ("2b",), ["D705"]),
        (for_print(PROOF), ("ua1",), ["D706"]),
    ],
    ids=[
        "fit",
        "plain",
        "font outside",
        "unmarked",
        "undescribed",
        "link without tag",
        "link without description",
        "for print",
    ],
)
def test_nothing_is_claimed_that_an_attached_document_isnt(
    data: bytes, claims: tuple[str, ...], told: list[str]
) -> None:
    pdf, found = merged(attached(data, file="proof.pdf"))
    assert claim_of(pdf).profiles == claims
    assert codes(found) == told
    assert all(f.severity is Severity.WARNING and f.location.file == "proof.pdf" for f in found)


def test_reasons_are_said_in_words() -> None:
    _, found = merged(attached(samples.saved(samples.written("Plan"))))
    assert [f.message.partition(": ")[2] for f in found] == [
        "it has no tags for screen readers", "it doesn't say that it is PDF/A-2 or PDF/A-3"
    ]  # fmt: skip
