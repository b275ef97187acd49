"""Build the book: run the chapters that need it, then render the site. Nothing to do if nothing changed.

    python book/build.py              into book/_build/html
    python book/build.py --to FOLDER  into FOLDER/_build/html
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book/ext"))

import execution  # noqa: E402


def state():
    """A text that changes whenever the finished site could."""
    digest = hashlib.sha256(repr([sys.version_info, os.environ.get("BOOK_URL"), os.environ.get("BOOK_REPOSITORY")]).encode())
    for folder in ("book", "chapters", "helpers"):
        for file in execution.source_files(ROOT / folder):
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    digest.update((ROOT / "requirements.txt").read_bytes())
    return digest.hexdigest()


def render(folder):
    """Render all pages with the kept runs. Every warning is an error."""
    shutil.rmtree(folder / "_build/html", ignore_errors=True)   # or pages that no longer exist would stay
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", ".", "--path-output", str(folder), "--all"]
    command += ["--config", "book/_config.yml", "--toc", "book/_toc.yml", "-W", "--keep-going", "--quiet"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0   # warnings come on stderr


def main():
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("--to", type=Path, default=ROOT / "book", help="build into this folder's _build/html")
    folder = parser.parse_args().to.resolve()
    home, stamp, now = folder / "_build/html/book/index.html", folder / "_build/stamp", state()
    if home.exists() and stamp.exists() and stamp.read_text() == now:
        print("The book is up to date:", home)
        return
    start = time.perf_counter()
    stamp.unlink(missing_ok=True)
    failures = execution.run_missing()
    if failures:
        sys.exit("\n\n".join(failures))
    print("Rendering the pages", flush=True)
    if not render(folder):
        sys.exit("The book was not built: see the warnings above.")
    stamp.write_text(now)
    print(f"Built in {time.perf_counter() - start:.0f} s. Open it with a browser: {home}")


if __name__ == "__main__":
    main()
