"""One command, one run: correctness, speed and memory beside others, aims, end to end. Prints Markdown.

python -m benchmarks.matching [--country] [--territories] [--only correctness|scale|peers|aims|whole|distributed]
"""

import argparse
import time
from datetime import UTC, datetime

from benchmarks.machine import describe
from benchmarks.matching import correctness, distributed, peers, region, scale

PARTS = ("correctness", "scale", "peers", "aims", "whole", "distributed")


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--country", action="store_true", help="1,000,000 x 300,000 at once (about six minutes)"
    )
    parser.add_argument("--territories", action="store_true", help="the same country, every region alone")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part (may be given again)")
    asked = parser.parse_args()
    parts = asked.only or PARTS
    environment = peers.Environment()
    started = time.perf_counter()
    print(f"{datetime.now(UTC):%Y-%m-%d}. {describe('numpy', 'scipy', 'ortools')}.")
    print(f"Peers: {environment.versions()}.\n", flush=True)
    if "correctness" in parts:
        correctness.check(environment)
    if "scale" in parts:
        scale.grow()
    if "peers" in parts:
        peers.compare(environment)
    if "aims" in parts:
        region.aims()
    if "whole" in parts:
        region.whole()
    if "distributed" in parts:
        distributed.compare()
    if asked.territories:
        scale.territories()
    if asked.country:
        scale.country()
    print(f"The whole run took {time.perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
