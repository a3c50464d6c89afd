"""One walk over a tree before anything else is done with it: is it small enough, and what is called and bound in it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from mcpskills.validation.rules.python.source import TOO_DEEP, BeyondError

# Of 1,500 honest files the largest has 23,000 nodes, the deepest 34 levels. The checks recurse: levels stay far below
# Python's own limit wherever they are called from. What they cost grows with the nodes and with the levels above each of them.
_MOST_NODES = 60_000
_MOST_LEVELS = 200
_MOST_COST = 1_000_000
_LONGEST_NAME = 500
_JUDGED = (ast.Call, ast.Constant, ast.Import, ast.ImportFrom, ast.FunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_NOTED = (ast.Call, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, *_LOOPS)
_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)


_BUILTINS = frozenset({"exec", "eval"})


@dataclass(frozen=True, slots=True)
class Survey:
    """`judged` are the nodes that bandit's tests look at, each with its parent, in the order of the source.

    `aliases` are the names that imports bind, `bound` what is assigned to a name somewhere in the file or what it goes through
    in a loop, `values` the names, attributes and calls that are read but not called, and the imports that pass for `exec` or
    `eval`.
    """

    judged: list[tuple[ast.AST, ast.AST]] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    bound: dict[str, list[ast.expr]] = field(default_factory=dict)
    values: list[ast.expr | ast.alias] = field(default_factory=list)

    def name_of(self, function: ast.expr) -> str:
        """The dotted name of what is called, with aliases resolved, such as `os.system`; empty when it has none."""
        parts: list[str] = []
        while isinstance(function, ast.Attribute):
            parts.append(function.attr)
            function = function.value
        root = self._root(function)
        return ".".join([root, *reversed(parts)]) if root else ".".join(reversed(parts))

    def _root(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id, node.id)
        return self._indirect(node) if isinstance(node, ast.Call) else ""

    def _indirect(self, call: ast.Call) -> str:
        """`__import__("os")`, `importlib.import_module("os")` and `getattr(os, "system")`."""
        match call:
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module" | "__import__"),
                args=[ast.Constant(value=str() as module), *_],
            ):
                return module
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), *_]):
                return f"{self.name_of(owner)}.{name}"
            case _:
                return ""


def survey(tree: ast.Module) -> Survey:
    """Raises `BeyondError` for a tree that cannot be judged in bounded time."""
    found = Survey()
    cost = 0
    for count, (node, parent, level) in enumerate(_walk(tree)):
        cost += level
        if level > _MOST_LEVELS:
            raise BeyondError(TOO_DEEP)
        if count > _MOST_NODES or cost > _MOST_COST:
            raise BeyondError("it has too many expressions")
        if isinstance(node, _JUDGED):
            found.judged.append((node, parent))
        if _is_value(node, parent):
            found.values.append(node)
        _note(node, found)
    return found


def _walk(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST, int]]:
    """Each node with its parent and its level, in the order of the source."""
    pending: list[tuple[ast.AST, ast.AST, int]] = [(tree, tree, 0)]
    while pending:
        place = pending.pop()
        yield place
        node, _, level = place
        pending += [(child, node, level + 1) for child in _children(node)]


def _children(node: ast.AST) -> list[ast.AST]:
    """The children that are more than a mark, last first."""
    children: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            children += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and not isinstance(value, _MARKS):
            children.append(value)
    children.reverse()
    return children


def _is_value(node: ast.AST, parent: ast.AST) -> TypeGuard[ast.expr]:
    match parent:
        case ast.Call(func=function) if function is node:
            return False
        case ast.Attribute(attr=name) if not name.startswith("__"):
            # What is asked of a variable that happens to be called `eval`.
            return False
    return isinstance(node, ast.Call) or (isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load))


def _note(node: ast.AST, found: Survey) -> None:
    if not isinstance(node, _NOTED):
        return
    match node:
        case ast.Call():
            found.calls.append(node)
        case ast.Import(names=names):
            _import(found, [(name, name.name) for name in names if name.asname])
        case ast.ImportFrom(module=module, names=names):
            _import(found, [(name, f"{module or ''}.{name.name}") for name in names])
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind(target, value, found)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            _bind(target, value, found)
        case _ if isinstance(node, _LOOPS):
            _bind(node.target, node.iter, found)
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() as op, value=value) if name in found.bound:
            _bind(node.target, ast.BinOp(found.bound[name].pop(), op, value), found)
        case _:
            pass


def _bind(target: ast.expr, value: ast.expr, found: Survey) -> None:
    if isinstance(target, ast.Name):
        found.bound.setdefault(target.id, []).append(value)


def _import(found: Survey, names: list[tuple[ast.alias, str]]) -> None:
    """Note what names an import binds. One that passes for a builtin may never be reached, so it does not take its place."""
    for alias, whole in names:
        name = alias.asname or alias.name
        if name in _BUILTINS:
            found.values.append(alias)
        else:
            found.aliases[name] = _short(whole)


def _short(name: str) -> str:
    # Each call through an alias is looked up under its whole name.
    if len(name) > _LONGEST_NAME:
        raise BeyondError(f"it imports a name of more than {_LONGEST_NAME} characters")
    return name
