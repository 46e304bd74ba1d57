"""Data in tables: read, prepared and fitted. numpy does the numbers and is loaded on first use."""
