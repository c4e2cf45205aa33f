"""`python -m grader release`: write the learners' notebooks from their authors'."""

import argparse

from grader.release import release_all


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m grader", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("release", help="write each exercise's notebook without its solutions")
    parser.parse_args()
    written = release_all()
    for path in written:
        print(f"wrote {path.parent.name}/{path.name}")
    if not written:
        print("every learner's notebook is up to date")


if __name__ == "__main__":
    main()
