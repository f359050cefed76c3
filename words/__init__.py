"""Words that people read: the bilingual glossary; under every floor, so that each names a thing the same way."""
