"""How many statements a program has SQLite run, without its help: see statement-counter.c."""
import os
import shutil
import struct
import subprocess
from pathlib import Path

from .measure import Side
from .settings import BENCHMARKS


class StatementCount:
    """Zero, always, where there is no C compiler."""

    def __init__(self, folder: Path):
        self.file, library = folder / "count", folder / "counter.so"
        self.environment: dict[str, str] = {}
        if compiler := shutil.which("cc") or shutil.which("clang"):
            subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library,
                            BENCHMARKS / "statement-counter.c", "-ldl"], check=True)
            self.environment = {"LD_PRELOAD": str(library), "STATEMENT_COUNT": str(self.file)}

    @property
    def words(self) -> list[str]:
        """The environment as words of env(1)."""
        return [f"{name}={value}" for name, value in self.environment.items()]

    @property
    def total(self) -> int:
        """All statements so far, also of a program that still runs."""
        return struct.unpack("=Q", self.file.read_bytes())[0] if self.file.exists() else 0

    def of(self, side: Side) -> int:
        """The statements of one more run of a command."""
        side.prepare()
        before = self.total
        subprocess.run(list(map(str, side.command)), check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | self.environment)
        return self.total - before
