"""Tables in; numbers, figures and a report out. Knows nothing of Django, of the surveys or of the codecs."""
