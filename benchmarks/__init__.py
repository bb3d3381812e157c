"""What ``make bench`` measures: speed as people meet it, each figure beside the limit it is held against.

The real production server runs on throw-away databases and is driven over HTTP by clients that really signed in. A
limit that depends on the machine is measured in the same run, turn and turn about with the figure itself, so that a
busy machine slows both.

``python -m benchmarks PREFIX`` measures what begins with a prefix; ``quick.`` is a smaller round of the same figures.
"""
