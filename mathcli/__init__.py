"""mathcli: calculus that shows and checks its working."""

__version__ = "0.1.0"
