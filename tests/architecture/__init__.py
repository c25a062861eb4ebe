"""Tests of the project's shape: sizes, import rules, start-up, versions, set-up. Must know no behaviour."""
