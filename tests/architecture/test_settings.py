"""Settings: each one that is read is described, and nothing else is."""

import re

from tests.architecture.source import PACKAGE, ROOT, python_files

READ = re.compile(r"\b(?:env\.)?(?:text|flag|number|words)\(\s*\"([A-Z_]+)\"")


def test_the_page_of_settings_lists_what_is_read() -> None:
    read = {
        f"MAYAK_{name}"
        for path in python_files(PACKAGE / "config")
        for name in READ.findall(path.read_text())
    }
    page = (ROOT / "docs" / "operate" / "settings.md").read_text()
    described = set(re.findall(r"^\| `(MAYAK_[A-Z_]+)`", page, re.MULTILINE))
    assert described == read


def test_only_env_reads_the_environment() -> None:
    readers = [
        path.relative_to(PACKAGE).as_posix()
        for path in python_files(PACKAGE)
        if re.search(r"os\.(environ|getenv)", path.read_text())
    ]
    assert [
        name for name in readers if name not in {"config/env.py", "config/cli.py", "config/wsgi.py"}
    ] == []


def test_links_of_the_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text())]
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page, link in links
        if "://" not in link and not link.startswith("mailto:") and not (page.parent / link).exists()
    ]
    assert broken == []
