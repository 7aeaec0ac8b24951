"""What a flow's step does in the world: tools with strict arguments and results, run apart and within a time limit."""
