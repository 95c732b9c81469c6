"""How the drawn world looks: canvas, light, grounds, backdrops, things and people."""
