"""The house rules that no ordinary linter knows: each lint reads a tree of files and names what breaks its rule."""

import ast
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

Finding = tuple[int, str]
"""A line number and what is wrong there."""


@dataclass(frozen=True)
class Lint:
    """`reads` and `except_for` are globs over paths from the root; `find` is given the text of one file."""

    reads: tuple[str, ...]
    find: Callable[[str], Iterator[Finding]]
    except_for: tuple[str, ...] = ()

    def files(self, root: Path) -> list[str]:
        return [path for path in _committed(root) if _any(path, self.reads) and not _any(path, self.except_for)]

    def findings(self, root: Path) -> list[str]:
        return [
            f"{path}:{line} {wrong}"
            for path in self.files(root)
            for line, wrong in self.find((root / path).read_text(encoding="utf-8", errors="replace"))
        ]


def _any(path: str, globs: tuple[str, ...]) -> bool:
    return any(re.fullmatch(_pattern(glob), path) for glob in globs)


def _pattern(glob: str) -> str:
    """`**/` is any number of folders, `*` stays inside one."""
    return re.escape(glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")


@cache
def _committed(root: Path) -> list[str]:
    """What git holds or would take in; every file where there is no git."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "-C",
        str(root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, capture_output=True, text=True, check=False) if (root / ".git").exists() else None
    if listed and listed.returncode == 0:
        return sorted({path for path in listed.stdout.split("\0") if path and (root / path).is_file()})
    return sorted(str(PurePosixPath(path.relative_to(root))) for path in root.rglob("*") if path.is_file())


def round_the_wall(text: str) -> Iterator[Finding]:
    """SQL that the viewer's criteria cannot reach: text, a bare connection, or a table instead of a mapped class."""
    tree = ast.parse(text)
    tables = {name for node in ast.walk(tree) for name in _tables_named(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("text", "TextClause", "literal_column"):
            yield node.lineno, f"{called}() is SQL that nobody reads for the viewer"
        elif called in ("connection", "exec_driver_sql", "raw_connection", "create_engine") or called.startswith(
            "bulk_"
        ):
            yield node.lineno, f"{called}() goes round the session"
        elif called == "select" and any(
            _is_table(part, tables) for argument in node.args for part in ast.walk(argument)
        ):
            yield node.lineno, "select() of a table goes round the wall: select the mapped class or its columns"


def _tables_named(node: ast.AST) -> Iterator[str]:
    """Names bound to a table: `t = X.__table__`, `t = X.__table__.c`, `t = Table(…)`, also in tuples."""
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        for name, value in pairs:
            if isinstance(name, ast.Name) and any(_is_table(part, set()) for part in ast.walk(value)):
                yield name.id


def _is_table(node: ast.AST, tables: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "__table__"
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Table", "table_of")
    return isinstance(node, ast.Name) and node.id in tables


def unpickled(text: str) -> Iterator[Finding]:
    """Stored jobs and pickles run what they are fed."""
    for node in ast.walk(ast.parse(text)):
        named = []
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = [node.module or ""]
        elif isinstance(node, ast.keyword) and node.arg == "jobstores":
            yield node.value.lineno, "jobstores= would unpickle what it reads: schedules stay in memory"
        elif isinstance(node, ast.Attribute) and node.attr == "add_jobstore":
            yield node.lineno, "add_jobstore would unpickle what it reads: schedules stay in memory"
        for name in named:
            if name.split(".")[0] in ("pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"):
                yield node.lineno, f"{name} runs what it is fed"


def undocumented(text: str) -> Iterator[Finding]:
    if not ast.get_docstring(ast.parse(text)):
        yield 1, "a module opens with one sentence that says what it is"


UNSAFE_MARKUP = {
    r"\|\s*safe\b": "|safe switches escaping off",
    r"{%-?\s*autoescape\s+false": "autoescape false switches escaping off",
    r"<style\b": "an inline style sheet is refused by the content policy",
    r"\sstyle=[\"'{]": "an inline style is refused by the content policy",
    r"<script\b(?![^>]*\ssrc\s*=)": "an inline script is refused by the content policy",
    r"\son(?!e=|ce=|ly=)[a-z]+=[\"'{]": "an inline handler is refused by the content policy",
    r"\bhx-on\b": "hx-on evaluates text",
    r"\bhx-vals\s*=\s*[\"']js:": "hx-vals js: evaluates text",
    r"javascript:": "a javascript: address is refused by the content policy",
    r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//": "nothing is loaded or linked from another host",
}


def unsafe_markup(text: str) -> Iterator[Finding]:
    bare = re.sub(r"{#.*?#}", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    for pattern, wrong in UNSAFE_MARKUP.items():
        for hit in re.finditer(pattern, bare, re.IGNORECASE):
            yield bare.count("\n", 0, hit.start()) + 1, wrong


def longer_than(limit: int) -> Callable[[str], Iterator[Finding]]:
    def find(text: str) -> Iterator[Finding]:
        if (lines := len(text.splitlines())) > limit:
            yield limit + 1, f"{lines} lines, and {limit} is the most: stop and cut"

    return find


FLOORS = {"litestar": (2, 22), "multipart": (1, 3, 1), "jinja2": (3, 1, 6), "h11": (0, 16), "cryptography": (50,)}
"""Below these each has a published hole that this hub would be open to."""


def below_floor(text: str) -> Iterator[Finding]:
    held = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"([\w.-]+)==([\d.]+)", line):
            held[found[1].lower()] = (number, tuple(int(part) for part in found[2].strip(".").split(".")))
    for name, floor in FLOORS.items():
        if name not in held:
            yield 1, f"{name} is not locked"
        elif held[name][1] < floor:
            yield held[name][0], f"{name} is below {'.'.join(map(str, floor))}"


def unhashed(text: str) -> Iterator[Finding]:
    entries = re.split(r"(?<!\\)\n", text)
    number = 1
    for entry in entries:
        if entry.strip() and not entry.startswith("#") and ("==" not in entry or "--hash=sha256:" not in entry):
            yield number, "a locked package has an exact version and its hash"
        number += entry.count("\n") + 1


def unsealed(text: str) -> Iterator[Finding]:
    for name, package in json.loads(text)["packages"].items():
        if name and not package.get("integrity", "").startswith("sha512-"):
            yield 1, f"{name} has no integrity"
        if "resolved" in package:
            yield 1, f"{name} says where it was resolved"


def loose_versions(text: str) -> Iterator[Finding]:
    declared = json.loads(text)
    for name, version in (declared.get("dependencies", {}) | declared.get("devDependencies", {})).items():
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            yield 1, f"{name} {version} is not one exact version"


HOSTS = r"(?i)pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|npmmirror|(?<!emit-)index-url"


def names_a_registry(text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(HOSTS, line):
            yield number, "no file names a registry"


@dataclass(frozen=True)
class Planted:
    """A file that breaks one rule, `times` times, to prove that its lint sees it."""

    lint: str
    path: str
    text: str
    times: int = field(default=1)


CODE = ("hub/**/*.py",)
LINTS = {
    "round the wall": Lint(
        CODE,
        round_the_wall,
        except_for=("hub/db.py", "hub/migrations/**", "hub/access.py", "hub/access/**", "hub/audit.py"),
    ),
    "unpickled": Lint(CODE, unpickled),
    "undocumented": Lint(("hub/**/*.py", "tests/**/*.py"), undocumented, except_for=("hub/migrations/versions/**",)),
    "unsafe markup": Lint(("templates/**",), unsafe_markup),
    "long modules": Lint(
        ("hub/**/*.py", "tests/**/*.py"), longer_than(300), except_for=("hub/migrations/versions/**",)
    ),
    "long templates": Lint(("templates/**",), longer_than(80)),
    "long scripts": Lint(("static/**/*.js", "bin/*.mjs"), longer_than(150)),
    "long style sheets": Lint(("static/**/*.css", "static/**/*.scss"), longer_than(200)),
    "below floor": Lint(("requirements.lock",), below_floor),
    "unhashed": Lint(("requirements*.lock",), unhashed),
    "unsealed": Lint(("package-lock.json",), unsealed),
    "loose versions": Lint(("package.json",), loose_versions),
    "names a registry": Lint(("**",), names_a_registry, except_for=("tests/shape/*.py", "**/*.png", ".npmrc")),
}
