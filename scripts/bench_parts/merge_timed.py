"""Merge a made table of so many rows a source, and print seconds, memory before, peak memory and events merged."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[k]) for k in (1, 2)]
    from bench_parts.merge import timed

    print(*timed(int(sys.argv[1])))
