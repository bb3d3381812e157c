"""How static files are named in production: by content, so that browsers keep them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """A file missing from the manifest keeps its plain name: a page without one picture beats an error page."""

    manifest_strict = False
