"""Drivers written in Python: subclass Storage, Database, Analyzer or Extractor and give an instance to Engine.

A driver is called on whatever thread calls the library, from several threads at once. What it raises reaches the library as
an error with the exception's code (ContextPackError and its subclasses; OSError and MemoryError by kind), and the caller as
the exception itself when that is what ended the call. Any other exception stops the work and surfaces as itself.
"""
from .analyzer import Analysis, Analyzer, AnalyzerRequest, Usage
from .database import Actor, ActorKind, Database, DatabaseSession, Dialect, ValueType
from .extractor import Extractor, Reader, Sink
from .storage import BlobInfo, BlobReader, BlobWriter, Storage

__all__ = [
    "Actor", "ActorKind", "Analysis", "Analyzer", "AnalyzerRequest", "BlobInfo", "BlobReader", "BlobWriter", "Database",
    "DatabaseSession", "Dialect", "Extractor", "Reader", "Sink", "Storage", "Usage", "ValueType",
]
