"""Judgement: what was said, whose turn it is, what to answer."""

import os

# Before numpy is loaded: our matrices are small, and a second thread makes the first wait for a core that a call has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
