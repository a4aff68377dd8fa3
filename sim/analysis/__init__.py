"""What runs show: outcomes declared once, tables with intervals, and whether the warm-up was long enough."""
