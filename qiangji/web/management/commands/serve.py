"""``qiangji serve``: the production server. Granian answers the requests, whitenoise gives out the static files.

The command checks what would otherwise meet every visitor as an error, then hands its process over to the server, so
that a service manager talks to the server itself.
"""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "启动正式服务：--host 监听地址，--port 端口，--workers 进程数，--threads 每个进程的线程数。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只在本机")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--workers", type=int, default=2, help="进程数，默认 2")
        parser.add_argument("--threads", type=int, default=4, help="每个进程的线程数，默认 4")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["port"] < 65536:
            raise CommandError(f"端口应在 1 到 65535 之间，现在是 {options['port']}。", returncode=2)
        if options["workers"] < 1 or options["threads"] < 1:
            raise CommandError("进程数和线程数都至少是 1。", returncode=2)
        refuse_taken_address(options["host"], options["port"])
        refuse_old_tables()
        collect_static_files()
        os.execv(sys.executable, command_line(**options))


def refuse_taken_address(host: str, port: int) -> None:
    """Refuse an address on which the server could not listen. Raises CommandError."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"无法在 {host}:{port} 上启动（{error.strerror}）。多半是已有程序占用了这个端口："
            "先停止它，或用 --port 换一个端口（make run PORT=8001）。"
        ) from error


def refuse_old_tables() -> None:
    """Refuse to serve on a database whose tables are not those of this version. Raises CommandError."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("数据库还没有建好，或仍是旧版本的结构。请先运行 qiangji migrate，再启动服务。")
    connection.close()


def collect_static_files() -> None:
    """Collect styles and scripts where that was not done since the program was installed or changed."""
    if settings.DEBUG:
        return
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    collected = manifest.stat().st_mtime if manifest.exists() else 0.0
    if any(
        is_newer(storage, path, collected) for finder in get_finders() for path, storage in finder.list([])
    ):
        call_command("collectstatic", interactive=False, verbosity=0)


def is_newer(storage: Any, path: str, moment: float) -> bool:
    """Say whether a source file changed after a moment."""
    return bool(storage.get_modified_time(path).timestamp() > moment)


def command_line(*, host: str, port: int, workers: int, threads: int, **_: Any) -> list[str]:
    """Return the server's own command line."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--blocking-threads-idle-timeout", "600", "--respawn-failed-workers", "--log-level", "warning"),
        "qiangji.wsgi:application",
    ]
