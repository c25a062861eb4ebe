"""Studies, experiments, calibration, charts, reports and the command line: everything around the simulated store."""
