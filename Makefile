# Few verbs, the same here and in CI. Python 3.11 or newer and make are all that is expected of the machine: everything
# else is installed into this checkout (.boot, .venv, build) and removed by `make clean`.

PYTHON ?= python3
BIN := .venv/bin
QIANGJI := $(BIN)/qiangji
WORKERS ?= 2
ADDRESS ?= 127.0.0.1
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint fix bench requirements drill clean browser tables
MAKEFLAGS += --no-print-directory

help:
	@echo '强基：公立医院党建标准化创建考评系统'
	@echo '  make run           安装、建库、装入演示数据并启动：http://$(ADDRESS):$(PORT)'
	@echo '  make test          全部检查与测试（SQLite 和 PostgreSQL）'
	@echo '  make setup         只安装        make demo   只装入演示数据'
	@echo '  make lint / fix    检查 / 改正代码格式'
	@echo '  make bench         测速（ONLY=前缀 只测一部分，多个前缀用逗号隔开）'
	@echo '  make requirements  需求清单中还没有测试证明的条目（ISSUE=编号 只看一部分）'
	@echo '  make drill         故障演练      make clean  删除本目录内安装和生成的东西（不动 var 里的数据）'

# ---- set-up: each step leaves a stamp and is skipped while nothing it depends on has changed -----------------------

setup: qiangji/static/vendor/.stamp
	@:

.boot/bin/uv:
	@echo '准备安装工具（uv）……'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更新版本；可用 make PYTHON=路径 指定。' >&2; exit 1; }
	@$(PYTHON) -m venv .boot
	@.boot/bin/python -m pip install -qq --disable-pip-version-check uv

.venv/.stamp: .boot/bin/uv pyproject.toml uv.lock
	@echo '安装 Python 依赖……'
	@env -u VIRTUAL_ENV .boot/bin/uv sync --frozen --quiet --python $$(.boot/bin/python -c 'import sys; print(sys.executable)')
	@touch $@

qiangji/static/vendor/.stamp: .venv/.stamp package.json package-lock.json tools/vendor.py
	@echo '取页面所用的样式、脚本和图标……'
	@$(BIN)/python -m tools.vendor
	@touch $@

# ---- running --------------------------------------------------------------------------------------------------------

run: tables
	@$(QIANGJI) collectstatic --noinput --verbosity 0 & files=$$!; \
	$(QIANGJI) demo || echo '不写入演示数据，使用现有的数据库。'; \
	wait $$files
	@echo '打开 http://$(ADDRESS):$(PORT) ，按 Ctrl+C 停止。'
	@exec $(QIANGJI) serve --host $(ADDRESS) --port $(PORT)

demo: tables
	@$(QIANGJI) demo

tables: setup
	@echo '建立或更新数据库……'
	@$(QIANGJI) migrate --verbosity 0
	@$(QIANGJI) standard load

# ---- checking -------------------------------------------------------------------------------------------------------

test: lint browser
	@$(BIN)/python -m tools.suite $(WORKERS)

browser: setup
	@$(BIN)/python -m tools.browser

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@mkdir -p build; $(BIN)/lint-imports > build/lint-imports.txt || { cat build/lint-imports.txt; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/djlint --lint --quiet qiangji

fix: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup
	@$(BIN)/python -m benchmarks $(ONLY)

requirements: browser
	@$(BIN)/python -m tools.requirements $(ISSUE)

drill: browser
	@$(BIN)/python -m tools.drills

clean:
	rm -rf .boot .venv build qiangji/static/vendor .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
