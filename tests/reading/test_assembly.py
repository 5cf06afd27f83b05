"""Proposals put together: types with the nearest right word, parties by name, partner files, CSV elements."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen.batch.plan import planned
from agreegen.errors import UsageError
from agreegen.partner import Kind
from agreegen.proposal import Proposal
from agreegen.reading import Listed, Partners, Reading, nearest, partial, read_partners, read_proposal, read_source

if TYPE_CHECKING:
    from agreegen.finding import Finding

HEAD = "proposal: Sample\nprovider: DHCS\nrecipient: CDPH\n"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "partners").mkdir()
    return tmp_path


def read(folder: pathlib.Path, text: str, partner: str | None = None) -> Reading:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return read_proposal(path, read_partners(folder / "partners"), partner)


def put(folder: pathlib.Path, name: str, text: str | bytes) -> None:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def only(reading: Reading) -> Finding:
    assert len(reading.findings) == 1, [f"{f.location} {f.code} {f.message}" for f in reading.findings]
    assert reading.proposal is None
    return reading.findings[0]


def proposal(reading: Reading) -> Proposal:
    assert reading.proposal is not None, reading.findings
    return reading.proposal


# ------------------------------------------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("text", "code", "at", "word"),
    [
        ("purpos: x\n", "D001", (4, 1), "did you mean 'purpose'?"),
        ("purpose: {scop: x}\n", "D001", (4, 11), "did you mean 'scope'?"),
        ("purpose:\n  scope: x\n  reasons: y\n", "D001", (6, 3), "did you mean 'reason'?"),
        ("purpose: {zzzz: x}\n", "D001", (4, 11), "keys that belong here: scope, reason"),
        ("data: {elements: [{nam: x}]}\n", "D001", (4, 20), "did you mean 'name'?"),
        ("use: {contractors: [{task: x}]}\n", "D002", (4, 21), "'name' is missing"),
        ("data:\n  elements:\n    - type: text\n", "D002", (6, 7), "Client index number"),
        ("dates: {start: 2027-02-30}\n", "D003", (4, 16), "real date"),
        ("dates: {start: 03/01/2027}\n", "D003", (4, 16), "2027-03-01"),
        ("dates: {start: [2027-03-01]}\n", "D003", (4, 16), "real date"),
        ("dates: {start: 2027}\n", "D003", (4, 16), "real date"),
        ("dates: 2027-03-01\n", "D003", (4, 8), "block of keys"),
        ("dates:\n  - 2027-03-01\n", "D003", (4, 1), "block of keys"),
        ("purpose: {scope: [a, b]}\n", "D003", (4, 18), "needs a text and has a list"),
        ("purpose: {scope: {a: b}}\n", "D003", (4, 18), "a block of keys"),
        ("purpose: {scope: yes, need: true}\n", "D003", (4, 29), "needs a text and has yes"),
        ("purpose: {scope: ''}\n", "D003", (4, 18), "is empty"),
        ("end of use: {witnesses: two}\n", "D003", (4, 25), "whole number"),
        ("end of use: {action: destory}\n", "D003", (4, 22), "did you mean 'destroy'?"),
        ("end of use: {action: 7}\n", "D003", (4, 22), "one of: destroy, return, return or destroy"),
        ("use: {modification: perhaps}\n", "D003", (4, 21), "write yes or no"),
        ("use: {products: [{name: x, public: maybe}]}\n", "D003", (4, 36), "asks yes or no"),
        ("data: {elements: {name: x, classification: secret}}\n", "D003", (4, 44), "one of: pii, phi"),
        ("data: {elements: [{name: x, classification: [pii, secrt]}]}\n", "D003", (4, 51), "one of"),
        ("use: {users: 7}\n", "D003", (4, 14), "list"),
        ("hipaa: {relationship: covered to cover}\n", "D003", (4, 23), "did you mean 'covered to covered'?"),
        ("program: idee\n", "D003", (4, 10), "did you mean 'idea'?"),
        ("research: {publication: {review days: soon}}\n", "D003", (4, 39), "whole number"),
        ("signatures: {party: provider, role: sponsor}\n", "D003", (4, 13), "list"),
        ("terms: none\n", "D003", (4, 8), "block"),
        ("confidential: [[security]]\n", "D003", (4, 16), "text"),
    ],
)
def test_fault(folder: pathlib.Path, text: str, code: str, at: tuple[int, int], word: str) -> None:
    finding = only(read(folder, HEAD + text))
    assert (finding.code, (finding.location.line, finding.location.column)) == (code, at), finding
    assert word in f"{finding.message}: {finding.hint}"
    assert finding.location.path


def test_an_unknown_key_is_told_although_nothing_stands_behind_it(folder: pathlib.Path) -> None:
    for text in ("frobnicate:\n", "transfer: {windoww: }\n"):
        assert only(read(folder, HEAD + text)).code == "D001"
    assert proposal(read(folder, HEAD + "transfer: {window: }\nfunds:\n")).transfer.window is None


def test_a_time_is_not_negative(folder: pathlib.Path) -> None:
    assert only(read(folder, HEAD + "end of use: {within: -5 days}\n")).code == "D003"


def test_mailbox(folder: pathlib.Path) -> None:
    text = HEAD.replace("DHCS", "{party: DHCS, contacts: {program: {email: not a mailbox}}}")
    assert "isn't a mailbox" in only(read(folder, text)).message


def test_all_faults_at_once_in_file_order(folder: pathlib.Path) -> None:
    found = read(folder, HEAD + "dates: {start: x, end: y}\npurpose: {scop: z}\n").findings
    assert [(f.code, f.location.line) for f in found] == [("D003", 4), ("D003", 4), ("D001", 5)]
    assert [f.location.column for f in found[:2]] == [16, 24]


@pytest.mark.parametrize("line", ["proposal", "provider", "recipient"])
def test_what_no_file_can_lack(folder: pathlib.Path, line: str) -> None:
    text = "".join(x for x in HEAD.splitlines(keepends=True) if not x.startswith(line))
    finding = only(read(folder, text))
    assert (finding.code, finding.location.line) == ("D002", 1)
    assert f"'{line}' is missing" in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("proposal: 2027\n", "2027"), ("proposal: NO\n", "NO"), ("proposal: 1.10\n", "1.10"),
        ("proposal: 12:30\n", "12:30"), ("proposal: 007\n", "007"), ("proposal: 2027-03-01\n", "2027-03-01"),
    ],
)  # fmt: skip
def test_text_stays_as_written(folder: pathlib.Path, text: str, value: str) -> None:
    assert proposal(read(folder, text + HEAD.split("\n", 1)[1])).proposal == value


def test_ways_of_writing_a_key_are_one(folder: pathlib.Path) -> None:
    text = "End-Of-Use: {Within: 30 days}\nUSE: {Users: outreach, Contractors: {Name: Host}}\nrequired_by_law: x\n"
    found = proposal(read(folder, HEAD + text))
    assert found.end_of_use.within == "30 days"
    assert [u.name for u in found.use.users or ()] == ["outreach"]
    assert [c.name for c in found.use.named_contractors] == ["Host"]
    assert found.required_by_law == "x"


def test_short_and_long_forms_are_one(folder: pathlib.Path) -> None:
    short = "transfer: SFTP\nhipaa: public health\nsecurity: Scans\nredisclosure: To nobody\nuse: {products: Counts}\n"
    long = ("transfer: {method: SFTP}\nhipaa: {relationship: public health}\nsecurity: {protocols: Scans}\n"
            "redisclosure: {terms: To nobody}\nuse:\n  products:\n    - {name: Counts}\n")  # fmt: skip
    assert proposal(read(folder, HEAD + short)) == proposal(read(folder, HEAD + long))


@pytest.mark.parametrize("word", ["no", "NO", "false", "'no'"])
def test_no_means_no(folder: pathlib.Path, word: str) -> None:
    text = f"funds: {word}\nresearch: {word}\nferpa: {word}\ndispute: {word}\nuse: {{contractors: {word}}}\n"
    found = proposal(read(folder, HEAD + text))
    assert (found.funds, found.research, found.ferpa, found.dispute) == (None, None, None, None)
    assert found.use.contractors is False


def test_yes_opens_an_empty_block(folder: pathlib.Path) -> None:
    found = proposal(read(folder, HEAD + "funds: yes\nregimes: {hiv: yes, fti: no}\nuse: {contractors: yes}\n"))
    assert found.funds is not None
    assert found.regimes.hiv is not None
    assert found.regimes.fti is None
    assert found.use.contractors is True


def test_empty_value_is_as_if_left_out(folder: pathlib.Path) -> None:
    text = "purpose:\n  scope:\n  need: x\nfunds:\ndates: {start: , end: 2030-02-28}\nreference:\n"
    found = proposal(read(folder, HEAD + text))
    assert (found.purpose.scope, found.funds, found.dates.start, found.reference) == (None, None, None, None)


@pytest.mark.parametrize("key", ["purpose", "data", "use", "transfer", "end of use", "dates", "authority", "hipaa",
                                 "opinions", "regimes", "confidential", "terms", "attachments", "version", "status",
                                 "direction", "filing", "privacy"])  # fmt: skip
def test_empty_block_is_as_if_left_out(folder: pathlib.Path, key: str) -> None:
    assert proposal(read(folder, HEAD + f"{key}:\n")) == proposal(read(folder, HEAD))


# ----------------------------------------------------------------------------------------------------------- parties


def test_party_of_the_lists_by_any_name(folder: pathlib.Path) -> None:
    text = "proposal: S\nprovider: department of health care services\nrecipient: [Alameda County, UC Davis]\n"
    found = proposal(read(folder, text))
    assert found.lead_provider.short_name == "DHCS"
    assert [p.kind for p in found.recipient] == [Kind.COUNTY, Kind.UC]


@pytest.mark.parametrize(
    ("provider", "at", "close"),
    [
        ("Alamda County", (2, 11), "Alameda"),
        ("[DHCS, Alamda County]", (2, 18), "Alameda"),
        ("{party: Alamda County, unit: x}", (2, 19), "Alameda"),
        ("Ministry of Magic Xyz", (2, 11), "partners/"),
    ],
)
def test_unknown_party(folder: pathlib.Path, provider: str, at: tuple[int, int], close: str) -> None:
    finding = only(read(folder, HEAD.replace("DHCS", provider)))
    assert finding.code == "D006"
    assert (finding.location.line, finding.location.column) == at
    assert close in finding.hint


def test_record_adds_to_a_listed_party(folder: pathlib.Path) -> None:
    text = """\
proposal: S
provider:
  party: Alameda County
  unit: Health Care Services Agency
  governing_body: {action: resolution}
recipient: CDPH
"""
    party = proposal(read(folder, text)).lead_provider
    assert (party.legal_name, party.unit) == ("County of Alameda", "Health Care Services Agency")
    assert party.governing_body is not None
    assert (party.governing_body.name, party.governing_body.action) == (
        "Board of Supervisors of the County of Alameda", "resolution")  # fmt: skip


def test_full_record_in_the_proposal(folder: pathlib.Path) -> None:
    text = HEAD.replace("DHCS", "{legal name: Sample District, kind: special district}")
    party = proposal(read(folder, text)).lead_provider
    assert (party.name, party.kind, party.ipa_applies, party.public_agency) == (
        "Sample District", Kind.SPECIAL_DISTRICT, False, True)  # fmt: skip


@pytest.mark.parametrize("name", ["river", "river-id", "RIV", "River District of Sample", "River_ID"])
def test_partner_file_by_any_of_its_names(folder: pathlib.Path, name: str) -> None:
    put(folder, "partners/river.yaml",
        "id: river-id\nshort name: RIV\nlegal_name: River District of Sample\nkind: special district\n")  # fmt: skip
    assert proposal(read(folder, HEAD.replace("DHCS", name))).lead_provider.short_name == "RIV"


def test_partner_file_adds_to_a_listed_party_and_the_proposal_to_both(folder: pathlib.Path) -> None:
    put(folder, "partners/acme.yaml", "party: Alameda County\nunit: Agency\nhipaa status: hybrid\n")
    text = HEAD.replace("DHCS", "{party: acme, unit: Clinic}")
    party = proposal(read(folder, text)).lead_provider
    assert (party.legal_name, party.unit, party.hipaa_status) == ("County of Alameda", "Clinic", "hybrid")


def test_fault_in_a_partner_file_points_into_it(folder: pathlib.Path) -> None:
    put(folder, "partners/acme.yaml", "party: Alameda County\nkind: county\nhipaa status: coverd\n")
    finding = only(read(folder, HEAD.replace("DHCS", "acme")))
    assert finding.location.file.endswith("partners/acme.yaml")
    assert (finding.location.line, finding.location.column) == (3, 15)
    assert "did you mean 'covered'?" in finding.hint


def test_fault_in_the_second_of_several_partner_files(folder: pathlib.Path) -> None:
    put(folder, "partners/one.yaml", "party: Alameda County\nunit: One\n")
    put(folder, "partners/two.yaml", "party: Fresno County\n\nunti: Two\n")
    finding = only(read(folder, HEAD.replace("DHCS", "[one, two]")))
    assert finding.location.file.endswith("two.yaml")
    assert (finding.code, finding.location.line) == ("D001", 3)


def test_partner_file_with_an_unknown_base(folder: pathlib.Path) -> None:
    put(folder, "partners/acme.yaml", "unit: x\nparty: Alamda County\n")
    finding = only(read(folder, HEAD.replace("DHCS", "acme")))
    assert (finding.code, finding.location.line) == ("D006", 2)
    assert "Alameda" in finding.hint


def test_partner_file_that_is_no_yaml(folder: pathlib.Path) -> None:
    put(folder, "partners/bad.yaml", "legal name: x: y\n")
    put(folder, "partners/list.yaml", "- x\n")
    assert [f.code for f in read_partners(folder / "partners").findings] == ["Y001", "Y006"]
    assert read_partners(folder / "nowhere") == Partners()
    assert read_partners(None) == Partners()


def test_name_that_two_records_share(folder: pathlib.Path) -> None:
    for unit in ("one", "two"):
        put(folder, f"partners/{unit}.yaml", f"legal name: UC Sample\nkind: uc\nunit: {unit}\n")
    finding = only(read(folder, HEAD.replace("DHCS", "UC Sample")))
    assert (finding.code, finding.location.line) == ("D006", 2)
    assert "more than one record" in finding.message
    assert proposal(read(folder, HEAD.replace("DHCS", "two"))).lead_provider.unit == "two"


def test_partner_of_a_batch(folder: pathlib.Path) -> None:
    put(folder, "partners/acme.yaml", "party: Alameda County\nunit: Acme\n")
    text = HEAD.replace("CDPH", "partner")
    assert proposal(read(folder, text, "acme")).lead_recipient.unit == "Acme"
    assert proposal(read(folder, text, "Fresno County")).lead_recipient.legal_name == "County of Fresno"
    merged = HEAD.replace("CDPH", "{party: partner, unit: Clinic}")
    assert proposal(read(folder, merged, "acme")).lead_recipient.unit == "Clinic"
    finding = only(read(folder, text))
    assert (finding.code, finding.location.line) == ("D006", 3)
    assert "--partner" in finding.hint
    assert "'Nobody Of Note'" in only(read(folder, text, "Nobody Of Note")).message


def test_partner_that_the_proposal_does_not_ask_for(folder: pathlib.Path) -> None:
    finding = only(read(folder, HEAD, "Fresno County"))
    assert (finding.code, finding.location.line) == ("D006", 3)
    assert "'Fresno County'" in finding.message
    assert "--partner" in finding.hint


@pytest.mark.parametrize("value", ["7", "yes", "[]", "[7]", "", "{}", "{unit: x}", "[[DHCS]]", "{party: 7}"])
def test_odd_parties_are_findings(folder: pathlib.Path, value: str) -> None:
    reading = read(folder, HEAD.replace("DHCS", value))
    assert reading.proposal is None
    assert all(f.location.line == 2 for f in reading.findings)


# ------------------------------------------------------------------------------------------------------- CSV elements

CASE = HEAD + "data: {elements: [elements.csv]}\n"
COLUMNS = "Name,Definition,classification,statute\n"


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (COLUMNS.encode() + b'"Index, client",x,phi; pii,ipa\nSecond,,,\n', ["Index, client", "Second"]),
        (COLUMNS.replace(",", ";").encode() + b"First;x;pii;ipa\n", ["First"]),
        (COLUMNS.replace(",", "\t").encode() + b"First\tx\tpii\tipa\n", ["First"]),
        (COLUMNS.encode("utf-8-sig") + "Größe,x,pii,\n".encode(), ["Größe"]),
        ((COLUMNS + "Größe,x,pii,\n").encode("utf-16"), ["Größe"]),
        (b"\n\n" + COLUMNS.encode() + b"\n,,,\nFirst,x,pii,\n\n", ["First"]),
        (COLUMNS.replace("\n", "\r\n").encode() + b"First,x,pii,\r\n", ["First"]),
        (b"name,why_needed\nFirst,age\n", ["First"]),
    ],
)
def test_rows_become_elements(folder: pathlib.Path, content: bytes, names: list[str]) -> None:
    put(folder, "elements.csv", content)
    found = proposal(read(folder, CASE)).data.elements
    assert [e.name for e in found] == names


def test_cells_that_hold_lists(folder: pathlib.Path) -> None:
    put(folder, "elements.csv", COLUMNS + "First,x,phi; pii;,ipa; medi_cal\n")
    [element] = proposal(read(folder, CASE)).data.elements
    assert element.classification == ("phi", "pii")
    assert element.statute == ("ipa", "medi_cal")


def test_rows_stand_among_written_elements(folder: pathlib.Path) -> None:
    put(folder, "elements.csv", COLUMNS + "Second,,,\nThird,,,\n")
    text = HEAD + "data:\n  elements:\n    - First\n    - elements.csv\n    - {name: Fourth, classification: secret}\n"
    finding = only(read(folder, text))
    assert (finding.location.line, finding.location.path) == (8, "data.elements[4].classification")
    text = text.replace("secret", "pii")
    assert [e.name for e in proposal(read(folder, text)).data.elements] == ["First", "Second", "Third", "Fourth"]
    assert [e.name for e in proposal(read(folder, HEAD + "Data: {Elements: elements.csv}\n")).data.elements] == [
        "Second", "Third"]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "at", "word"),
    [
        (b"Name,Definitoin\nFirst,x\nSecond,y\n", "D001", (1, 2), "did you mean 'definition'?"),
        (b"\nName,Zz\nFirst,x\n", "D001", (2, 2), "columns that belong here"),
        (b"Definition\nx\n", "D002", (2, 1), "'name' is missing"),
        (COLUMNS.encode() + b"First,a, b,pii,ipa\n", "D005", (2, 1), "5 cells and the header 4"),
        (COLUMNS.encode() + b"First,x,pii,\n\nSecond,x,secret,\n", "D003", (4, 3), "one of"),
        (COLUMNS.encode() + b'"Two\nlines",x,pii,\nSecond,x,secret,\n', "D003", (4, 3), "one of"),
        (b"Name,Name\nFirst,x\n", "Y002", (1, 1), "twice"),
        (b"Name,Field Name\nFirst,x\n", "Y002", (1, 1), "'field name' and 'name'"),
        (b"Field Name,Required (Y/N)\nFirst,perhaps\n", "D003", (2, 2), "yes or no"),
        (b"", "D005", (1, 1), "no header"),
        ("Name\nGröße\n".encode("cp1252"), "Y005", (2, 1), "CSV UTF-8"),
        (b"\xff\xfeN\x00a", "Y005", (1, 1), "CSV UTF-8"),
        (b"Name\nFirst\x07\n", "Y005", (2, 6), "U+0007"),
        (b'Name\n"First\n', "D005", (2, 1), "quotation mark"),
        (b'Name\n"First" x\n', "D005", (2, 1), "quotation mark"),
        (b"Name,\nFirst,lost\n", "D005", (2, 1), "without a name"),
        (b"\n\nName;Definition\nFirst;a;b\n", "D005", (4, 1), "3 cells"),
    ],
)
def test_fault_in_a_csv_file(folder: pathlib.Path, content: bytes, code: str, at: tuple[int, int], word: str) -> None:
    put(folder, "elements.csv", content)
    reading = read(folder, CASE)
    [finding] = [f for f in reading.findings if f.location.file.endswith("elements.csv")]
    assert (finding.code, (finding.location.line, finding.location.column)) == (code, at)
    assert word in f"{finding.message}: {finding.hint}"
    assert reading.proposal is None


def test_missing_csv_file(folder: pathlib.Path) -> None:
    put(folder, "element.csv", COLUMNS)
    finding = only(read(folder, CASE))
    assert (finding.code, finding.location.line, finding.location.column) == ("D004", 4, 19)
    assert "did you mean element.csv?" in finding.hint


def test_csv_file_that_another_program_holds(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "elements.csv", COLUMNS)
    read_bytes = pathlib.Path.read_bytes

    def locked(path: pathlib.Path) -> bytes:
        if path.suffix == ".csv":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", locked)
    finding = only(read(folder, CASE))
    assert (finding.code, finding.location.line) == ("D004", 4)
    assert "can't be read" in finding.message


# -------------------------------------------------------------------------------------------------------------- files


def test_missing_file_names_the_nearest(folder: pathlib.Path) -> None:
    put(folder, "acme.yaml", HEAD)
    with pytest.raises(UsageError, match="there is no file") as error:
        read_proposal(folder / "acne.yaml")
    assert "acme.yaml" in error.value.hint
    with pytest.raises(UsageError, match="is a folder"):
        read_proposal(folder)
    with pytest.raises(UsageError) as error:
        read_proposal(folder.with_name(f"{folder.name}-2") / "acne.yaml")
    assert "acme" not in error.value.hint


def test_missing_proposal_is_looked_for_where_proposals_stand(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(UsageError) as error:
        read_proposal(pathlib.Path("mine.yaml"))
    assert error.value.hint == "no YAML file is there or here; `agreegen new mine.yaml` starts a proposal"
    (folder / "proposals").mkdir()
    put(folder, "proposals/heat.yaml", HEAD)
    for said in ("hete.yaml", "proposals/hete.yaml", "elsewhere/hete.yaml"):
        with pytest.raises(UsageError) as error:
            read_proposal(pathlib.Path(said))
        assert error.value.hint == f"did you mean {pathlib.Path('proposals/heat.yaml')}?"
    with pytest.raises(UsageError) as error:
        read_proposal(pathlib.Path("zzz.yaml"))
    assert str(pathlib.Path("proposals/heat.yaml")) in error.value.hint
    with pytest.raises(UsageError) as error:
        planned([pathlib.Path("proposals/hete.yaml")], [Listed("a", {})])
    assert "heat.yaml" in error.value.hint


@pytest.mark.parametrize(("start", "said"), [
    (b"PK\x03\x04....xl/workbook.xml\x95", "an Excel workbook, and no proposal"),
    (b"PK\x03\x04....word/document.xml\x95", "a Word document, and no proposal"),
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF, and no proposal"),
    (b"\xd0\xcf\x11\xe0", "Excel 97"),
])  # fmt: skip
def test_file_of_another_kind_is_called_what_it_is(folder: pathlib.Path, start: bytes, said: str) -> None:
    (folder / "odd.yaml").write_bytes(start)
    (finding,) = read_proposal(folder / "odd.yaml").findings
    assert (finding.code, said in finding.message, "Notepad" in finding.hint) == ("Y005", True, False)


def test_nearest() -> None:
    assert nearest("data_subject", ["data subjects", "recipient"]) == "data subjects"
    assert nearest("zzz", ["data subjects"]) == ""
    assert nearest("", []) == ""


# -------------------------------------------------------------------------------------------------------- any mapping

KEYS = sorted({w for name in Proposal.model_fields for w in (name, name.replace("_", " "))} | {
    "scope", "name", "elements", "start", "party", "legal name", "kind", "method", "public",
    "approvals", "x"})  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-9, 3000) | st.sampled_from(
    ["", "no", "yes", "DHCS", "partner", "2027-03-01", "2027-02-30", "county", "destroy", "x.csv",
     "phi", "a@b.gov", "é "])  # fmt: skip
BLOCKS = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner,
                      max_size=4), max_leaves=14)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), BLOCKS, max_size=7))
def test_any_mapping_gives_a_proposal_or_findings(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = {"proposal": "Sample", "provider": "DHCS", "recipient": "CDPH", **data}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    path = folder / "any.yaml"
    path.write_text(text, encoding="utf-8")
    reading = read_proposal(path)
    lines = text.count("\n") + 1
    assert reading.proposal is not None or reading.findings
    assert all(f.code and f.message and f.hint for f in reading.findings)
    assert all(1 <= (f.location.line or 0) <= lines for f in reading.findings)


@pytest.mark.parametrize(("path", "missing"), [(("recipient",), ""), ((), "recipient")])
def test_what_stands_in_for_a_party_stays_whole(path: tuple[str, ...], missing: str) -> None:
    """What is put in for one proposal may lose a value; the next proposal gets all of it."""
    left: dict[str, Any] = {}
    partial._take_out(left, path, missing)
    partial._take_out(left, ("recipient", 0, "legal name"), "")
    assert left["recipient"] == [{"kind": "state agency"}]
    assert partial.UNKNOWN == partial.NEEDED["recipient"][0] == {
        "legal name": "(unknown party)", "kind": "state agency",
    }  # fmt: skip


def test_faults_are_mended_from_the_last_on_so_that_entries_keep_their_numbers() -> None:
    elements: list[dict[str, str]] = [{"name": "A", "required": "7"}, {"name": "B"}, {"name": "C", "required": "7"}]
    sides = {"provider": [{**partial.UNKNOWN}], "recipient": [{**partial.UNKNOWN, "legal name": "B"}]}
    data = {"proposal": "Sample", **sides, "data": {"elements": elements}}
    source = read_source(yaml.safe_dump(data).encode(), "x.yaml")

    def mend(_: Any, path: tuple[str | int, ...], missing: str) -> None:
        assert path[:2] == ("data", "elements") and not missing
        del elements[int(path[2])]

    assert partial.mended(data, source, mend, 1) is None
    assert elements == [{"name": "B"}]
    found = partial.mended(data, source, mend, 1)
    assert found is not None and [e.name for e in found.data.elements] == ["B"]


@pytest.mark.parametrize("party", ["Napa", "Lake", "Kings"])
def test_a_bare_county_is_the_only_fault_of_its_party(folder: pathlib.Path, party: str) -> None:
    side = f"recipient: {{party: {party}, governing body: {{action: resolution}}, counsel: {{approves form: yes}}}}"
    found = only(read(folder, HEAD.replace("recipient: CDPH", side)))
    assert (found.code, found.location.path) == ("D006", "recipient.party")
    assert f"did you mean '{party} County'?" in found.hint
    put(folder, "partners/mine.yaml", f"party: {party}\ngoverning body: {{action: resolution}}\n")
    found = only(read(folder, HEAD.replace("CDPH", "mine")))
    assert (found.code, found.hint) == ("D006", f"did you mean '{party} County'?")


@pytest.mark.parametrize(
    ("said", "shown", "hint"),
    [("phi; pii", "phi; pii", "write a list: [phi, pii]"), ("PHI, pii", "PHI, pii", "write a list: [phi, pii]"),
     ("mental health", "mental health", "for mental health write `sensitive`, with `statute: lps`; and below "
      "`regimes:` `riders: [lps]`"), ("pij", "pij", "did you mean 'pii'?")],
)  # fmt: skip
def test_a_classification_is_quoted_as_typed(folder: pathlib.Path, said: str, shown: str, hint: str) -> None:
    found = only(read(folder, HEAD + f'data: {{elements: [{{name: A, classification: "{said}"}}]}}\n'))
    assert (found.message, found.hint) == (f"'classification' can't be '{shown}'", hint)


def test_classifications_of_a_table_are_parted_by_semicolons(folder: pathlib.Path) -> None:
    put(folder, "a.csv", 'name,classification\nA,"phi, pii"\nB,phi; pii\n')
    found = only(read(folder, HEAD + "data: {elements: a.csv}\n"))
    assert (found.location.line, found.hint) == (2, "write `phi; pii`")


@pytest.mark.parametrize(
    ("said", "printed"),
    [("60 day", "60 days"), ("1 days", "1 day"), ("within 60  days", "60 days"), ("10 Working day", "10 working days")],
)
def test_a_period_is_a_count_and_its_unit(folder: pathlib.Path, said: str, printed: str) -> None:
    proposal = read(folder, HEAD + f"end of use: {{within: {said}}}\n").proposal
    assert proposal is not None and proposal.end_of_use.within == printed


@pytest.mark.parametrize(
    ("said", "hint"),
    [("90 days after", "write `90 days` alone"), ("30 day after the end", "write `30 days` alone"),
     *((t, "write a count and a unit, such as `60 days`") for t in ("30", "two weeks", "1.5 years", "30-60 days"))],
)  # fmt: skip
def test_words_around_a_period_are_refused(folder: pathlib.Path, said: str, hint: str) -> None:
    found = only(read(folder, HEAD + f"end of use: {{within: {said}}}\n"))
    assert (found.code, found.location.path, found.hint) == ("D003", "end of use.within", hint)


@pytest.mark.parametrize(
    ("said", "printed"),
    [("7075550100", "(707) 555-0100"), ("'7075550100'", "(707) 555-0100"), ("707-555-0100", "707-555-0100"),
     ("17075550100", "17075550100")],
)  # fmt: skip
def test_a_telephone_of_figures_only_is_parted(folder: pathlib.Path, said: str, printed: str) -> None:
    side = f"recipient: {{party: CDPH, contacts: {{incident: {{phone: {said}}}}}}}"
    proposal = read(folder, HEAD.replace("recipient: CDPH", side)).proposal
    assert proposal is not None
    incident = proposal.lead_recipient.contacts.incident
    assert incident is not None and incident.phone == printed
