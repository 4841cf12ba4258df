"""May a mail go and when, and whose fault is it when it does not? Pure answers.

``pace`` knows minutes, hours and receivers; ``faults`` knows what mail servers say.
"""
