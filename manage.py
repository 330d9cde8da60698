#!/usr/bin/env python3
"""The command line of Mayak; also installed as the command ``mayak``."""

from mayak.config.cli import main

if __name__ == "__main__":
    main()
