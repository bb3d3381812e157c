"""Find a Chromium for the browser tests, and install one where that may be done without asking.

``python -m tools.browser`` is what ``make test`` calls first: it stays silent where a browser is there, installs
Debian's where it runs as root with apt-get, and otherwise leaves the browser tests to be skipped loudly.
"""

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
PACKAGES = ("chromium", "fonts-noto-cjk")
MISSING = "没有找到 Chromium 或 Chrome：浏览器测试全部跳过。装好浏览器，或用 QIANGJI_BROWSER 指明它的路径。"


def find() -> str | None:
    """Return the path of a browser: the one that QIANGJI_BROWSER names, else the first known name on PATH."""
    named = os.environ.get("QIANGJI_BROWSER")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium with Chinese fonts; a failure is reported by the tests that are then skipped."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL, env=environment)


def main() -> None:
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("正在安装浏览器测试所用的 Chromium 和中文字体……", file=sys.stderr)
        install()
    if find() is None:
        print(f"!!!! {MISSING}", file=sys.stderr)


if __name__ == "__main__":
    main()
