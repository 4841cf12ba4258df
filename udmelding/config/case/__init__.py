"""Processes and areas: their shapes, and how the shipped files and one's own are read.

Shapes and their checks only; what a process means for a date is ``rules``.
"""
