"""Every import contract is seen to break, so that one which holds says something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BREACHES = {
    "clock.py": "import hub.access",
    "kinds/planted_one.py": "import hub.kinds.planted_two",
    "kinds/planted_two.py": "",
    "ids.py": "import apscheduler\nimport litestar\nimport pyotp\nimport pywebpush",
}


def test_every_contract_breaks_when_it_is_broken(tmp_path: Path) -> None:
    _copy_hub(tmp_path)
    for name, line in BREACHES.items():
        with (tmp_path / "hub" / name).open("a") as module:
            module.write(f"\n{line}\n")
    done = _lint_imports(tmp_path)
    contracts = (ROOT / ".importlinter").read_text().count("[importlinter:contract:")
    assert done.returncode != 0
    assert f"Contracts: 0 kept, {contracts} broken." in done.stdout


def test_a_module_outside_the_layers_is_refused(tmp_path: Path) -> None:
    _copy_hub(tmp_path)
    (tmp_path / "hub" / "stray.py").write_text('"""Nobody said where this stands."""\n')
    done = _lint_imports(tmp_path)
    assert "hub.stray" in done.stdout
    assert "1 broken." in done.stdout


def _copy_hub(folder: Path) -> None:
    shutil.copytree(ROOT / "hub", folder / "hub", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    (folder / "hub" / "kinds").mkdir(exist_ok=True)
    (folder / "hub" / "kinds" / "__init__.py").touch()


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", ".importlinter"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
