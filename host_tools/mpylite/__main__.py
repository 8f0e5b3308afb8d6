# SPDX-License-Identifier: MIT
"""`python -m mpylite`: the same as the command `mpylite`."""

from .cli import main

if __name__ == "__main__":
    main()
