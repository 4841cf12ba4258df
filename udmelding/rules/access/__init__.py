"""Who may see and answer: personal links, and who of the secretariat stands in for whom."""
