"""The commands for finished files: what an agreement gives back, what is said of a changed one, what a check says."""

from __future__ import annotations

import json
import pathlib
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

EXAMPLE = pathlib.Path(__file__).parents[1] / "proposals" / "required-by-law.yaml"


@pytest.fixture
def agreement(run: Callable[..., Run], tmp_path: pathlib.Path) -> pathlib.Path:
    """The example's agreement in Word."""
    assert run("generate", EXAMPLE, "-f", "docx", "-o", "out").code == 0
    return tmp_path / "out" / "required-by-law.docx"


def edited(path: pathlib.Path, old: bytes, new: bytes) -> pathlib.Path:
    """The Word file with a word of its text replaced."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    assert old in parts["word/document.xml"]
    parts["word/document.xml"] = parts["word/document.xml"].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as after:
        for name, data in parts.items():
            after.writestr(name, data)
    return path


def test_extract_prints_the_proposal_byte_for_byte(run: Callable[..., Run], agreement: pathlib.Path) -> None:
    found = run("extract", agreement)
    assert (found.code, found.out.encode()) == (0, EXAMPLE.read_bytes())
    assert "says what was generated from required-by-law.yaml" in found.err


def test_extract_names_what_was_changed(run: Callable[..., Run], agreement: pathlib.Path) -> None:
    found = run("extract", edited(agreement, b"shall", b"may"))
    assert found.code == 1
    assert "X002" in found.err
    assert "may" in found.err
    assert found.out.encode() == EXAMPLE.read_bytes()


def test_extract_writes_what_generate_reads_again(run: Callable[..., Run], agreement: pathlib.Path,
                                                  tmp_path: pathlib.Path) -> None:  # fmt: skip
    made = agreement.read_bytes()
    found = run("extract", agreement, "--output", "back")
    assert found.code == 0
    assert {pathlib.Path(line).name for line in found.out.splitlines()} >= {"required-by-law.yaml"}
    assert run("generate", tmp_path / "back" / "required-by-law.yaml", "-f", "docx", "-o", "again").code == 0
    assert (tmp_path / "again" / "required-by-law.docx").read_bytes() == made
    (tmp_path / "back" / "required-by-law.yaml").write_text("proposal: mine\n", encoding="utf-8")
    refused = run("extract", agreement, "--output", "back")
    assert refused.code == 2
    assert "--force" in refused.err


def test_extract_json(run: Callable[..., Run], agreement: pathlib.Path) -> None:
    said = json.loads(run("extract", agreement, "--json").out)
    assert said["matches"] is True
    assert said["source"]["template"]["variant"] == "intra-agency"


def test_a_copy_for_the_public_holds_no_source(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    assert run("generate", EXAMPLE, "-f", "docx", "-o", "public", "--no-source").code == 0
    file = tmp_path / "public" / "required-by-law-NO-SOURCE.docx"
    with zipfile.ZipFile(file) as package:
        assert not [n for n in package.namelist() if "customXml" in n]
    found = run("extract", file)
    assert (found.code, found.out) == (1, "")
    assert "X001" in found.err


def test_a_marked_copy_never_replaces_the_agreement(run: Callable[..., Run], agreement: pathlib.Path) -> None:
    made = agreement.read_bytes()
    named = {
        ("--watermark", "Copy"): "required-by-law-COPY.docx",
        ("--signature-fields",): "required-by-law-SIGNATURE-FIELDS.docx",
        ("--no-source", "--watermark", "a/b"): "required-by-law-A-B-NO-SOURCE.docx",
        ("--draft", "--watermark", "Copy"): "required-by-law-DRAFT-COPY.docx",
        (): agreement.name,
    }
    for options, name in named.items():
        done = run("generate", EXAMPLE, "-f", "docx", "-o", "out", *options)
        assert (done.code, pathlib.Path(done.out.strip()).name) == (0, name)
        assert agreement.read_bytes() == made


def test_watermark_and_anchors_are_put_in(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    proposal, partners = tmp_path / EXAMPLE.name, EXAMPLE.parent / "partners"
    proposal.write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "agreegen.toml").write_text(f'esign = "docusign"\npartners = "{partners.as_posix()}"\n')
    assert run("generate", proposal, "-f", "docx", "--watermark", "FOR REVIEW", "--force").code == 0
    with zipfile.ZipFile(tmp_path / "output" / "required-by-law-FOR-REVIEW.docx") as package:
        body = package.read("word/document.xml")
        heads = b"".join(package.read(n) for n in package.namelist() if "header" in n)
    assert b"/sn1/" in body
    assert b'string="FOR REVIEW"' in heads


@pytest.mark.parametrize(("option", "value"), [("--pdf-profile", "ua2"), ("--pdf-engine", "acrobat")])
def test_what_does_not_exist_is_named(run: Callable[..., Run], option: str, value: str) -> None:
    found = run("generate", EXAMPLE, option, value)
    assert found.code == 2
    assert f"'{value}'" in found.err
    assert "choose" in found.err


def test_validate_says_what_it_cannot_read(run: Callable[..., Run], agreement: pathlib.Path) -> None:
    found = run("validate", agreement, "none.pdf")
    assert found.code == 2
    assert found.out.count("could not be checked") == 2
    assert json.loads(run("validate", agreement, "--json").out)["passed"] is False
    assert run("validate", agreement, "--profile", "9z").code == 2
