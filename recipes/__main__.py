"""The shipped models' reports as the table of README.md: `python -m recipes` prints it."""

from typing import Any

from transformer_lib.trained import FOLDER, load_trained, trained_names

WANTED = {  # model -> metrics: path in the report, what the table calls it, and whether as per cent
    "masked": [
        ("masked_accuracy", "masked words right", True),
        ("masked_accuracy_of_the_most_frequent_word", "always the most frequent word", True),
        ("next_sentence_accuracy", "next sentence right", True),
    ],
    "pronouncer": [
        ("phoneme_error_without_stress", "phoneme errors without stress", True),
        ("phoneme_error_with_stress", "phoneme errors with stress", True),
        ("word_error_without_stress", "words wrong without stress", True),
    ],
    "shakespeare": [("bits_per_character", "bits per character", False)],
    "translator": [
        ("exact/test", "exact, unseen sentences", True),
        ("exact/combinations", "exact, unseen combinations", True),
        ("exact/inverted modal", "exact, inverted modal", True),
        ("exact/final dative", "exact, final dative", True),
        ("exact/longer", "exact, longer sentences", True),
    ],
}


def rows() -> list[str]:
    """Return the table's lines, in Markdown."""
    lines = [
        "| model | parameters | file, kB | steps | CPU-s | measured | 95 % interval |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in trained_names():
        report = load_trained(name).report
        size = round((FOLDER / f"{name}.safetensors").stat().st_size / 1000)
        first = f"| `{name}` | {report['parameters']:,} | {size:,} | {report['steps']:,} | {report['cpu_seconds']:,} "
        for path, called, per_cent in WANTED[name]:
            lines.append(first + measured(report["metrics"], path, called, per_cent))
            first = "| | | | | "
    return lines


def measured(metrics: dict[str, Any], path: str, called: str, per_cent: bool) -> str:
    """Return one metric with its interval."""
    found: Any = metrics
    for key in path.split("/"):
        found = found[key]
    scale, unit = (100, " %") if per_cent else (1, "")
    digits = 1 if per_cent else 3
    value, low, high = (f"{found[key] * scale:.{digits}f}" for key in ("value", "low", "high"))
    return f"| {called}: {value}{unit} | {low} to {high} |"


if __name__ == "__main__":
    print("\n".join(rows()))
