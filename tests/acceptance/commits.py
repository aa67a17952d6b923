"""Every place of the product that commits, found by reading its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import daemon

ROOT = Path(daemon.__file__).parent


def commits() -> set[str]:
    """The names of all places that commit, as `faultpoints.reach_commit` knows them."""
    found = set()
    for file in ROOT.rglob("*.py"):
        if "sandbox" not in file.parts:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found |= {f"{file.stem}.{name}" for name in named(tree, "", {})}
    return found


def named(node: ast.AST, place: str, loops: dict[str, list[str]]) -> Iterator[str]:
    """`caller:work` of each transaction below a node; loops: names that stand for several works."""
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.FunctionDef):
            inner = f"{place}{child.name}.<locals>."
        elif isinstance(child, ast.ClassDef):
            inner = f"{place}{child.name}."
        elif isinstance(child, ast.For) and isinstance(child.iter, ast.Tuple):
            loops |= {ast.unparse(child.target): [ast.unparse(one) for one in child.iter.elts]}
        elif isinstance(child, ast.Call) and ast.unparse(child.func).endswith(".transact"):
            caller = place.removesuffix(".<locals>.")
            work = ast.unparse(child.args[0]).rpartition(".")[2]
            yield from (f"{caller}:{one}" for one in loops.get(work, [work]))
        yield from named(child, inner, loops)
