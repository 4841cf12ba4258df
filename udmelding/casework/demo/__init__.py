"""The demonstration: three cases played day by day, their answers, and pages on a past day.

Made up and marked so; nothing that a real case needs may live here.
"""
