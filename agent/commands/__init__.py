"""One file a command of `offhook`; `agent/cli.py` puts them together."""
