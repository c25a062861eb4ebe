"""What the verbs of the command line do. Knows no Qt; results go to stdout, everything else to stderr."""
