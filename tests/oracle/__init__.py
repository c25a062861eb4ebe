"""The oracle: the model written again as a plain SimPy program, to check the engine and to time it against."""
