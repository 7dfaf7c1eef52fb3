"""Scripts of the examples, which are no packages, as modules that tests can call."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def script(path: Path, called: str | None = None) -> ModuleType:
    """A script as a module.

    Args:
        path: of the script.
        called: the name of the module; that of the file if left out. Others may have a script of the same name.
    """
    name = called or path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
