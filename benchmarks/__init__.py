"""Prints what confirming and completing cost, beside what ERPNext asks for the same; never a test."""
