"""The wiring: which asset depends on which, what checks it, when it runs, how it is published."""
