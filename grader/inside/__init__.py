"""What runs inside the sandbox, beside the student's code. Nothing here knows a test, an answer or a point.

These files, and no others of the project, are visible in the sandbox. They import nothing of the grader but each other.
"""
