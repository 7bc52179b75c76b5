"""Files that go out and come back: CSV and Excel, read with limits, written without formulas, merged by preview."""
