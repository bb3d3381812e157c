"""The single console entry ``qiangji COMMAND``: Django's management commands, with their errors made readable.

Exit status: 0 done and consistent, 1 something is wrong with the input, 2 the call itself is off.
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import DatabaseError, OperationalError


def main() -> None:
    """Run one command; a wrong setting or an unreachable database ends in one Chinese line, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiangji.settings")
    try:
        execute_from_command_line(["qiangji", *sys.argv[1:]])
    except ImproperlyConfigured as error:
        sys.exit(fail(f"配置有误：{error}"))
    except OperationalError as error:
        sys.exit(fail(f"数据库连不上或尚未建好：{error}。请检查 DATABASE_URL，并先运行 qiangji migrate。"))
    except DatabaseError as error:
        sys.exit(fail(f"数据库拒绝了这次操作：{error}。"))
    except BrokenPipeError:
        # Whoever reads the output has seen enough (`qiangji … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(fail("已中断，未完成的一步已撤销。"))


def fail(message: str) -> int:
    """Print a message to standard error and return exit status 1."""
    print(message, file=sys.stderr)
    return 1
