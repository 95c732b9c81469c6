"""Mechanical Turk through boto3: HITs that frame our page."""
