"""All that it takes to make an agreement again is gathered: what comes out of the file makes the same document."""

from __future__ import annotations

import pathlib
import shutil
from typing import TYPE_CHECKING

import pytest

from agreegen import generate, workspace
from agreegen.errors import UsageError
from agreegen.source import Source, described, extracted, gathered, restore, within_docx

if TYPE_CHECKING:
    from agreegen.generate import Opened

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUICK = ("county-coverage", "required-by-law")
EXAMPLES = sorted((ROOT / "proposals").glob("*.yaml"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("cache")


def made(path: pathlib.Path, cache: pathlib.Path, partner: str | None = None) -> tuple[Opened, bytes, Source]:
    """A proposal as `generate` opens it, its document, and its source."""
    here = workspace.find(path.parent, {"AGREEGEN_CACHE": str(cache)})
    opened = generate.opened_proposal(path, here, partner=partner)
    assert opened.agreement
    assert opened.template
    variant = opened.agreement.variant
    version = generate.edition(variant, here)
    source = gathered(path, opened.reading, opened.template, variant=variant, version=version, partner=partner,
                      terms=here.terms)  # fmt: skip
    return opened, generate.document(opened, here)[0], source


@pytest.mark.parametrize(
    "example",
    [
        *(p for p in EXAMPLES if p.stem in QUICK),
        *(pytest.param(p, marks=pytest.mark.slow) for p in EXAMPLES if p.stem not in QUICK),
    ],
    ids=lambda p: p.stem,
)
def test_what_comes_out_makes_the_same_document(
    example: pathlib.Path, tmp_path: pathlib.Path, cache: pathlib.Path
) -> None:
    _, docx, source = made(example, cache)
    found = extracted(within_docx(docx, source), "x.docx")
    assert found.matches
    restored = restore(found, tmp_path / "again")
    assert restored.findings == ()
    assert (tmp_path / "again" / example.name).read_bytes() == example.read_bytes()
    assert made(tmp_path / "again" / example.name, cache)[1] == docx


def test_the_partner_of_a_batch_and_the_settings_come_along(tmp_path: pathlib.Path, cache: pathlib.Path) -> None:
    shutil.copytree(ROOT / "proposals", tmp_path / "work")
    (tmp_path / "work" / "agreegen.toml").write_text("[terms]\nsmall_cell = 16\n")
    proposal = tmp_path / "work" / "county-coverage.yaml"
    text = proposal.read_text(encoding="utf-8")
    name = next(line for line in text.splitlines() if line.startswith("recipient:"))
    proposal.write_text(text.replace(name, "recipient: partner"), encoding="utf-8")
    who = name.partition(":")[2].partition("#")[0].strip()
    _, docx, source = made(proposal, cache, who)
    assert source.settings == {"partner": who, "terms": {"small_cell": 16}}
    found = extracted(within_docx(docx, source), "x.docx")
    restore(found, tmp_path / "again")
    assert found.source.options == ("--partner", who)
    partner = found.source.settings["partner"]
    assert made(tmp_path / "again" / proposal.name, cache, partner)[1] == docx


def test_digests_name_every_word_file_of_the_template(cache: pathlib.Path) -> None:
    opened, _, source = made(EXAMPLES[0], cache)
    assert opened.template
    assert dict(source.template.files) == {f.name: f.sha256 for f in opened.template.files}
    assert any("clauses/" in name for name, _ in source.template.files)
    assert source.template.sha256 == opened.template.sha256


def test_xmp_says_where_it_comes_from(cache: pathlib.Path) -> None:
    _, _, source = made(EXAMPLES[0], cache)
    said = described(source)
    assert said["dc:source"] == f"{EXAMPLES[0].name}; sha256:{source.proposal.sha256}"
    assert set(said) == {"dc:source", "dc:relation", "xmp:CreatorTool"}


def test_a_proposal_that_was_changed_meanwhile_is_refused(tmp_path: pathlib.Path, cache: pathlib.Path) -> None:
    shutil.copytree(ROOT / "proposals", tmp_path / "work")
    proposal = tmp_path / "work" / "required-by-law.yaml"
    here = workspace.find(proposal.parent, {"AGREEGEN_CACHE": str(cache)})
    opened = generate.opened_proposal(proposal, here)
    assert opened.template
    proposal.write_bytes(proposal.read_bytes() + b"# changed\n")
    with pytest.raises(UsageError, match="was changed while"):
        gathered(proposal, opened.reading, opened.template, variant="x", version="1")
    proposal.unlink()
    with pytest.raises(UsageError, match="can't be read"):
        gathered(proposal, opened.reading, opened.template, variant="x", version="1")
