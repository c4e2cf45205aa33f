"""What turns the chapters into notebooks, and the notebooks into pages."""
