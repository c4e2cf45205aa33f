"""Checks a learner can run, and (to come) grades an instructor can trust."""
