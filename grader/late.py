"""What lateness costs, from a small YAML file.

due: 2026-11-30 23:59:00+01:00
grace_minutes: 10      # still on time
percent_per_day: 10    # of the points earned, for each day begun
most_percent: 50       # and no more than that
closed_after_days: 7   # later than that earns nothing; leave away to take everything
extensions:            # per student, as the reports name them
  anna: 2026-12-02 23:59:00+01:00
"""

import math
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class LatePolicy:
    """The file's fields; without a due date nothing is late."""

    due: datetime | None = None
    grace_minutes: float = 0
    percent_per_day: float = 0
    most_percent: float = 100
    closed_after_days: float | None = None
    extensions: dict[str, datetime] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "LatePolicy":
        """From YAML; a field that is not known, or is no date or number, is a ValueError that names it."""
        facts = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        known = [each.name for each in fields(LatePolicy)]
        if not isinstance(facts, dict) or set(facts) - set(known):
            strange = ", ".join(map(str, set(facts) - set(known))) if isinstance(facts, dict) else "no fields at all"
            raise ValueError(f"{path} has {strange}; a late policy has {', '.join(known)}")
        for name in ("grace_minutes", "percent_per_day", "most_percent", "closed_after_days"):
            if name in facts and (not isinstance(facts[name], int | float) or facts[name] < 0):
                raise ValueError(f"{path}: {name} should be a number of at least 0, but is {facts[name]!r}")
        if "due" in facts:
            facts["due"] = moment(facts["due"], f"{path}: due")
        extensions = facts.get("extensions") or {}
        facts["extensions"] = {str(who): moment(when, f"{path}: extensions: {who}") for who, when in extensions.items()}
        return LatePolicy(**facts)

    def days_late(self, student: str, when: datetime | None) -> int:
        """Days begun after the student's own due date; 0 if there is none, or nobody knows when it came."""
        due = self.extensions.get(student, self.due)
        if due is None or when is None:
            return 0
        late = when - due
        return 0 if late <= timedelta(minutes=self.grace_minutes) else math.ceil(late / timedelta(days=1))

    def factor(self, days_late: int) -> float:
        """What part of the points earned is kept."""
        if self.closed_after_days is not None and days_late > self.closed_after_days:
            return 0.0
        return 1 - min(days_late * self.percent_per_day, self.most_percent) / 100


def moment(value: Any, name: str) -> datetime:
    """A date (its end) or a time (in UTC if it names no zone)."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 23, 59, 59, tzinfo=UTC)
    raise ValueError(f"{name} should be a date such as 2026-11-30 23:59:00+01:00, but is {value!r}")
