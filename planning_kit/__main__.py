"""Run the command line: ``python -m planning_kit``."""

from planning_kit.cli import main

main()
