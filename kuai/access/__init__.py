"""Access: who asks, in which role, for which part of the city, and for what purpose."""

from kuai.access.viewer import Place, Viewer

__all__ = ["Place", "Viewer"]
