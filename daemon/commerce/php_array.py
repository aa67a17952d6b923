"""Reads the array literal that a PHP file returns; runs nothing, so any file is safe to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r"""
    (?P<blank>\s+|//[^\n]*|\#(?!\[)[^\n]*|/\*.*?\*/)
    |(?P<single>'(?:[^'\\]|\\.)*')
    |(?P<double>"(?:[^"\\]|\\.)*")
    |(?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    |(?P<arrow>=>)
    |(?P<word>\\?[A-Za-z_]\w*(?:\\\w+)*)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
CONSTANTS = {"true": True, "false": False, "null": None}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f"}
ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
PAIRS = {"[": "]", "(": ")", "{": "}"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that only PHP can tell: a call, a constant, a concatenation. `text` is its source."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of PHP: its kind (a group of TOKEN), its text, and where it stands."""

    kind: str
    text: str
    start: int


def returned(source: str) -> Any:
    """The value after the file's `return`: dicts (keys as PHP has them), texts, numbers.

    Raises:
        ValueError: there is no array after a `return`, or it doesn't end; names the line.
    """
    reader = Reader(source)
    reader.skip_to_return()
    value = reader.value()
    if not isinstance(value, dict):
        message = f"line {reader.line()}: what is returned is not an array literal"
        raise ValueError(message)  # noqa: TRY004 — the file is wrong, not its reader
    return value


def tokens_of(source: str) -> list[Token]:
    """The tokens of PHP source, without white space and comments."""
    found = (Token(str(hit.lastgroup), hit[0], hit.start()) for hit in TOKEN.finditer(source))
    return [token for token in found if token.kind != "blank"]


class Reader:
    """Walks over the tokens of one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = [*tokens_of(source), Token("end", "", len(source))]
        self.at = 0

    @property
    def token(self) -> Token:
        """The token that is next."""
        return self.tokens[self.at]

    def line(self) -> int:
        """The line of the next token."""
        return self.source.count("\n", 0, self.token.start) + 1

    def skip_to_return(self) -> None:
        """Go behind the first `return`."""
        while self.token.text.lower() != "return" or self.token.kind != "word":
            if self.token.kind == "end":
                raise ValueError("the file returns nothing")
            self.at += 1
        self.at += 1

    def value(self) -> Any:
        """The value that begins here; an Expression where it is no literal."""
        start = self.at
        closer = self.opened_array()
        value = self.items(closer) if closer else self.scalar()
        if isinstance(value, Expression) or not self.is_at_end_of_value():
            self.at = start
            return self.expression()
        return value

    def opened_array(self) -> str | None:
        """Go into the array that begins here and tell what closes it; None where none begins."""
        if self.token.text == "[":
            self.at += 1
            return "]"
        if self.token.text.lower() == "array" and self.tokens[self.at + 1].text == "(":
            self.at += 2
            return ")"
        return None

    def items(self, closer: str) -> dict[Any, Any]:
        """The elements up to the closing bracket."""
        found: dict[Any, Any] = {}
        while self.token.text != closer:
            key, value = self.element()
            found[next_index(found) if key is None else key] = value
            if self.token.text == ",":
                self.at += 1
            elif self.token.text != closer:
                raise ValueError(f"line {self.line()}: expected {closer} or a comma")
        self.at += 1
        return found

    def element(self) -> tuple[Any, Any]:
        """A key (None where PHP counts) and its value."""
        value = self.value()
        if self.token.kind != "arrow":
            return None, value
        self.at += 1
        return key_of(value), self.value()

    def scalar(self) -> Any:
        """The text, number or constant here; an Expression for anything else."""
        sign = -1 if self.token.text == "-" else 1
        self.at += sign < 0
        token = self.token
        self.at += token.kind != "end"
        if token.kind == "number":
            return sign * number(token.text)
        if sign < 0:
            return Expression("-")
        if token.kind == "single":
            return re.sub(r"\\(['\\])", r"\1", token.text[1:-1])
        if token.kind == "double":
            return unescaped(token.text[1:-1])
        return CONSTANTS.get(token.text.lower(), Expression(token.text))

    def is_at_end_of_value(self) -> bool:
        """True where nothing of a longer expression follows."""
        return self.token.kind == "arrow" or self.token.text in {",", ";", "]", ")"}

    def expression(self) -> Expression:
        """Everything up to the end of the value that begins here, brackets in pairs."""
        first = self.token.start
        open_brackets: list[str] = []
        while open_brackets or not self.is_at_end_of_value():
            if self.token.kind == "end":
                raise ValueError(f"line {self.line()}: the array does not end")
            if self.token.text in PAIRS:
                open_brackets.append(PAIRS[self.token.text])
            elif open_brackets and self.token.text == open_brackets[-1]:
                open_brackets.pop()
            self.at += 1
        return Expression(self.source[first : self.token.start].strip())


def next_index(found: dict[Any, Any]) -> int:
    """The key that PHP gives to an element without one."""
    return max((key for key in found if isinstance(key, int)), default=-1) + 1


def key_of(value: Any) -> Any:
    """A value as PHP makes a key of it."""
    if value is None:
        return ""
    if isinstance(value, str) and re.fullmatch(r"0|-?[1-9]\d*", value):
        return int(value)
    return int(value) if isinstance(value, bool | float) else value


def number(text: str) -> int | float:
    """A PHP number."""
    plain = text.replace("_", "").lower()
    if plain.startswith(("0x", "0b")):
        return int(plain, 0)
    if re.fullmatch(r"\d+", plain):
        return int(plain, 8) if re.fullmatch(r"0[0-7]+", plain) else int(plain)
    return float(plain)


def unescaped(text: str) -> str | Expression:
    """The value of a text in double quotes; an Expression where it holds a variable."""
    if re.search(r"(?<!\\)(?:\\\\)*(?:\$[A-Za-z_{]|\{\$)", text):
        return Expression(f'"{text}"')
    return ESCAPE.sub(unescaped_one, text)


def unescaped_one(found: re.Match[str]) -> str:
    """What one escape sequence stands for; PHP keeps the backslash of those it doesn't know."""
    codepoint, hexadecimal, octal, mark = found.groups()
    if codepoint or hexadecimal:
        return chr(int(codepoint or hexadecimal, 16))
    if octal:
        return chr(int(octal, 8) & 0xFF)
    return mark if mark in '\\"$' else ESCAPES.get(mark, f"\\{mark}")
