"""Live figures of the book: Python classes, thin JavaScript views, pure JavaScript maths."""
