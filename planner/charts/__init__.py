"""Charts of a comparison: a description (spec, build), one theme, and painters that draw it. Only painters draw."""
