"""``qiangji carry_out_import RUN USER``: the process that a long import runs in; the pages start it, nobody else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.accounts.models import User
from qiangji.intake.exceptions import IntakeError
from qiangji.intake.models import ImportRun
from qiangji.intake.services.work import carry_out, teller
from qiangji.lib.collecting import seldom_collected

State = ImportRun.State


class Command(BaseCommand):
    """Check or apply one run, as its state says."""

    help = "后台核对或导入一张大表（由页面启动，不必手工运行）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", metavar="RUN")
        parser.add_argument("user", metavar="USER")
        parser.add_argument("--watch", type=int, metavar="FD", help="写进度的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.select_related("organization", "content").get(public_id=options["run"])
        by = User.objects.get(public_id=options["user"])
        progress = teller(options["watch"]) if options["watch"] is not None else None
        at = timezone.now()
        if run.state not in (State.CHECKING, State.APPLYING):
            return
        try:
            with seldom_collected():
                carry_out(run=run, state=run.state, mode=run.mode, by=by, at=at, progress=progress)
        except IntakeError as error:
            # What is wrong with rows stands on the run already; anything else is said there now.
            fresh = ImportRun.objects.get(pk=run.pk)
            if fresh.state in (State.CHECKING, State.APPLYING):
                ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED, counts={"reason": str(error)})
