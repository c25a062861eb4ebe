"""The report: one page of HTML that says what was compared, what came out, and how sure that is."""
