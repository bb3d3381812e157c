"""`qiangji standard …`: read, store, show and write out scoring standards.

Exit status: 0 done and consistent, 1 something is wrong with the input (each thing named on standard
error), 2 the call itself is off. With `--json` standard output holds exactly one JSON document.
"""

from __future__ import annotations

import datetime
import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.lib.numbers import plain
from qiangji.standards.content import to_yaml
from qiangji.standards.exceptions import EditionNotFound, StandardsError, os_reason
from qiangji.standards.loader import library_dir
from qiangji.standards.models import Edition
from qiangji.standards.reader import ParsedStandard, parse_file
from qiangji.standards.schema import EditionSpec, SourceSpec, json_schema_text
from qiangji.standards.selectors import (
    EditionTree,
    current_wording,
    edition_by_ref,
    edition_spec,
    edition_tree,
)
from qiangji.standards.services import attach_wording, import_edition, load_library, publish_edition


class Command(BaseCommand):
    """Reads, stores, shows and exports standards."""

    help = "读取、导入、查看和导出评分标准"
    requires_system_checks: list[str] = []  # parse must work without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="子命令")
        self._add_parse(verbs.add_parser("parse", help="读取一个量化表文件并列出所有问题，不动数据库"))
        self._add_import(
            verbs.add_parser("import", help="把量化表文件存为新的标准版本，或作为已有版本的官方文本")
        )
        listing = verbs.add_parser("list", help="列出所有标准版本")
        listing.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
        show = verbs.add_parser("show", help="显示一个标准版本")
        show.add_argument("ref", metavar="CODE[@EDITION]")
        show.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
        export = verbs.add_parser("export", help="导出一个标准版本")
        export.add_argument("ref", metavar="CODE[@EDITION]")
        export.add_argument("--format", choices=["yaml"], default="yaml")
        export.add_argument("--output", type=Path, help="写入文件；不写则输出到屏幕")
        publish = verbs.add_parser("publish", help="发布一个草稿版本，发布后不再修改")
        publish.add_argument("ref", metavar="CODE@EDITION")
        publish.add_argument("--adopted-by", default="", help="采用这个版本的机关")
        publish.add_argument("--adoption-number", default="", help="采用文件的文号")
        schema = verbs.add_parser("schema", help="输出标准文件的 JSON Schema")
        schema.add_argument("--write", action="store_true", help="写入 library/edition.schema.json")
        load = verbs.add_parser("load", help="把内置标准库存入数据库，可重复运行")
        load.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def _add_parse(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def _add_import(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--code", help="标准代号，小写字母、数字和连字符")
        parser.add_argument("--wording-of", metavar="CODE@EDITION", help="作为这个版本的官方文本")
        parser.add_argument("--label", help="版本名；不写则取文件里的，或当年年份")
        parser.add_argument("--title", default="", help="名称；不写则取文件里的标题")
        parser.add_argument(
            "--applies-to", choices=["hospital", "branch"], default="hospital", help="适用对象"
        )
        parser.add_argument("--document", default="", help="依据文件名称")
        parser.add_argument("--number", default="", help="文号")
        parser.add_argument("--issuer", default="", help="发文机关")
        parser.add_argument("--date", type=datetime.date.fromisoformat, help="发文日期，例如 2020-06-02")
        parser.add_argument("--jurisdiction", default="", help="适用地区")
        parser.add_argument(
            "--force", choices=["normative", "example", "reference"], default="reference", help="效力"
        )
        parser.add_argument("--publish", action="store_true", help="导入后立即发布")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "parse": self.parse,
            "import": self.import_file,
            "list": self.list_editions,
            "show": self.show,
            "export": self.export,
            "publish": self.publish,
            "schema": self.schema,
            "load": self.load,
        }
        try:
            verbs[options["verb"]](**options)
        except EditionNotFound as error:
            self.end(str(error), status=2)
        except StandardsError as error:
            lines = [line for block in (str(error), *error.messages) for line in block.split("\n")]
            self.end("\n".join(dict.fromkeys(lines)), status=1)

    def publish(self, *, ref: str, adopted_by: str, adoption_number: str, **_: Any) -> None:
        """Publish a draft, with the authority that adopted it."""
        edition = publish_edition(
            edition=edition_by_ref(ref),
            by=None,
            at=timezone.now(),
            adopted_by=adopted_by,
            adoption_number=adoption_number,
        )
        self.stderr.write(f"标准版本 {edition.ref} 已发布，从现在起不再修改。")

    def end(self, message: str, *, status: int) -> NoReturn:
        """End with a message on standard error and an exit status, without Django's English prefix."""
        self.stderr.write(message)
        raise SystemExit(status)

    def print_json(self, data: Any) -> None:
        """Print the one JSON document."""
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))

    def parse(self, *, file: Path, json: bool, **options: Any) -> None:
        """Read a file and print what was understood."""
        parsed = parse_file(file)
        if json:
            self.print_json(parsed.as_json())
        else:
            self.stdout.write(parsed_text(parsed))
        for problem in parsed.problems:
            word = "错误" if problem.severity == "error" else "提醒"
            self.stderr.write(f"{word}：{problem.where}：{problem.message}")
        if not file.is_file():
            raise SystemExit(2)
        if parsed.has_errors:
            raise SystemExit(1)

    def import_file(self, *, file: Path, code: str | None, wording_of: str | None, **options: Any) -> None:
        """Store a file as a new edition, or attach it as the wording of one."""
        if not file.is_file():
            self.end(f"找不到文件 {file}，请核对路径。", status=2)
        if code is None and wording_of is None:
            self.end("请用 --code 指明存为哪个标准，或用 --wording-of 指明是哪个版本的官方文本。", status=2)
        if wording_of is not None:
            if code not in {None, wording_of.partition("@")[0]}:
                self.end(
                    f"--code {code} 与 --wording-of {wording_of} 不是同一个标准，请只写其中一个。", status=2
                )
            self.import_wording(file, wording_of, as_json=options["json"])
            return
        parsed = parse_file(file)
        for problem in parsed.problems:
            if problem.severity == "warning":
                self.stderr.write(f"提醒：{problem.where}：{problem.message}")
        edition = import_edition(
            parsed=parsed,
            code=code or "",
            label=options["label"],
            by=None,
            at=timezone.now(),
            publish=options["publish"],
            filename=file.name,
            title=options["title"],
            applies_to=options["applies_to"],
            source=source_from(options),
        )
        self.report(f"已导入标准版本 {edition.ref}", edition, as_json=options["json"])

    def import_wording(self, file: Path, ref: str, *, as_json: bool) -> None:
        """Attach a file's words to an edition."""
        edition = edition_by_ref(ref)
        attach_wording(
            edition=edition, parsed=parse_file(file), filename=file.name, by=None, at=timezone.now()
        )
        self.report(f"{file.name} 已成为标准版本 {edition.ref} 的官方文本", edition, as_json=as_json)

    def report(self, message: str, edition: Edition, *, as_json: bool) -> None:
        """Say what was done, on the stream that leaves standard output to JSON."""
        edition = edition_by_ref(edition.ref)
        if as_json:
            self.stderr.write(message)
            self.print_json(edition_json(edition))
        else:
            status = edition.get_status_display()
            self.stdout.write(
                f"{message}：{edition.criteria.count()} 条，{plain(edition.total_points)} 分，{status}。"
            )

    def list_editions(self, *, json: bool, **options: Any) -> None:
        """List all editions."""
        editions = list(Edition.objects.select_related("standard"))
        if json:
            self.print_json({"editions": [edition_json(edition) for edition in editions]})
            return
        for edition in editions:
            force = edition.get_force_display()
            status = edition.get_status_display()
            points = plain(edition.total_points)
            self.stdout.write(f"{edition.ref}  {status}  {force}  {points} 分  {edition.title}")
        if not editions:
            self.stdout.write("还没有标准版本，请运行 qiangji standard load。")

    def show(self, *, ref: str, json: bool, **options: Any) -> None:
        """Show one edition."""
        edition = edition_by_ref(ref)
        tree = edition_tree(edition)
        if not json:
            self.stdout.write(tree_text(tree))
            return
        content = edition_spec(edition).model_dump(mode="json", exclude_defaults=True)
        wording = current_wording(edition)
        texts = {criterion.code: criterion.text for criterion in tree.criteria if criterion.text}
        shown = (
            {"filename": wording.filename, "digest": wording.digest, "criteria": texts} if wording else None
        )
        self.print_json({**edition_json(edition), "content": content, "wording": shown})

    def export(self, *, ref: str, output: Path | None, **options: Any) -> None:
        """Write an edition as YAML that imports to the same edition."""
        text = to_yaml(edition_spec(edition_by_ref(ref)))
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            self.end(f"无法写入 {output}（{os_reason(error)}），请换一个位置。", status=2)
        self.stderr.write(f"已写入 {output}。")

    def schema(self, *, write: bool, **options: Any) -> None:
        """Print the JSON Schema of an edition, or write it into the library."""
        if not write:
            self.stdout.write(json_schema_text(), ending="")
            return
        path = library_dir() / "edition.schema.json"
        path.write_text(json_schema_text(), encoding="utf-8")
        self.stderr.write(f"已写入 {path}。")

    def load(self, *, json: bool, **options: Any) -> None:
        """Store the library."""
        loaded = load_library(at=timezone.now())
        if json:
            self.print_json({"editions": [{**edition_json(x.edition), "created": x.created} for x in loaded]})
            return
        for item in loaded:
            self.stdout.write(f"{item.edition.ref}  {'已存入并发布' if item.created else '已有，内容一致'}")


def source_from(options: dict[str, Any]) -> SourceSpec | None:
    """The source as given on the command line; None where nothing was said about it."""
    document = options["document"] or options["title"] or options["number"]
    if not document:
        return None
    names = ["number", "issuer", "date", "jurisdiction", "force"]
    return SourceSpec(document=document, **{name: options[name] for name in names})


def edition_json(edition: Edition) -> dict[str, Any]:
    """The head of an edition for scripts."""
    return {
        "code": edition.standard.code,
        "label": edition.label,
        "title": edition.title,
        "applies_to": edition.standard.applies_to,
        "status": edition.status,
        "force": edition.force,
        "origin": edition.origin,
        "total_points": plain(edition.total_points),
        "criteria": edition.criteria.count(),
        "content_digest": edition.content_digest,
        "public_id": str(edition.public_id),
    }


def parsed_text(parsed: ParsedStandard) -> str:
    """A parsed table for people."""
    counts = parsed.as_json()["counts"]
    lines = [
        parsed.title or "（没有标题）",
        f"{counts['sections']} 个项目，{counts['criteria']} 条，"
        f"{plain(parsed.total_points)} 分，{counts['vetoes']} 条否决情形",
    ]
    for number, section in enumerate(parsed.sections, start=1):
        lines += [
            "",
            f"{number} {section.title}（{plain(section.points)} 分{'，加分' if section.is_bonus else ''}）",
        ]
        for group in section.groups:
            lines += [f"  {group.title}"] if group.title else []
            for criterion in group.criteria:
                points = "无分值" if criterion.points is None else f"{plain(criterion.points)} 分"
                lines.append(f"    {criterion.number}. {criterion.text}  {points}")
    lines += ["", *(f"否决：{veto}" for veto in parsed.vetoes)] if parsed.vetoes else []
    return "\n".join(lines)


def tree_text(tree: EditionTree) -> str:
    """A stored edition for people: titles, figures, notes, places and, where imported, the official words."""
    edition = tree.edition
    spec: EditionSpec = edition_spec(edition)
    status = edition.get_status_display()
    lines = [
        f"{edition.title}（{edition.ref}）",
        f"{status}，{edition.get_force_display()}，{plain(edition.total_points)} 分，{len(tree.criteria)} 条",
        f"依据：{edition.source_document} {edition.source_number}".rstrip(),
        f"官方文本：{'已导入' if tree.has_wording else '未导入，以下为本系统的概括'}",
    ]
    for section in tree.sections:
        lines += ["", f"{section.number} {section.title}（{plain(section.points)} 分）"]
        for group in section.groups:
            lines += [f"  {group.title}"] if group.title else []
            for criterion in group.criteria:
                points = "不计分" if criterion.points is None else f"{plain(criterion.points)} 分"
                lines.append(f"    {criterion.code}  {criterion.title}  {points}")
                lines += [f"      {text}" for text in (criterion.note, criterion.text) if text]
    lines += ["", *(f"{veto.kind_label}：{veto.title}" for veto in tree.vetoes)]
    lines += [
        f"{t.title}：{'高于' if t.strict else '不低于'} {plain(t.value)} {t.unit}" for t in tree.thresholds
    ]
    lines += [f"说明：{note}" for note in spec.notes]
    return "\n".join(lines)
