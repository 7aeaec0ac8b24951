"""The conversation process: sockets to the lines, a session a call, the engines loaded once."""
