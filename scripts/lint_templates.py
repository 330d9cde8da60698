"""Checks the style of all templates with djade; ``--fix`` rewrites them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run djade over every template of the package."""
    files = sorted(str(path) for path in (ROOT / "src").glob("**/templates/**/*.html"))
    mode = [] if "--fix" in sys.argv else ["--check"]
    return subprocess.run(  # noqa: S603  # our own tool on our own files
        [str(Path(sys.executable).with_name("djade")), "--target-version", "5.2", *mode, *files], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
