"""From tables to pages. The one package of the two that draws."""
