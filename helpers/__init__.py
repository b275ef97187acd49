"""The book's small shared package: each definition is first built in a chapter, then kept here."""
