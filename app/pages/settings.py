"""docs/settings.md, from the settings model: ``python -m app.pages.settings > docs/settings.md``."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from etl.sources.registry import configs
from etl.sources.settings import settings_model
from warehouse.sections.measuring import POLICIES, Policy

_HEAD = """\
# Settings 设置

Generated from the settings model by `python -m app.pages.settings`; do not edit by hand.
本页由设置模型生成，请勿手工修改。

`stuckneck.toml` in the workspace; every key is optional. An unknown or misspelt key is refused
with the nearest valid one. Where a section is called `NAME` the name is yours.
Secrets are never written here but in the environment or in `.env`:
SECRETS, and the variables that channels name.
所有键都可省略；密钥只写在环境变量或 `.env` 中。
"""


def _models(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the section an annotation holds, and whether it holds many by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    args = getattr(annotation, "__args__", ())
    if args and isinstance(args[-1], type) and issubclass(args[-1], BaseModel):
        return args[-1], True
    return None, False


def sections(model: type[BaseModel] | None = None, path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield each section's dotted path (NAME for the user's own names) and its model."""
    model = model or settings_model()
    if path:
        yield path, model
    for name, field in model.model_fields.items():
        inner, many = _models(field.annotation)
        if inner is not None:
            yield from sections(inner, ".".join(p for p in (path, name, "NAME" if many else "") if p))


def keys(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """Return the keys of one section that are no sections themselves."""
    return [(name, f) for name, f in model.model_fields.items() if _models(f.annotation)[0] is None]


def meanings() -> dict[str, Any]:
    """Return section → key → (English, Chinese), nested as in stuckneck.toml."""
    stated = tomllib.loads(files("app.templates").joinpath("settings.toml").read_text(encoding="utf-8"))
    for config in configs():
        stated["sources"][config.source] = {key: list(both) for key, both in config.settings.items()}
    return stated


def meaning(section: str, key: str) -> tuple[str, str]:
    """Return what a key means in English and Chinese. Raises KeyError when settings.toml does not say."""
    node = meanings()
    for step in section.split("."):
        node = node[step]
    english, chinese = node[key]
    return english, chinese


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(s) for s in schema["anyOf"] if s.get("type") != "null")
    if schema.get("type") == "array":
        inner = schema.get("prefixItems") or [schema["items"]]
        return f"list of {f'{len(inner)} × ' if 'prefixItems' in schema else ''}{_type(inner[0])}"
    if schema.get("type") == "object":
        return f"table of {_type(schema['additionalProperties'])}"
    return _choice(schema) or _number(schema) or ("date" if schema.get("format") == "date" else "text")


def _choice(schema: dict[str, Any]) -> str:
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return " or ".join(str(v) for v in values)


def _number(schema: dict[str, Any]) -> str:
    word = {"integer": "whole number", "number": "number", "boolean": "true or false"}.get(schema.get("type", ""), "")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{word} {low}..{high}"
    if low is not None:
        return f"{word} ≥ {low}"
    return f"{word} > {schema['exclusiveMinimum']}" if "exclusiveMinimum" in schema else word


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required 必填"
    value = field.get_default()
    if value is None:
        return "none 无"
    if isinstance(value, dict) and not value:
        return "none 无"
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


def _policies() -> list[str]:
    """Return the table of the policies that come with the program, one column each."""
    said = {name: policy.model_dump(mode="json") for name, policy in POLICIES.items()}
    lines = ["Policies that come with the program 内置口径:", ""]
    lines += [f"| key | {' | '.join(f'`{name}`' for name in said)} |", f"|---|{'---|' * len(said)}"]
    for key in Policy.model_fields:
        values = (json.dumps(policy[key]) if policy[key] is not None else "none 无" for policy in said.values())
        lines.append(f"| `{key}` | {' | '.join(values)} |")
    return lines


def render() -> str:
    """Return docs/settings.md."""
    secrets = ", ".join(f"`{name}`" for config in configs() for name in config.secrets)
    lines = [_HEAD.replace("SECRETS", secrets)]
    for path, model in sections():
        own = keys(model)
        if not own:
            continue
        schema = model.model_json_schema()["properties"]
        about = " ".join((model.__doc__ or "").split())
        lines += [f"## [{path}]", "", about, "", "| key | type | default | meaning | 含义 |", "|---|---|---|---|---|"]
        for name, field in own:
            english, chinese = meaning(path, name)
            kind = _type(schema[name]).replace("|", "\\|")
            lines.append(f"| `{name}` | {kind} | {_default(field)} | {english} | {chinese} |")
        lines += ["", *_policies(), ""] if model is Policy else [""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
