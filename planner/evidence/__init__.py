"""Evidence: what each strategy does in the simulated store, beside what trials in real stores have found."""
