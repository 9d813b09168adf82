# SPDX-License-Identifier: Apache-2.0
"""Reads a Dockerfile and a .dockerignore: as much of their syntax as this project uses, and an
error for anything else, so that nothing is passed over in silence."""
import dataclasses
import json
import re

KNOWN = {"ARG", "FROM", "LABEL", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK",
         "ENTRYPOINT", "CMD"}
EXPANDED = {"FROM", "LABEL", "ENV", "WORKDIR", "COPY", "USER", "EXPOSE"}  # not RUN: its shell does


class DockerfileError(Exception):
    """The file says something that is not understood here."""


@dataclasses.dataclass
class Instruction:
    line: int
    keyword: str
    flags: dict
    text: str

    def words(self):
        """The exec form ["a", "b"] as a list, anything else split at blanks."""
        return self.exec_form() or self.text.split()

    def exec_form(self):
        return json.loads(self.text) if self.text.startswith("[") else None

    def argv(self):
        """What is to be executed, in either form."""
        return self.exec_form() or ["/bin/sh", "-c", self.text]

    def pairs(self):
        """key=value ... of ENV and LABEL."""
        found = re.findall(r'([\w.-]+)=("[^"]*"|\S*)', self.text)
        return {key: value.strip('"') for key, value in found}


@dataclasses.dataclass
class Stage:
    name: str
    base: str
    instructions: list

    def last(self, keyword):
        """The instruction that counts where only the last one of its kind does."""
        found = [one for one in self.instructions if one.keyword == keyword]
        return found[-1] if found else None

    def environment(self):
        pairs = {}
        for one in self.instructions:
            if one.keyword == "ENV":
                pairs.update(one.pairs())
        return pairs

    def ports(self):
        return [int(port) for one in self.instructions if one.keyword == "EXPOSE"
                for port in one.words()]

    def health_command(self):
        check = self.last("HEALTHCHECK")
        kind, _, command = check.text.partition(" ")
        if kind != "CMD":
            raise DockerfileError(f"line {check.line}: HEALTHCHECK without CMD")
        return Instruction(check.line, "CMD", {}, command.strip()).argv()

    def start_command(self, *arguments):
        """ENTRYPOINT with `arguments`, or with CMD if there are none."""
        return self.last("ENTRYPOINT").argv() + (list(arguments) or self.last("CMD").argv())


def logical_lines(text):
    """(line number, instruction) with continuation lines joined; comments within are dropped."""
    start, collected = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        start = start or number
        if line.endswith("\\"):
            collected += line[:-1]
            continue
        yield start, (collected + line).strip()
        start, collected = 0, ""
    if collected:
        raise DockerfileError(f"line {start}: the last line ends in a backslash")


def expand(text, variables):
    """$NAME, ${NAME} and ${NAME:-default}."""
    def value(match):
        return variables.get(match[1] or match[2]) or match[3] or ""
    return re.sub(r"\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})", value, text)


def parse(text):
    """The stages of a Dockerfile, in order. Names of earlier stages are left to the caller."""
    stages, variables = [], {}
    for line, instruction in logical_lines(text):
        keyword, _, rest = instruction.partition(" ")
        if keyword not in KNOWN:
            raise DockerfileError(f"line {line}: {keyword} is not understood")
        if "<<" in rest:
            raise DockerfileError(f"line {line}: here-documents are not understood")
        flags = {}
        while match := re.match(r"\s*--([\w-]+)=(\S+)\s*", rest):
            flags[match[1]] = match[2]
            rest = rest[match.end():]
        rest = rest.strip()
        if keyword in EXPANDED:
            rest = expand(rest, {**variables, **(stages[-1].environment() if stages else {})})
        if keyword == "ARG":
            name, _, default = rest.partition("=")
            variables[name] = default
        elif keyword == "FROM":
            base, _, name = re.fullmatch(r"(\S+)(\s+AS\s+(\S+))?", rest).groups()
            stages.append(Stage(name or str(len(stages)), base, []))
        else:
            stages[-1].instructions.append(Instruction(line, keyword, flags, rest))
    return stages


class Ignore:
    """The rules of a .dockerignore: the last that matches a path or a folder above it counts."""

    def __init__(self, text):
        self.rules = []
        for line in text.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                pattern = line.lstrip("!").strip("/")
                self.rules.append((re.compile(self._expression(pattern)), not line.startswith("!")))

    @staticmethod
    def _expression(pattern):
        parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        tokens = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
        return "".join(parts.get(token, re.escape(token)) for token in tokens) + "(?:/.*)?"

    def ignores(self, path):
        ignored = False
        for expression, verdict in self.rules:
            if expression.fullmatch(path):
                ignored = verdict
        return ignored
