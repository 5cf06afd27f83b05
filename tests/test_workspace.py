"""Workspaces: a setting comes from the flag, else the environment, else the file, else the default."""

from __future__ import annotations

import pathlib
import tomllib

import pytest

from agreegen import workspace
from agreegen.errors import UsageError
from agreegen.workspace import CHOICES, KEYS, SETTINGS, create, find, shipped


def settings(folder: pathlib.Path, text: str) -> None:
    (folder / SETTINGS).write_text(text, encoding="utf-8")


def test_defaults(tmp_path: pathlib.Path) -> None:
    found = find(tmp_path, {})
    assert found.root == tmp_path.resolve()
    assert (found.output, found.partners) == (found.root / "output", found.root / "partners")
    assert found.templates == shipped("templates")
    assert (found.pdf_engine, found.format, found.compression, found.terms) == ("auto", "both", "zlib:6", None)


def test_precedence(tmp_path: pathlib.Path) -> None:
    settings(tmp_path, 'format = "docx"\noutput = "file"\n')
    environment = {"AGREEGEN_FORMAT": "pdf", "AGREEGEN_OUTPUT": "environment"}
    assert find(tmp_path, {}).format == "docx"
    assert find(tmp_path, environment).format == "pdf"
    assert find(tmp_path, environment, format="both").format == "both"
    assert find(tmp_path, environment, format=None).format == "pdf"
    assert find(tmp_path, {"AGREEGEN_FORMAT": ""}).format == "docx"
    assert [find(tmp_path, e).output.name for e in ({}, environment)] == ["file", "environment"]
    assert find(tmp_path, environment, output="flag").output.name == "flag"


@pytest.mark.parametrize("key", [k for k in KEYS if k not in CHOICES])
def test_every_setting_can_be_given_in_each_way(key: str, tmp_path: pathlib.Path) -> None:
    settings(tmp_path, f'{key} = "one"\n')
    values = [getattr(find(tmp_path, e, **flags), key) for e, flags in (
        ({}, {}), ({f"AGREEGEN_{key.upper()}": "two"}, {}), ({}, {key: "three"}))]  # fmt: skip
    assert [pathlib.Path(v).name for v in values] == ["one", "two", "three"]


@pytest.mark.parametrize("key", CHOICES)
def test_a_setting_with_few_values_has_no_other(key: str, tmp_path: pathlib.Path) -> None:
    for value in CHOICES[key]:
        settings(tmp_path, f'{key} = "{value}"\n')
        found = getattr(find(tmp_path, {}), key)
        assert found == ((value == "yes") if isinstance(found, bool) else value)
    with pytest.raises(UsageError, match="'other'") as wrong:
        find(tmp_path, {}, **{key: "other"})
    assert CHOICES[key][0] in wrong.value.hint


def test_environment_of_the_process(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGREEGEN_FORMAT", "pdf")
    assert find(tmp_path).format == "pdf"


def test_the_nearest_settings_upward(tmp_path: pathlib.Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    settings(tmp_path, 'format = "pdf"\n')
    assert find(inner, {}).root == tmp_path.resolve()
    settings(tmp_path / "a", 'format = "docx"\n')
    assert find(inner, {}).format == "docx"


def test_folders_are_beside_the_settings_unless_absolute(tmp_path: pathlib.Path) -> None:
    inner = tmp_path / "proposals"
    inner.mkdir()
    settings(tmp_path, f'output = "made"\npartners = "{(tmp_path / "elsewhere").as_posix()}"\ntemplates = "~/t"\n')
    found = find(inner, {})
    assert found.output == tmp_path.resolve() / "made"
    assert found.partners == tmp_path / "elsewhere"
    assert found.templates == pathlib.Path.home() / "t"


def test_own_templates_where_the_workspace_has_them(tmp_path: pathlib.Path) -> None:
    (tmp_path / "templates").mkdir()
    assert find(tmp_path, {}).templates == shipped("templates")
    (tmp_path / "templates" / "base.docx").write_bytes(b"")
    assert find(tmp_path, {}).templates == tmp_path.resolve() / "templates"


def test_terms(tmp_path: pathlib.Path) -> None:
    settings(tmp_path, "[terms]\nsmall_cell = 11\n")
    assert find(tmp_path, {}).terms == {"small_cell": 11}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('fromat = "pdf"\n', "did you mean format?"),
        ("zzz = 1\n", "settings: templates"),
        ("format = pdf\n", "written"),
        ('format = "pdf\n', "written"),
        ("[terms\n", "written"),
        ("format = 7\n", "text"),
        ("output = []\n", "text"),
        ("terms = 7\n", "[terms]"),
        ("[format]\nx = 1\n", "text"),
    ],
)
def test_faults_in_the_settings(text: str, word: str, tmp_path: pathlib.Path) -> None:
    settings(tmp_path, text)
    with pytest.raises(UsageError, match=r"agreegen\.toml") as error:
        find(tmp_path, {})
    assert word in f"{error.value.message} {error.value.hint}"


def test_settings_that_are_no_text(tmp_path: pathlib.Path) -> None:
    (tmp_path / SETTINGS).write_bytes(b'output = "\x93x"')
    with pytest.raises(UsageError, match="can't be read") as error:
        find(tmp_path, {})
    assert "UTF-8" in error.value.hint
    (tmp_path / SETTINGS).write_bytes(b"\xef\xbb\xbfformat = 'pdf'\n")
    assert find(tmp_path, {}).format == "pdf"


def test_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace.cache_folder
    assert folder({"AGREEGEN_CACHE": "/x"}) == pathlib.Path("/x")
    monkeypatch.setattr(workspace.sys, "platform", "linux")
    assert folder({"XDG_CACHE_HOME": "/c"}) == pathlib.Path("/c/agreegen")
    assert folder({}) == pathlib.Path.home() / ".cache" / "agreegen"
    monkeypatch.setattr(workspace.sys, "platform", "win32")
    assert folder({"LOCALAPPDATA": "/l"}) == pathlib.Path("/l/agreegen/cache")
    monkeypatch.setattr(workspace.sys, "platform", "darwin")
    assert folder({}) == pathlib.Path.home() / "Library" / "Caches" / "agreegen"


def test_new_workspace(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "mine" / "agreements"
    written = create(folder)
    assert all(p.is_file() for p in written)
    assert {p.name for p in folder.iterdir()} >= {"proposals", "partners", "templates", SETTINGS}
    assert (folder / "proposals" / "county-coverage.yaml").is_file()
    assert (folder / "proposals" / "county-coverage-elements.csv").is_file()
    assert (folder / "partners" / "alameda-county.yaml").is_file()
    assert find(folder / "proposals", {}).root == folder.resolve()
    assert find(folder, {}).templates == folder.resolve() / "templates"


def test_a_new_workspace_has_no_agreements_of_others(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    (shipped / "output").mkdir(parents=True)
    (shipped / "output" / "case.docx").write_bytes(b"an agreement")
    (shipped / "case.yaml").write_bytes(b"proposal: Sample\n")
    monkeypatch.setattr(workspace, "shipped", lambda _: shipped)
    assert {p.name for p in create(tmp_path / "new")} == {"case.yaml", SETTINGS}


def test_settings_of_a_new_workspace_name_every_setting(tmp_path: pathlib.Path) -> None:
    create(tmp_path / "new")
    lines = (tmp_path / "new" / SETTINGS).read_text(encoding="utf-8").splitlines()
    uncommented = "\n".join(line.removeprefix("# ") for line in lines[1:])
    found = tomllib.loads(uncommented)
    assert set(found) <= {*KEYS, "terms"}
    assert set(KEYS) - set(found) <= {"compression"}
    settings(tmp_path / "new", uncommented)
    before = find(tmp_path / "new", {})
    settings(tmp_path / "new", "")
    assert find(tmp_path / "new", {}).output == before.output


def test_nothing_existing_is_touched(tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty").mkdir()
    create(tmp_path / "empty")
    with pytest.raises(UsageError, match="isn't an empty folder"):
        create(tmp_path / "empty")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError):
        create(tmp_path / "file")
    with pytest.raises(UsageError, match="can't be"):
        create(tmp_path / "file" / "inner")


def test_files_made_otherwise_than_the_settings_say_are_named_so(tmp_path: pathlib.Path) -> None:
    assert workspace.find(tmp_path, {}).mark == ""
    assert workspace.find(tmp_path, {}, source="no", watermark="for review").mark == "FOR-REVIEW-NO-SOURCE"
    assert workspace.find(tmp_path, {"AGREEGEN_WATERMARK": "COPY"}).mark == "COPY"
    (tmp_path / "agreegen.toml").write_text('watermark = "COPY"\nsource = "no"\nsignature_fields = "yes"\n')
    usual = workspace.find(tmp_path, {}, source="no", watermark="COPY", signature_fields="yes")
    assert (usual.mark, workspace.find(tmp_path, {}).mark) == ("", "")
    assert workspace.find(tmp_path, {}, watermark="DRAFT").mark == "DRAFT"
