# SPDX-License-Identifier: Apache-2.0
"""Reads docker-compose.yml: maps, lists and plain or quoted texts, one a line, which is all of YAML
that it uses; and an error for anything else."""
import re


class ComposeError(Exception):
    """The file says something that is not understood here."""


def parse(text, environment=None):
    """The document as dicts, lists and texts; ${NAME:-default} is replaced."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if line:
            lines.append((number, len(line) - len(line.lstrip()), line.strip()))
    document, rest = _block(lines, 0)
    if rest:
        raise ComposeError(f"line {rest[0][0]}: wrong indentation")
    environment = environment or {}
    return _expand(document, lambda m: environment.get(m[1]) or m[2])


def _block(lines, indent):
    """The map or list at `indent` that `lines` begin with, and the lines after it."""
    result = [] if lines and lines[0][2].startswith("- ") else {}
    while lines and lines[0][1] == indent:
        number, _, text = lines.pop(0)
        if isinstance(result, list):
            if not text.startswith("- "):
                raise ComposeError(f"line {number}: not an entry of the list")
            result.append(_scalar(text[2:].strip(), number))
            continue
        match = re.fullmatch(r"([\w-]+):(?:\s+(.+))?", text)
        if not match:
            raise ComposeError(f"line {number}: not understood")
        if match[2]:
            result[match[1]] = _scalar(match[2], number)
        elif lines and lines[0][1] > indent:
            result[match[1]], lines = _block(lines, lines[0][1])
        else:
            result[match[1]] = {}
    return result, lines


def _scalar(text, number):
    if text[0] in "{[&*|>!":
        raise ComposeError(f"line {number}: {text[0]} is not understood")
    return text[1:-1] if text[0] in "\"'" else text


def _expand(node, value):
    if isinstance(node, dict):
        return {key: _expand(child, value) for key, child in node.items()}
    if isinstance(node, list):
        return [_expand(child, value) for child in node]
    return re.sub(r"\$\{(\w+):-([^}]*)\}", value, node)
