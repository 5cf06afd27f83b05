"""Terms: the settings of a master, with counsel's choices in place of the defaults."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from agreegen.errors import UsageError
from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.law import GROUP_OF
from agreegen.law.conditions import holds
from agreegen.law.tables import cell, table

_NONE = object()
_TRUTH = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """What is wrong with a setting that someone chose: its name as written, the fault, and the remedy."""

    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the table has it; `defaults` and `allowed` by variant, group or `all`."""

    name: str
    about: str
    kind: str
    source: str
    defaults: Mapping[str, Any]
    allowed: Mapping[str, Any]
    unit: str | None = None
    lowest: int | None = None
    highest: int | None = None
    none: bool = False
    forced: str | None = None
    raised: Mapping[str, Any] | None = None
    unless: Mapping[str, Any] | None = None

    def exists_in(self, variant: str) -> bool:
        """True when the variant has the setting."""
        return any(key in self.defaults for key in (variant, GROUP_OF[variant], "all"))

    def default(self, variant: str) -> Any:
        """What the variant has when nobody chooses."""
        return cell(self.defaults, variant)

    def choices(self, variant: str) -> tuple[Any, ...]:
        """The values that the variant allows, if it names them."""
        return tuple(cell(self.allowed, variant) or ())


@functools.cache
def settings() -> Mapping[str, Setting]:
    """Every setting by its name; a name with a dot is one of a group."""
    keys = ("unit", "lowest", "highest", "none", "forced", "raised", "unless")
    return {
        row["name"]: Setting(
            row["name"], row["about"], row["kind"], row["source"], row["default"], row.get("allowed", {}),
            **{key: row[key] for key in keys if key in row},
        )
        for row in table("terms")
    }  # fmt: skip


def _flat(chosen: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """The choices by dotted name, with spaces and hyphens of each name as underscores."""
    flat: dict[str, Any] = {}
    for key, value in chosen.items():
        name = above + str(key).strip().lower().replace(" ", "_").replace("-", "_")
        if isinstance(value, Mapping):
            flat |= _flat(value, name + ".")
        else:
            flat[name] = value
    return flat


def _meant(word: str, among: list[str]) -> str:
    close = nearest(word, among)
    return f"did you mean {close}?" if close else ""


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join("none" if v is None else str(v) for v in values)


def _number(setting: Setting, value: Any) -> tuple[Any, str]:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    unit = f" {setting.unit}s" if setting.unit else ""
    span = f"a whole number of{unit or ' units'} from {setting.lowest} to {setting.highest}"
    low, high = setting.lowest or 0, setting.highest or 0
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return _NONE, f"write {span}" + (", or none" if setting.none else "")
    return value, ""


def _choice(setting: Setting, variant: str, value: Any) -> tuple[Any, str]:
    choices = setting.choices(variant)
    words = {str(c).lower().replace(" ", "_"): c for c in choices}
    said = str(value).strip().lower().replace(" ", "_")
    found = words.get(said, words.get(said.replace("-", "_"), _NONE))
    return (
        found,
        "" if found is not _NONE else f"{_meant(said, list(words))} this variant allows: {_listed(choices)}".strip(),
    )


def _value(setting: Setting, variant: str, value: Any) -> tuple[Any, str]:
    """The value as the text uses it, or a remedy."""
    choices = setting.choices(variant)
    if value is None or str(value).strip().lower() == "none":
        value = "none" if "none" in choices else None
    if value is None:
        allowed = setting.none and (not choices or None in choices)
        return (None, "") if allowed else (_NONE, "this setting can't be empty; leave it out for the default")
    if setting.kind == "choice":
        return _choice(setting, variant, value)
    if setting.kind == "yes or no":
        truth = value if isinstance(value, bool) else _TRUTH.get(str(value).strip().lower(), _NONE)
        return truth, "write yes or no"
    if setting.kind == "words":
        worded = isinstance(value, str | int) and not isinstance(value, bool)
        return (str(value).strip() if worded else _NONE), "write it in words"
    number, remedy = _number(setting, value)
    if choices and number not in choices and number is not _NONE:
        return _NONE, f"this variant allows: {_listed(choices)}"
    return number, remedy


def _checked(name: str, value: Any, variant: str, facts: Mapping[str, Any] | None) -> tuple[Any, SettingProblem | None]:
    setting = settings().get(name)
    if setting is None:
        return _NONE, SettingProblem(
            name,
            f"there is no setting {name}",
            _meant(name, list(settings())) or f"the settings are: {', '.join(settings())}",
        )
    if not setting.exists_in(variant):
        return _NONE, SettingProblem(name, f"the {variant} master has no setting {name}", "leave it out")
    found, remedy = _value(setting, variant, value)
    if found is _NONE:
        return _NONE, SettingProblem(name, f"{value!r} is no value of the setting {name}", remedy)
    if setting.forced and facts is not None and not found and holds(setting.forced, {"facts": facts}):
        return _NONE, SettingProblem(name, f"the law of a regime in this proposal requires {name}", "leave it out")
    return found, None


def _default(setting: Setting, variant: str, facts: Mapping[str, Any] | None) -> Any:
    value = setting.default(variant)
    if facts is None or not setting.exists_in(variant):
        return value
    if setting.forced and holds(setting.forced, {"facts": facts}):
        return True
    if setting.raised and holds(setting.raised["when"], {"facts": facts}):
        return setting.raised["to"]
    return value


def _opposed(values: dict[str, Any], variant: str, facts: Mapping[str, Any] | None) -> list[SettingProblem]:
    """Settings that can't stand beside another setting's value; each is set back to its default."""
    problems = []
    for name, row in settings().items():
        default = _default(row, variant, facts)
        for other, value in (row.unless or {}).items():
            if values[other] == value and values[name] != default:
                problems.append(
                    SettingProblem(
                        name,
                        f"{name} {values[name]} can't stand beside {other} {value}",
                        f"leave out {name}, or {other}",
                    )
                )
                values[name] = default
    return problems


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        group, _, leaf = name.rpartition(".")
        (nested.setdefault(group, {}) if group else nested)[leaf] = value
    return nested


def terms(
    variant: str, overrides: Mapping[str, Any] | None = None, facts: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[SettingProblem, ...]]:
    """The settings of a variant, nested as templates name them, and what is wrong with the overrides.

    A wrong override leaves the default in place. A setting that the variant doesn't have is None.
    """
    values = {name: _default(setting, variant, facts) for name, setting in settings().items()}
    problems = []
    for name, value in _flat(overrides or {}).items():
        if name not in settings() and any(n.startswith(name + ".") for n in settings()):
            parts = ", ".join(n.removeprefix(name + ".") for n in settings() if n.startswith(name + "."))
            problems.append(SettingProblem(name, f"{name} is a group of settings", f"name one of: {parts}"))
            continue
        found, problem = _checked(name, value, variant, facts)
        if problem is not None:
            problems.append(problem)
        else:
            values[name] = found
    problems += _opposed(values, variant, facts)
    return _nested(values), tuple(problems)


def setting(name: str) -> Setting:
    """The setting of that name."""
    try:
        return settings()[name]
    except KeyError:
        raise UsageError(f"there is no setting {name}", _meant(name, list(settings()))) from None
