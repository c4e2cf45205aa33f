"""Checks a learner can run, and (to come) grades an instructor can trust."""

from grader.learner import check

__all__ = ["check"]
