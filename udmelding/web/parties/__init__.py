"""Municipalities and contacts, and the page that a municipality opens by its own link.

A municipality sees its own part and nothing of others.
"""
