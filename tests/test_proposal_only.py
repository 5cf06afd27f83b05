"""The state forms without the body: the form, its exhibits and signatures; every reference leads somewhere."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from agreegen import generate, workspace
from agreegen.agreement import agreement_of
from agreegen.finding import Severity
from agreegen.proposal.regimes import Ferpa, Hipaa, HivRecords, Part2, SpecialRegimes, Tribal, VitalRecords
from agreegen.reading import read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import example, master

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = pathlib.Path(__file__).resolve().parents[1]
STATE = ["calhhs-hipaa", "disputed-eligibility", "statewide-part2"]
HEADING = re.compile(r"^##? (?:\[(?P<id>[a-z0-9-]+)\] )?.+$", re.M)


def made(name: str, folder: pathlib.Path) -> tuple[str, tuple[str, ...]]:
    """The outline of an example's agreement without its body, and the exhibits that are on."""
    for path in (ROOT / "proposals").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    source = (ROOT / "proposals" / f"{name}.yaml").read_text(encoding="utf-8")
    assert "\nterms:" not in source
    proposal = folder / f"{name}.yaml"
    proposal.write_text(f"{source}\nterms:\n  body: proposal only\n", encoding="utf-8")
    here = workspace.find(folder, {"AGREEGEN_CACHE": str(folder / "cache")}, output=str(folder / "out"), format="docx")
    result = generate.generate(proposal, here)
    assert not [f for f in result.findings if f.severity is Severity.ERROR]
    reading = read_proposal(proposal)
    assert reading.proposal is not None
    return outline(result.files[0].read_bytes()), agreement_of(reading.proposal).exhibits


def clause_ids(text: str) -> Iterator[str]:
    return (m["id"] for m in HEADING.finditer(text) if m["id"])


def led_nowhere(text: str) -> list[str]:
    """The sentences that say what a Section provides of which the Signed Master has no provision; tables only list."""
    part, section, empty = 0, 0, []
    for line in text.splitlines():
        if line.startswith("# "):
            part, section = part + 1, 0
        elif line.startswith("## "):
            section += 1
        elif line.startswith("The Signed Master has no provision on this subject."):
            empty.append(f"{part}.{section}")
    assert len(empty) > 7
    named = re.compile(rf"(?<![\d.])(?:{'|'.join(map(re.escape, empty))})(?![\d(]|\.\d)")
    cells = re.compile(r"(?:(?:Sections?|Exhibit) [\w.]+(?:,? and )?)+")
    text = re.sub(r"CFR \d+\.\d+(?:(?:\(\w\))*,? and \d+\.\d+)?", "", text)
    lines = [line for line in text.splitlines() if not line.startswith("<toc")]
    sentences = [s.strip("| ") for line in lines for s in (line.split(" | ") if line[:1] == "|" else [line])]
    return [s for s in sentences if named.search(s) and not cells.fullmatch(s)]


RIDERS: Any = ["lps_5329", "lanterman_4517", "lic_breach"]
REGIMES: list[dict[str, Any]] = [
    {"ferpa": Ferpa(kind="studies", source_agency="Sample District"), "regimes": SpecialRegimes(
        part2=Part2(path="research"), tribal=Tribal.model_validate({"tribes": ["Sample Tribe"]}), hiv=HivRecords(),
        vital_records=VitalRecords(), riders=RIDERS)},
    {"ferpa": Ferpa(kind="audit", source_agency="Sample District"), "hipaa": Hipaa(relationship="research_waiver"),
     "regimes": SpecialRegimes(part2=Part2(path="audit"), vital_records=VitalRecords())},
]  # fmt: skip
"""Special regimes that the examples lack; the first for a use that is research, the other for one that isn't."""


@pytest.mark.parametrize("research", [True, False])
@pytest.mark.parametrize("variant", ["intra-agency", "state-agency"])
def test_no_regime_leads_to_a_section_that_holds_nothing(variant: str, research: bool) -> None:
    proposal = example("calhhs-hipaa")
    use = proposal.use.model_copy(update={"research": research, "products": (), "deidentification": None})
    found = proposal.model_copy(update={
        "variant": variant, "use": use, **REGIMES[not research],
        "research": example("university-research").research if research else None,
        "dispute": example("disputed-eligibility").dispute, "terms": {"body": "proposal_only"},
    })  # fmt: skip
    text = outline(render(master(variant), agreement_of(found).context))
    for exhibit in ("ferpa", "part2", "statute-riders", "tribal", "research"):
        assert (f"@ [{exhibit}]" in text) is (research or exhibit not in ("tribal", "research"))
    assert led_nowhere(text) == []
    assert ("information that was made from Data and that identifies no person" in text) is (variant == "intra-agency")
    assert "except a form left blank for later use" in text
    assert ("**Undersecretary** means" in text) is ("Undersecretary." in text) is (variant == "intra-agency")
    assert "**Program Oversight**" not in text
    assert ("**Agency Information Officer**" in text) is (variant == "state-agency")
    assert "the Party that the row names shall act as the row states." in text


@pytest.mark.parametrize("name", STATE)
def test_the_form_is_printed_with_its_exhibits_and_signatures_and_no_term(name: str, tmp_path: pathlib.Path) -> None:
    text, on = made(name, tmp_path)

    assert tuple(re.findall(r"^@ \[([a-z0-9-]+)\]", text, re.M)) == on
    assert "Implementing Terms" not in text
    ids = list(clause_ids(text))
    assert ids[:2] == ["parties", "basis-instrument"] and ids[-1] == "signatures"
    led = text.split("# References to the Signed Master\n")[1].split("# Effect and signatures\n")[0]
    said = [line for line in led.splitlines() if line and not line.startswith("##")]
    assert len(said) > 45
    assert all("Signed Master" in line and " shall " not in line for line in said)
    assert not re.search(r"Sections? +(?:[.,;)]|$)", text, re.M)
    assert "Clauses beyond the official texts" not in text
    assert led_nowhere(text) == []
