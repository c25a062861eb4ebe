"""What the verbs of the command line do. Headless: knows no Qt; prints results to stdout and everything else to stderr."""
