"""``python -m qiangji COMMAND`` is the console entry ``qiangji COMMAND``."""

from qiangji.cli import main

if __name__ == "__main__":
    main()
