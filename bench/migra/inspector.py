"""Reads one side with migra, as its own command does."""

import sys

from schemainspect import get_inspector
from sqlbag import S

with S(sys.argv[1]) as session:
    print(len(get_inspector(session).relations))
