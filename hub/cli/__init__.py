"""The commands: hub init | demo | serve | migrate | invite | policy | keys | audit | backup | restore."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from hub.cli import backups, beginning, forgetting, serving, upkeep
from hub.cli.opening import Trouble


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what went wrong is one line, never a traceback of somebody's data."""
    given = parser().parse_args(arguments)
    before = os.umask(0o077)
    try:
        code: int = given.run(given)
    except Trouble as trouble:
        print(f"hub: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        os.umask(before)
    return code


def parser() -> ArgumentParser:
    found = ArgumentParser(prog="hub", description="Shared records for a gang intervention team.")
    commands = found.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (beginning, serving, upkeep, backups, forgetting):
        module.add_commands(commands)
    return found
