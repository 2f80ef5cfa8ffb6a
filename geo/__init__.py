"""Tables, places, meaning and files. Draws nothing, prints nothing."""
