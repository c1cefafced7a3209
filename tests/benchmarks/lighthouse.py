"""What Lighthouse 12 says of the public pages, as on a slow phone.

    python -m tests.benchmarks.lighthouse [--pages / /grannsamverkan/] [--languages sv ar] [--keep FOLDER]

Starts one web process with settings as in earnest on SQLite in a temporary folder, and runs `npx lighthouse@12` (Node
with npm, and Chromium; CHROME_PATH names another) on each page in each language: Lighthouse's own slow 4G and a phone
with a quarter of this machine's speed. Prints a line a page with the four scores; fails when accessibility, best
practices or SEO is below 100, or performance below 95. `--keep` saves the reports as JSON there.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.bench_public import TOWN, web
from tests.benchmarks.machinery import Site

PAGES = (
    "/",
    "/grannsamverkan/",
    "/rad/",
    "/rad/kallare/",
    "/stadsdel/",
    "/stadsdel/norrby/",
    "/stadsdel/norrby/hus/",
    "/stadsdel/norrby/siffror/",
    "/lofte/",
    "/ga-med/",
    "/integritet/",
)
LANGUAGES = ("sv", "ar")
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TRIES = 3
LIGHTHOUSE = "lighthouse@12"
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def report(address: str, to: Path) -> dict[str, int]:
    """The scores of one page, out of a hundred; its report is kept at `to`."""
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={to}"]
    command += [f"--only-categories={','.join(WANTED)}", f"--chrome-flags={FLAGS}"]
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
    for attempt in range(TRIES):
        # On a busy machine Chromium now and then loses the trace, and Lighthouse asks to be run again.
        done = subprocess.run(command, check=attempt == TRIES - 1, env={**os.environ, "CHROME_PATH": chrome})
        if done.returncode == 0:
            break
    categories = json.loads(to.read_text())["categories"]
    return {name: round(100 * categories[name]["score"]) for name in WANTED}


def failures(at: Path) -> list[str]:
    """What costs a page points, by Lighthouse's own names."""
    audits = json.loads(at.read_text())["audits"].values()
    return sorted(audit["id"] for audit in audits if audit["score"] is not None and audit["score"] < 0.9)


def measure(pages: list[str], languages: list[str], folder: Path, keep: Path) -> list[str]:
    """Print each page's scores; the lines of those below what is wanted."""
    site = Site(
        folder / "site", database=f"sqlite:///{folder / 'light.sqlite3'}", mail_port=1, ALLOWED_HOSTS="localhost"
    )
    lacking = []
    try:
        site.run("django", "collectstatic", "--no-input", "--verbosity", "0")
        site.run("django", "shell", "-v0", "-c", TOWN)
        with web(site, host="localhost") as port:
            for page in pages:
                for language in languages:
                    to = keep / f"{page.strip('/').replace('/', '-') or 'start'}-{language}.json"
                    scores = report(f"http://localhost:{port}{page}?sprak={language}", to)
                    line = f"{page} {language} " + " ".join(f"{name} {score}" for name, score in scores.items())
                    print(line, flush=True)  # noqa: T201
                    if any(scores[name] < wanted for name, wanted in WANTED.items()):
                        lacking.append(f"{line}: {', '.join(failures(to))}")
    finally:
        site.stop()
    return lacking


def main() -> None:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="+", default=PAGES)
    parser.add_argument("--languages", nargs="+", default=LANGUAGES)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keep = options.keep or folder
        keep.mkdir(parents=True, exist_ok=True)
        if lacking := measure(options.pages, options.languages, folder, keep):
            raise SystemExit("below what is wanted:\n" + "\n".join(lacking))


if __name__ == "__main__":
    main()
