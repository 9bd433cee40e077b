"""The page to take home on paper: typesetting, pictures, PDF, printing and the preview in the window."""
