"""Speed, memory and noise of the engine, measured against the oracle: `python -m tests.benchmarks`."""
