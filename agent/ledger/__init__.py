"""The latency ledger: where each turn's time went, kept and accounted for."""
