"""What must hold for every module of the library: documented, small, exact, and without hidden inputs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src"
MODULES = sorted(SOURCE.rglob("*.py"))

MAXIMUM_LINES = 400

# Calls by name that no module makes, and why.
FORBIDDEN_CALLS = {
    "float": "binary floats lose digits: use Decimal",
    "eval": "a ruleset is data, never code",
    "exec": "a ruleset is data, never code",
    "compile": "a ruleset is data, never code",
    "__import__": "imports stand at the top",
}
# The one module that compiles: source that it has written itself, with what authors wrote as literals alone.
COMPILING = "partnerrules/backends/to_python/source.py"
ALLOWED_CALLS = {(COMPILING, "compile"), (COMPILING, "exec")}
FORBIDDEN_MODULES = {
    "pickle": "reading it runs code",
    "marshal": "reading it runs code",
    "shelve": "reading it runs code",
    "random": "same input, same output",
    "secrets": "same input, same output",
    "time": "no clock: the caller gives `as_of`",
    "importlib": "imports stand at the top",
}
# `importlib.metadata` only reads the version of the installed package, `importlib.resources` its files.
ALLOWED_MODULES = {"importlib.metadata", "importlib.resources"}
CLOCK_READERS = {"now", "today", "utcnow"}

# Which part of the library may use which dependency, so that it can be replaced in one place.
USERS_OF = {
    "babel": {"quantities", "explanations", "cli"},
    "holidays": {"quantities"},
    "hypothesis": {"strategies", "laws"},
    "jinja2": {"explanations"},
    "pint": {"quantities"},
    "pydantic": {"domain", "schema", "facts"},
    "pytest": {"pytest_plugin"},
    "rich": {"cli"},
    "ruamel": {"language", "facts", "cli"},
    "typer": {"cli"},
}


def module_id(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def part_of(path: Path) -> str:
    """The part of the library that a module belongs to: the first name below the package."""
    return path.relative_to(SOURCE / "partnerrules").parts[0].removesuffix(".py")


def imported_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            # `from importlib import metadata` imports a module too
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield node.lineno, full if full in ALLOWED_MODULES else node.module


def _allowed(path: Path, name: str) -> bool:
    return path.is_relative_to(SOURCE) and (path.relative_to(SOURCE).as_posix(), name) in ALLOWED_CALLS


def faults(path: Path) -> Iterator[str]:
    """Every construct in a module that the library does without."""
    tree = tree_of(path)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS and not _allowed(path, name):
                yield f"line {node.lineno}: {name}(): {FORBIDDEN_CALLS[name]}"
            case ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id="datetime" | "date"))) if (
                name in CLOCK_READERS
            ):
                yield f"line {node.lineno}: .{name}(): no clock: the caller gives `as_of`"
            case ast.ExceptHandler(type=None):
                yield f"line {node.lineno}: an except that catches everything hides mistakes"
            case ast.ExceptHandler(type=ast.Name(id="Exception" | "BaseException")):
                yield f"line {node.lineno}: an except that catches everything hides mistakes"
            case ast.Name(id="TYPE_CHECKING"):
                yield f"line {node.lineno}: TYPE_CHECKING hides an import cycle"
            case _:
                pass
    for line, module in imported_modules(tree):
        if module.split(".")[0] in FORBIDDEN_MODULES and module not in ALLOWED_MODULES:
            yield f"line {line}: {module}: {FORBIDDEN_MODULES[module.split('.')[0]]}"


def test_there_are_modules_to_look_at() -> None:
    assert SOURCE / "partnerrules" / "diagnostics.py" in MODULES


def test_every_folder_is_a_package() -> None:
    """The import contracts do not look into a folder without `__init__.py`."""
    folders = {path.parent for path in MODULES if path.parent != SOURCE}
    assert sorted(module_id(folder) for folder in folders if not (folder / "__init__.py").is_file()) == []


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_says_what_is_in_it(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), "a module starts with a docstring: what is in here, what it may import"


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_is_short_enough_to_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAXIMUM_LINES, f"{lines} lines: which second thing lives here?"


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_is_exact_and_runs_nothing_hidden(path: Path) -> None:
    assert list(faults(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_uses_a_dependency_only_where_it_has_its_place(path: Path) -> None:
    misplaced = [
        f"line {line}: {module} belongs into {' or '.join(sorted(USERS_OF[module.split('.')[0]]))}"
        for line, module in imported_modules(tree_of(path))
        if module.split(".")[0] in USERS_OF and part_of(path) not in USERS_OF[module.split(".")[0]]
    ]
    assert misplaced == []


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_module_imports_from_where_a_thing_is_defined(path: Path) -> None:
    """The package itself imports everything, so whoever imports from the package is part of a cycle."""
    if part_of(path) in {"__init__", "__main__", "cli"}:
        return
    assert [line for line, module in imported_modules(tree_of(path)) if module == "partnerrules"] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = float('1')", 1),
        ("eval('1')", 1),
        ("import pickle", 1),
        ("from random import choice", 1),
        ("from importlib import metadata", 0),
        ("import importlib.metadata", 0),
        ("from importlib import import_module", 1),
        ("import re\nre.compile('x')", 0),
        ("isinstance(x, float)", 0),
        ("datetime.now(zone)", 1),
        ("try:\n    pass\nexcept Exception:\n    pass", 1),
        ("try:\n    pass\nexcept ValueError:\n    pass", 0),
    ],
)
def test_the_search_finds_what_it_looks_for(tmp_path: Path, code: str, expected: int) -> None:
    module = tmp_path / "module.py"
    module.write_text(code, encoding="utf-8")
    assert len(list(faults(module))) == expected
