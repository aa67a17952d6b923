"""`python -m daemon.sandbox.manual DIRECTORY`: writes into the manual pages what the code knows.

That is every command with its options, in `feed-sync.1`, and every setting, in `feed-sync.toml.5`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from daemon.cli import group
from daemon.destination_settings import DestinationSettings
from daemon.overrides import bare, is_section
from daemon.settings import Settings
from daemon.template import is_nested, shown_default

BEGIN, END = '.\\" What follows is made by `make docs`.\n', '.\\" So far.\n'
PAGES = ("feed-sync.1", "feed-sync.toml.5")


def roff(text: str) -> str:
    """A text as manual pages write it, on one line."""
    plain = " ".join(text.replace("\b", "").split()).replace("\\", "\\e")
    plain = plain.replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{plain}" if plain[:1] in {".", "'"} else plain


def entry(term: str, text: str) -> list[str]:
    """A term in bold, and what it means below it."""
    return [".TP", f".B {roff(term)}", roff(text)]


def command_lines(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command with its options, and those below it."""
    if not isinstance(command, click.Group):
        usage = command.collect_usage_pieces(context)
        yield f".SS {roff(' '.join([context.command_path, *usage]))}"
        yield roff(command.help or "")
        for one in command.get_params(context):
            record = one.get_help_record(context)
            if record and "--help" not in one.opts:
                yield from entry(*record)
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None and not inner.hidden:
            yield from command_lines(inner, click.Context(inner, context, name))


def setting_lines(name: str, section: type[BaseModel]) -> Iterator[str]:
    """A section with its keys, and those inside it."""
    if name:
        yield f".SS {roff(f'[{name}]')}"
        yield roff(section.__doc__ or "")
    for key, field in section.model_fields.items():
        if not is_nested(field):
            default = field.get_default(call_default_factory=True, validated_data={})
            shown = "" if field.is_required() else f" = {shown_default(field, default)}"
            yield from entry(f"{key}{shown}", field.description or "")
    for key, field in section.model_fields.items():
        if is_nested(field):
            kind, inner = bare(field.annotation), f"{name}.{key}".lstrip(".")
            if is_section(kind):
                yield from setting_lines(inner, kind)
            else:
                yield from setting_lines(f"{inner}.NAME", DestinationSettings)


def made(page: str) -> str:
    """What a page says that the code knows."""
    if page == "feed-sync.1":
        lines = command_lines(group, click.Context(group, info_name="feed-sync"))
    else:
        lines = setting_lines("", Settings)
    return "\n".join(filter(None, lines)) + "\n"


def brought_up_to_date(page: str, text: str) -> str:
    """The text of a page with what the code knows between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{made(page)}{END}{after}"


def main() -> None:
    """Bring all pages of a directory up to date."""
    for page in PAGES:
        file = Path(sys.argv[1]) / page
        text = file.read_text(encoding="utf-8")
        file.write_text(brought_up_to_date(page, text), encoding="utf-8")


if __name__ == "__main__":
    main()
