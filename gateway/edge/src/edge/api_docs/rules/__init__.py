"""How the descriptions of many services become one document and one page."""
