"""What a text in the source will be, as far as the source tells: joined, formatted, listed, bound to a name, or encoded."""

import ast
import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mcpskills.validation.rules.python.source import BeyondError

UNKNOWN = "{}"
"""Stands for a part that is not known before the code runs."""

_LONGEST = 4000
_MOST_BINDINGS = 8
# Names that are bound to names, and expressions inside expressions, that are followed.
_NAMES, _LEVELS = 3, 30
_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "b32decode": base64.b32decode,
    "b85decode": base64.b85decode,
    "a85decode": base64.a85decode,
    "unhexlify": binascii.unhexlify,
    "fromhex": lambda digits: bytes.fromhex(digits.decode("ascii", "replace")),
}
_SAME = frozenset({"format", "format_map", "decode", "encode", "strip", "split", "replace"})


@dataclass(slots=True)
class Folding:
    """Folds expressions of one file. `bound` has what is assigned to each name, wherever; `steps` is what may still be spent."""

    bound: Mapping[str, list[ast.expr]]
    steps: int = 300_000

    def text(self, node: ast.expr, names: int = _NAMES, levels: int = _LEVELS) -> str:
        """At most 4,000 characters. A list becomes its items with blanks between, a name with several values one line for each.

        Raises `BeyondError` when too much has been asked for.
        """
        self.steps -= 1
        if self.steps < 0:
            raise BeyondError("its texts are put together in too many steps")
        if levels == 0:
            return UNKNOWN
        return self._text(node, names, levels - 1)[:_LONGEST]

    def _text(self, node: ast.expr, names: int, levels: int) -> str:
        match node:
            case ast.Constant(value=str() | bytes() as value):
                text = value[:_LONGEST]
                return text if isinstance(text, str) else text.decode("utf-8", "replace")
            case ast.BinOp(left=inner, op=ast.Mod()) | ast.FormattedValue(value=inner) | ast.Starred(value=inner):
                return self.text(inner, names, levels)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args):
                return self._called(owner, name, args, names, levels)
            case ast.Name(id=name) if names and name in self.bound:
                return self._joined("\n", self.bound[name][:_MOST_BINDINGS], names - 1, levels)
            case _:
                separator, parts = _put_together(node)
                return self._joined(separator, parts, names, levels) if parts else UNKNOWN

    def _joined(self, separator: str, nodes: list[ast.expr], names: int, levels: int) -> str:
        return separator.join(self.text(node, names, levels) for node in nodes[:_LONGEST])

    def _called(self, owner: ast.expr, name: str, args: list[ast.expr], names: int, levels: int) -> str:
        if name in _DECODERS and args:
            return _decoded(_DECODERS[name], self.text(args[0], names, levels))
        if name == "join" and args and isinstance(args[0], ast.List | ast.Tuple):
            return self._joined(self.text(owner, names, levels), args[0].elts, names, levels)
        return self.text(owner, names, levels) if name in _SAME else UNKNOWN


def _put_together(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The separator and the parts of a text that is added up, formatted or listed."""
    match node:
        case ast.BinOp(op=ast.Add()):
            return "", _terms(node)
        case ast.JoinedStr(values=values):
            return "", values
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return " ", items
        case _:
            return "", []


def _terms(node: ast.expr) -> list[ast.expr]:
    """What a chain of additions adds up, without recursion: a command may be spelt letter by letter."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _decoded(decode: Callable[[bytes], bytes], encoded: str) -> str:
    try:
        return decode(encoded.encode("ascii", "replace")).decode("utf-8", "replace")
    except ValueError:
        return UNKNOWN
