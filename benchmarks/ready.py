"""Run a module of this package that needs Django's models: ``python -m benchmarks.ready MODULE [ARGUMENT…]``."""

import importlib
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiangji.settings")
    django.setup()
    del sys.argv[0]
    importlib.import_module(f"benchmarks.{sys.argv[0]}").main()
