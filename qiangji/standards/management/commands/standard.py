"""`qiangji standard …`: read, store, show and write out scoring standards.

Exit status: 0 done and consistent, 1 something is wrong with the input (each thing named on standard
error), 2 the call itself is off. With `--json` standard output holds exactly one JSON document.
"""

from __future__ import annotations

import datetime
import json
from argparse import ArgumentParser
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.lib.numbers import plain
from qiangji.standards.check_cases import cases_schema_text
from qiangji.standards.checks import checks_schema_text
from qiangji.standards.comparison_report import as_json, as_text
from qiangji.standards.exceptions import EditionNotFound, StandardsError, os_reason
from qiangji.standards.export.formats import FORMATS
from qiangji.standards.figures import figures_schema_text
from qiangji.standards.loader import (
    check_cases,
    edition_dirs,
    library_dir,
    load_edition,
    read_library,
    try_checks,
)
from qiangji.standards.models import Edition
from qiangji.standards.reader import ParsedStandard, parse_file
from qiangji.standards.schema import EditionSpec, SourceSpec, json_schema_text
from qiangji.standards.selectors import (
    CriterionNode,
    EditionTree,
    current_wording,
    edition_by_ref,
    edition_spec,
    edition_tree,
)
from qiangji.standards.services import attach_wording, import_edition, load_library, publish_edition
from qiangji.standards.succession import succession

FILE_HELP = (
    "量化表文件：.docx、.xlsx、.xls、.txt、.html 或 .yaml；装有 LibreOffice 时还有 .doc、.wps、.rtf、.odt"
)


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
        diff = verbs.add_parser("diff", help="逐条对照两个标准版本")
        diff.add_argument("earlier", metavar="CODE@EDITION", help="旧版本")
        diff.add_argument("later", metavar="CODE@EDITION", help="新版本")
        diff.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
        export = verbs.add_parser("export", help="导出一个标准版本")
        export.add_argument("ref", metavar="CODE[@EDITION]")
        export.add_argument("--format", choices=list(FORMATS), default="yaml", help="格式，默认 yaml")
        export.add_argument(
            "--output", type=Path, help="写入文件；不写则输出到屏幕（Word 和 Excel 须写入文件）"
        )
        publish = verbs.add_parser("publish", help="发布一个草稿版本，发布后不再修改")
        publish.add_argument("ref", metavar="CODE@EDITION")
        publish.add_argument("--adopted-by", default="", help="采用这个版本的机关")
        publish.add_argument("--adoption-number", default="", help="采用文件的文号")
        schema = verbs.add_parser("schema", help="输出标准文件的 JSON Schema")
        schema.add_argument("--write", action="store_true", help="写入标准库的 *.schema.json")
        check = verbs.add_parser("check", help="核对一个标准文件夹：写法、合计、核对样例；不动数据库")
        check.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="不写则核对整个标准库")
        load = verbs.add_parser("load", help="把内置标准库存入数据库，可重复运行")
        load.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def _add_parse(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=FILE_HELP)
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def _add_import(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=FILE_HELP)
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
            "diff": self.diff,
            "export": self.export,
            "publish": self.publish,
            "schema": self.schema,
            "check": self.check_folder,
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
                f"{message}：{edition.criteria.count()} 条，{worth(edition.total_points)}，{status}。"
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
            points = worth(edition.total_points)
            self.stdout.write(f"{edition.ref}  {status}  {force}  {points}  {edition.title}")
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

    def diff(self, *, earlier: str, later: str, json: bool, **options: Any) -> None:
        """Hold two editions against each other: by the decided map, else as the comparison suggests."""
        found = succession(edition_by_ref(earlier), edition_by_ref(later))
        if json:
            self.print_json(as_json(found))
        else:
            self.stdout.write(as_text(found))

    def export(self, *, ref: str, format: str, output: Path | None, **options: Any) -> None:
        """Write an edition as YAML, Word or Excel; each imports to the same table."""
        chosen = FORMATS[format]
        content = chosen.build(edition_by_ref(ref), timezone.now())
        if output is None:
            self.put_out(content, is_text=chosen.is_text)
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            self.end(f"无法写入 {output}（{os_reason(error)}），请换一个位置。", status=2)
        self.stderr.write(f"已写入 {output}。")

    def put_out(self, content: bytes, *, is_text: bool) -> None:
        """Put a file on standard output; what is no text is for a file or another program, never for a terminal."""
        if is_text:
            self.stdout.write(content.decode("utf-8"), ending="")
            return
        stream = getattr(self.stdout, "buffer", None)
        if stream is None or self.stdout.isatty():
            self.end("这种格式不能显示在屏幕上，请用 --output 写明文件名。", status=2)
        stream.write(content)

    def schema(self, *, write: bool, **options: Any) -> None:
        """Print the JSON Schema of an edition, or write it into the library."""
        if not write:
            self.stdout.write(json_schema_text(), ending="")
            return
        texts = {
            "edition.schema.json": json_schema_text(),
            "checks.schema.json": checks_schema_text(),
            "cases.schema.json": cases_schema_text(),
            "figures.schema.json": figures_schema_text(),
        }
        for name, text in texts.items():
            (library_dir() / name).write_text(text, encoding="utf-8")
            self.stderr.write(f"已写入 {library_dir() / name}。")

    def check_folder(self, *, folder: Path | None, **options: Any) -> None:
        """Check one edition's folder, or the whole library, without a database."""
        if folder is not None and not (folder / "index.yaml").is_file():
            self.end(f"{folder} 里没有 index.yaml，请写版本文件夹，例如 library/national/2026。", status=2)
        if folder is None:
            read_library()
        for one in [folder] if folder is not None else edition_dirs():
            edition = load_edition(one.resolve())
            cases = check_cases(one.resolve(), edition)
            tried = try_checks(one.resolve(), edition)
            count = len(edition.criteria())
            ref = f"{edition.standard}@{edition.label}"
            proposed = f"，{tried.checks} 条可由事实判定，判定样例 {tried.cases} 个" if tried.checks else ""
            self.stdout.write(
                f"{ref}  {count} 条，{worth(edition.total_points)}，核对样例 {cases} 个{proposed}，都对得上"
            )

    def load(self, *, json: bool, **options: Any) -> None:
        """Store the library."""
        loaded = load_library(at=timezone.now())
        if json:
            rows = [
                {**edition_json(x.edition), "created": x.created, "outcome": str(x.outcome)} for x in loaded
            ]
            self.print_json({"editions": rows})
            return
        for item in loaded:
            awaited = f"（待补{item.edition.awaiting}）" if item.edition.awaiting else ""
            self.stdout.write(f"{item.edition.ref}  {item.outcome}{awaited}")


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
        f"{status}，{edition.get_force_display()}，{worth(edition.total_points)}，{len(tree.criteria)} 条",
        *([f"待补{edition.awaiting}：只能试评，不能发布"] if edition.awaiting else []),
        f"依据：{edition.source_document} {edition.source_number}".rstrip(),
        f"官方文本：{'已导入' if tree.has_wording else '未导入，以下为本系统的概括'}",
    ]
    for section in tree.sections:
        lines += ["", f"{section.number} {section.title}（{worth(section.points)}）"]
        for group in section.groups:
            lines += [f"  {group.title}"] if group.title else []
            for criterion in group.criteria:
                points = worth(criterion.points)
                lines.append(f"    {criterion.code}  {criterion.title}  {points}")
                lines += [f"      {text}" for text in (criterion.note, criterion.text) if text]
                lines += [f"      {text}" for text in standing(criterion)]
    lines += ["", *(f"{veto.kind_label}：{veto.title}" for veto in tree.vetoes)]
    lines += [
        f"{t.title}：{'高于' if t.strict else '不低于'} {plain(t.value)} {t.unit}" for t in tree.thresholds
    ]
    lines += [f"说明：{note}" for note in spec.notes]
    return "\n".join(lines)


def worth(points: Decimal | None) -> str:
    """Points for people; a table of zero points is one that is only checked."""
    return f"{plain(points)} 分" if points else "不计分"


def standing(criterion: CriterionNode) -> list[str]:
    """Where a criterion comes from, whether that was checked, and its figures as parameters."""
    source = criterion.source.document if criterion.source else ""
    place = " ".join(part for part in (source, criterion.place) if part)
    lines = [f"出处：{place}{'' if criterion.confirmed else '（须与原文核对）'}"] if place else []
    return lines + [f"参数 {one.key}：{one.title}，{one.words}" for one in criterion.parameters]
