"""Judgement: what was said, whose turn it is, what to answer."""
