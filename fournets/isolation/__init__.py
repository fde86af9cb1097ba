"""Isolation and observation: who stays where until when and why, what changes it, and release."""
