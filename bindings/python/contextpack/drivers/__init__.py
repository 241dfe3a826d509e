"""Drivers written in Python: subclass Storage, Database, Analyzer or Extractor and pass an instance to Engine. A
driver is called on the thread that calls the library, from several threads at once. An exception becomes an error of
the library with the exception's code (ContextPackError and its subclasses; OSError and MemoryError by kind), and is
raised to the caller if it ended the call. Any other exception stops the call and is raised.
"""
from .analyzer import Analysis, Analyzer, AnalyzerRequest, AnswerOutcome, Usage
from .database import Actor, ActorKind, Database, DatabaseSession, Dialect, ValueType
from .extractor import Extractor, Reader, Sink
from .storage import BlobInfo, BlobReader, BlobWriter, Storage

__all__ = [
    "Actor", "ActorKind", "Analysis", "Analyzer", "AnalyzerRequest", "AnswerOutcome", "BlobInfo", "BlobReader", "BlobWriter",
    "Database", "DatabaseSession", "Dialect", "Extractor", "Reader", "Sink", "Storage", "Usage", "ValueType",
]
