"""Words of a list or a proposal that no agreement may print: told with place and remedy, and nothing is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.finding import Severity
from agreegen.reading import read_partner_list, read_proposal

if TYPE_CHECKING:
    import pathlib

    from agreegen.finding import Finding
    from agreegen.reading import PartnerList

HEAD = "proposal: Sample\nprovider: DHCS\n"


def put(folder: pathlib.Path, content: str, name: str = "partners.csv") -> PartnerList:
    (folder / name).write_text(content, encoding="utf-8")
    return read_partner_list(name, folder)


def of_proposal(folder: pathlib.Path, text: str) -> tuple[Finding, ...]:
    (folder / "proposal.yaml").write_text(HEAD + text, encoding="utf-8")
    return read_proposal(folder / "proposal.yaml").findings


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Alpine County,East Bay Health Care District,special district,,", "B (legal name)", "County of Alpine"),
        ("Alpine County,,special district,,", "C (kind)", "county"),
        (',"University of California, Davis",county,uc-davis,', "C (kind)", "'uc'"),
        (",Yolo County,city,,", "C (kind)", "County of Yolo"),
        ("Colusa County,,,,Napa County", "E (short name)", "County of Colusa"),
    ],
)
def test_row_that_contradicts_its_party_is_not_made(row: str, column: str, said: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"party,legal name,kind,id,short name\n{row}\n")
    (finding,) = found.findings
    assert not found.partners
    assert (finding.code, finding.severity) == ("D008", Severity.ERROR)
    assert finding.location.cell == f"row 2, column {column}"
    assert said in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    "row",
    [
        "Napa County,County of Napa,county,,",
        "County of Napa,napa county,County,napa,",
        ",Yolo County Flood Control,special district,,",
        ",CDA,nonprofit,cda,CDA",
        "San Francisco,City and County of San Francisco,,,SF",
    ],
)
def test_names_that_agree_are_right(row: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"party,legal name,kind,id,short name\n{row}\n")
    assert (len(found.partners), found.findings) == (1, ())


def test_row_that_contradicts_a_record_of_the_folder(tmp_path: pathlib.Path) -> None:
    from agreegen.reading import read_partners  # noqa: PLC0415 (only here)

    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "clinic.yaml").write_text("legal name: Sample Clinic\nkind: nonprofit\n")
    (tmp_path / "list.csv").write_text("party,legal name\nclinic,Other Clinic\n")
    found = read_partner_list("list.csv", tmp_path, read_partners(tmp_path / "partners"))
    assert [f.code for f in found.findings] == ["D008"]
    assert not found.partners


@pytest.mark.parametrize(
    "recipient",
    [
        "{party: Alpine County, legal name: County of Butte}",
        "{party: Alpine County, kind: city}",
        "{legal name: County of Butte, kind: city}",
    ],
)
def test_party_of_a_proposal_that_contradicts_itself(recipient: str, tmp_path: pathlib.Path) -> None:
    (finding,) = of_proposal(tmp_path, f"recipient: {recipient}\n")
    assert (finding.code, finding.location.line) == ("D008", 3)
    assert finding.location.path.startswith("recipient.")
